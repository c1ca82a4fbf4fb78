/** A cell of an answer: one line of it; what has several, like a traceback, shows them all at a press. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { scrollable } from '../../shared/keyboard/scrollable.ts';
import { PanelButton } from '../../shared/panel/panel-button.tsx';
import { TextCell } from '../../shared/table/text-cell.tsx';

/** Characters that a cell holds: a log line may be megabytes. */
const SHOWN_MAX = 400;
/** Lines and characters beyond these do not stand in a cell. */
const ONE_LINE_MAX = 60;
const WHOLE_MAX = 100_000;

const useStyles = makeStyles({
	button: {
		display: 'block',
		minWidth: 0,
		padding: 0,
		textAlign: 'left',
		fontWeight: tokens.fontWeightRegular,
		overflow: 'hidden',
		textOverflow: 'ellipsis',
		whiteSpace: 'nowrap',
	},
	whole: { margin: 0, maxWidth: '80vw', maxHeight: '50vh', overflow: 'auto', fontSize: tokens.fontSizeBase200, whiteSpace: 'pre-wrap' },
});

export function AnswerCell({ column, text }: { readonly column: string; readonly text: string }) {
	const styles = useStyles();
	if (text.length <= ONE_LINE_MAX && !text.includes('\n')) return <TextCell text={text} />;
	return (
		<PanelButton
			label={column}
			button={{
				appearance: 'transparent',
				className: styles.button,
				title: text.slice(0, 2_000),
				children: text.slice(0, SHOWN_MAX).replaceAll(/\s+/g, ' '),
			}}
		>
			{() => (
				<pre {...scrollable} className={styles.whole}>
					{text.slice(0, WHOLE_MAX)}
				</pre>
			)}
		</PanelButton>
	);
}
