/** One line of a text: coloured by how grave it is, with what was searched for marked. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { levelOfLine } from '@runstead/contract';
import type { ReactNode, Ref } from 'react';
import { marksIn, withoutTime } from './log-marks.ts';

const useStyles = makeStyles({
	line: { minHeight: '18px', whiteSpace: 'pre', borderLeft: '3px solid transparent', paddingLeft: '9px' },
	wrapped: { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
	error: { color: tokens.colorPaletteRedForeground1, borderLeftColor: tokens.colorPaletteRedForeground1 },
	warning: { color: tokens.colorPaletteMarigoldForeground2, borderLeftColor: tokens.colorPaletteMarigoldForeground2 },
	chosen: { backgroundColor: tokens.colorNeutralBackground1Selected },
	mark: { backgroundColor: tokens.colorPaletteYellowBackground2, color: tokens.colorNeutralForeground1, borderRadius: '2px' },
});

interface LogLineProps {
	readonly ref?: Ref<HTMLDivElement> | undefined;
	readonly index: number;
	readonly text: string;
	readonly marker: RegExp | null;
	readonly isChosen: boolean;
	readonly isWrapped: boolean;
	readonly hasTime: boolean;
}

export function LogLine({ ref, index, text, marker, isChosen, isWrapped, hasTime }: LogLineProps) {
	const styles = useStyles();
	const level = levelOfLine(text);
	const shown = hasTime ? text : withoutTime(text);
	return (
		<div
			ref={ref}
			data-index={index}
			className={mergeClasses(
				styles.line,
				isWrapped && styles.wrapped,
				level === 'error' && styles.error,
				level === 'warning' && styles.warning,
				isChosen && styles.chosen,
			)}
		>
			{marker === null ? shown : marked(shown, marker, styles.mark)}
		</div>
	);
}

function marked(text: string, marker: RegExp, className: string): ReactNode {
	const parts: ReactNode[] = [];
	let at = 0;
	for (const [from, to] of marksIn(text, marker)) {
		parts.push(text.slice(at, from));
		parts.push(
			<mark key={from} className={className}>
				{text.slice(from, to)}
			</mark>,
		);
		at = to;
	}
	parts.push(text.slice(at));
	return parts;
}
