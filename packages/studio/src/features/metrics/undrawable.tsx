/** What stands in place of a chart whose document is not what its kind asks for: the reason, and the document itself. */
import { MessageBar, MessageBarBody, makeStyles, tokens } from '@fluentui/react-components';
import { CopyableCode } from '../../shared/states/copyable-code.tsx';

const LINES_MAX = 12;

const useStyles = makeStyles({
	root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, paddingBottom: tokens.spacingVerticalXS },
});

interface UndrawableProps {
	/** As a sentence begins with it. */
	readonly what: string;
	readonly reason: string;
	readonly document: unknown;
}

export function Undrawable({ what, reason, document }: UndrawableProps) {
	const styles = useStyles();
	const isText = typeof document === 'string';
	return (
		<div className={styles.root}>
			<MessageBar intent="warning" layout="multiline">
				<MessageBarBody>
					{what} cannot be drawn: {reason}
				</MessageBarBody>
			</MessageBar>
			<CopyableCode code={isText ? document : JSON.stringify(document, null, 2)} collapsed={{ linesMax: LINES_MAX, kept: 'start' }} />
		</div>
	);
}
