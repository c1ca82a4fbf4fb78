/** Metrics of one value, written out. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { MetricSummary } from '@runstead/contract';
import { formatExact, formatValue } from '../../shared/format/numbers.ts';
import { directionWord } from './direction-word.ts';

const useStyles = makeStyles({
	root: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM, margin: 0 },
	tile: {
		display: 'flex',
		flexDirection: 'column',
		minWidth: '128px',
		padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
		border: `1px solid ${tokens.colorNeutralStroke2}`,
		borderRadius: tokens.borderRadiusLarge,
	},
	name: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
	value: {
		margin: 0,
		fontSize: tokens.fontSizeBase500,
		lineHeight: tokens.lineHeightBase500,
		fontWeight: tokens.fontWeightSemibold,
		fontVariantNumeric: 'tabular-nums',
	},
});

export function MetricValues({ summaries }: { readonly summaries: readonly MetricSummary[] }) {
	const styles = useStyles();
	return (
		<dl className={styles.root}>
			{summaries.map((summary) => {
				const value = Object.values(summary.columns)[0]?.last;
				return (
					<div key={summary.name} className={styles.tile} data-metric-value={summary.name}>
						<dt className={styles.name} title={directionWord(summary.direction) ?? undefined}>
							{summary.name}
						</dt>
						<dd className={styles.value} title={formatExact(value)}>
							{formatValue(value)}
						</dd>
					</div>
				);
			})}
		</dl>
	);
}
