/** The head of a page: its title, what else belongs on that line, and what can be done. */
import { makeStyles, Title3, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
	root: {
		display: 'flex',
		alignItems: 'center',
		flexWrap: 'wrap',
		gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
		padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalL} ${tokens.spacingVerticalS}`,
	},
	beside: { color: tokens.colorNeutralForeground3 },
});

export function PageTitle({
	title,
	beside,
	actions,
}: {
	readonly title: string;
	readonly beside?: ReactNode;
	readonly actions?: ReactNode;
}) {
	const styles = useStyles();
	return (
		<div className={styles.root}>
			<Title3 as="h1">{title}</Title3>
			{beside && <span className={styles.beside}>{beside}</span>}
			{actions}
		</div>
	);
}
