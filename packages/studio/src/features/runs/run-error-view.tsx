/** The error that ended a run: the exception first, then what else is known, and the traceback. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { RunError } from '@runstead/contract';
import { CopyableCode } from '../../shared/states/copyable-code.tsx';
import { partsOf } from './run-error.ts';

const useStyles = makeStyles({
	root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS, minWidth: 0 },
	headline: {
		fontFamily: tokens.fontFamilyMonospace,
		fontSize: tokens.fontSizeBase300,
		fontWeight: tokens.fontWeightSemibold,
		color: tokens.colorNeutralForeground1,
		overflowWrap: 'anywhere',
	},
	note: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
});

interface RunErrorViewProps {
	readonly error: RunError;
	/** Lines of the traceback shown before the reader asks for all. */
	readonly linesMax: number;
}

export function RunErrorView({ error, linesMax }: RunErrorViewProps) {
	const styles = useStyles();
	const { headline, note, text } = partsOf(error);
	return (
		<div className={styles.root}>
			<span className={styles.headline}>{headline}</span>
			<span className={styles.note}>{note === null ? error.code : `${error.code}: ${note}`}</span>
			{text !== null && <CopyableCode code={text} collapsed={{ linesMax, kept: 'end' }} />}
		</div>
	);
}
