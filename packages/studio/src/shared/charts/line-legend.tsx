/** Names the lines of a chart by their colours, with the values under the cursor. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { formatNumber } from '../format/numbers.ts';
import type { Line } from './line-data.ts';
import { LineStroke } from './line-stroke.tsx';

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
});

export function LineLegend({ lines, index }: { readonly lines: readonly Line[]; readonly index: number | null }) {
	const styles = useStyles();
	return (
		<ul className={styles.root}>
			{lines.map((line) => {
				const value = index === null ? null : line.values[index];
				return (
					<li key={line.label} className={styles.item}>
						<LineStroke series={line.colour} />
						{line.label}
						{typeof value === 'number' && <strong>{formatNumber(value)}</strong>}
					</li>
				);
			})}
		</ul>
	);
}
