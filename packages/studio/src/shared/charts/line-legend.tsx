/** Names the lines of a chart by their colours, with the values under the cursor. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { formatNumber } from '../format/numbers.ts';
import { useLook } from '../theme/theme-choice.ts';
import { readColours } from './colours.ts';
import type { Line } from './line-data.ts';

const useStyles = makeStyles({
	root: {
		display: 'flex',
		flexWrap: 'wrap',
		gap: `2px ${tokens.spacingHorizontalM}`,
		margin: 0,
		padding: 0,
		listStyleType: 'none',
		fontSize: tokens.fontSizeBase200,
		color: tokens.colorNeutralForeground2,
	},
	item: { display: 'inline-flex', alignItems: 'center', gap: '6px', fontVariantNumeric: 'tabular-nums' },
	stroke: { width: '12px', height: '2px', borderRadius: '1px' },
});

export function LineLegend({ lines, index }: { readonly lines: readonly Line[]; readonly index: number | null }) {
	const styles = useStyles();
	const [place, setPlace] = useState<HTMLElement | null>(null);
	useLook();
	const colours = place === null ? [] : readColours(place).series;
	return (
		<ul ref={setPlace} className={styles.root}>
			{lines.map((line) => {
				const value = index === null ? null : line.values[index];
				return (
					<li key={line.label} className={styles.item}>
						<span className={styles.stroke} style={{ backgroundColor: colours[line.colour % Math.max(1, colours.length)] }} />
						{line.label}
						{typeof value === 'number' && <strong>{formatNumber(value)}</strong>}
					</li>
				);
			})}
		</ul>
	);
}
