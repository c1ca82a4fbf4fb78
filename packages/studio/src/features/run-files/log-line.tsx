/** One line of a text, with what was searched for marked. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { ReactNode, Ref } from 'react';

const useStyles = makeStyles({
	line: { minHeight: '18px', whiteSpace: 'pre' },
	wrapped: { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
	chosen: { backgroundColor: tokens.colorNeutralBackground1Selected },
	mark: { backgroundColor: tokens.colorPaletteYellowBackground2, color: tokens.colorNeutralForeground1, borderRadius: '2px' },
});

interface LogLineProps {
	readonly ref?: Ref<HTMLDivElement> | undefined;
	readonly index: number;
	readonly text: string;
	readonly search: string;
	readonly isChosen: boolean;
	readonly isWrapped: boolean;
}

export function LogLine({ ref, index, text, search, isChosen, isWrapped }: LogLineProps) {
	const styles = useStyles();
	return (
		<div ref={ref} data-index={index} className={mergeClasses(styles.line, isWrapped && styles.wrapped, isChosen && styles.chosen)}>
			{search === '' ? text : marked(text, search, styles.mark)}
		</div>
	);
}

function marked(text: string, search: string, className: string): ReactNode[] {
	const lower = text.toLowerCase();
	const sought = search.toLowerCase();
	const parts: ReactNode[] = [];
	let at = 0;
	for (let found = lower.indexOf(sought); found >= 0; found = lower.indexOf(sought, at)) {
		parts.push(text.slice(at, found));
		parts.push(
			<mark key={found} className={className}>
				{text.slice(found, found + sought.length)}
			</mark>,
		);
		at = found + sought.length;
	}
	parts.push(text.slice(at));
	return parts;
}
