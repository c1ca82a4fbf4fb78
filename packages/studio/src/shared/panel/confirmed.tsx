/** A button for what cannot be taken back: it asks where it was pressed, and Escape or a press elsewhere leaves all as it is. */
import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import type { ReactElement } from 'react';
import { PanelButton } from './panel-button.tsx';

const useStyles = makeStyles({
	panel: { maxWidth: '340px' },
	actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
});

interface ConfirmedProps {
	readonly label: string;
	readonly icon: ReactElement;
	readonly disabled?: boolean;
	/** Of the button, while nothing is asked. */
	readonly title?: string | undefined;
	readonly question: string;
	readonly action: string;
	/** What leaves all as it is. */
	readonly dismissal?: string;
	readonly positioning?: 'above-start' | 'below-end';
	/** Asks as soon as it is there, for those who come by a command. */
	readonly isAskedAtFirst?: boolean;
	readonly onConfirm: () => void;
}

export function Confirmed(props: ConfirmedProps) {
	const { label, icon, disabled = false, title, question, action, dismissal = 'Close', onConfirm } = props;
	const { positioning = 'above-start', isAskedAtFirst = false } = props;
	const styles = useStyles();
	return (
		<PanelButton
			label={label}
			positioning={positioning}
			className={styles.panel}
			isOpenAtFirst={isAskedAtFirst}
			button={{ size: 'small', icon, disabled, title, children: label }}
		>
			{(close) => (
				<>
					<Text>{question}</Text>
					<div className={styles.actions}>
						<Button
							appearance="primary"
							onClick={() => {
								close();
								onConfirm();
							}}
						>
							{action}
						</Button>
						<Button onClick={close}>{dismissal}</Button>
					</div>
				</>
			)}
		</PanelButton>
	);
}
