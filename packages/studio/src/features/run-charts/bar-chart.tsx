/** A number of each run as a bar, the longest first. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { barPlaces } from '../../shared/charts/bar-place.ts';
import { seriesColour } from '../../shared/charts/colours.ts';
import { formatExact, formatNumber } from '../../shared/format/numbers.ts';
import { formatAbsolute, formatDuration } from '../../shared/format/times.ts';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { RunLink } from '../runs/run-link.tsx';
import type { ChartFrame, DrawnRuns } from './chart-frame.ts';
import { type ChartOf, columnTitle } from './chart-spec.ts';
import { meaningOf, numberOf } from './run-values.ts';

const useStyles = makeStyles({
	list: { margin: 0, padding: 0, listStyleType: 'none', overflowY: 'auto', display: 'flex', flexDirection: 'column', gap: '3px' },
	row: { display: 'grid', gridTemplateColumns: 'minmax(60px, 30%) 1fr 84px', alignItems: 'center', gap: tokens.spacingHorizontalS },
	name: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', fontSize: tokens.fontSizeBase200 },
	track: { position: 'relative', height: '14px', backgroundColor: tokens.colorNeutralBackground3, borderRadius: tokens.borderRadiusSmall },
	bar: { position: 'absolute', top: 0, bottom: 0, borderRadius: tokens.borderRadiusSmall },
	value: { textAlign: 'right', fontVariantNumeric: 'tabular-nums', fontSize: tokens.fontSizeBase200 },
});

interface BarChartProps {
	readonly chart: ChartOf<'bar'>;
	readonly drawn: DrawnRuns;
	readonly heightPx: number;
	readonly frame: ChartFrame;
}

export function BarChart({ chart, drawn, heightPx, frame }: BarChartProps) {
	const styles = useStyles();
	const bars = drawn.runs
		.flatMap((run) => {
			const value = numberOf(run, chart.y);
			return value === null ? [] : [{ run, value }];
		})
		.sort((a, b) => b.value - a.value);
	const meaning = meaningOf(chart.y);
	const values = bars.map(({ value }) => value);
	const placeOf = barPlaces(values, meaning === 'time' ? Math.min(...values) : 0);
	const shown = (value: number) =>
		meaning === 'time' ? formatAbsolute(value) : meaning === 'seconds' ? formatDuration(value * 1000) : formatNumber(value);
	const left = drawn.runs.length - bars.length;
	return frame({
		note: left > 0 && bars.length > 0 ? `${left} of ${drawn.runs.length} runs have no ${columnTitle(chart.y)}` : undefined,
		content:
			bars.length === 0 ? (
				<div style={{ height: heightPx }}>
					<EmptyState title="Nothing to draw">None of the drawn runs has {columnTitle(chart.y)} as a number.</EmptyState>
				</div>
			) : (
				<ul className={styles.list} style={{ height: heightPx }}>
					{bars.map(({ run, value }) => (
						<li key={run.id} className={styles.row}>
							<span className={styles.name}>
								<RunLink run={run} text={drawn.labelOf(run.id)} />
							</span>
							<span className={styles.track}>
								<span className={styles.bar} style={{ ...placeOf(value), backgroundColor: seriesColour(drawn.colourOf(run.id)) }} />
							</span>
							<span className={styles.value} title={formatExact(value)}>
								{shown(value)}
							</span>
						</li>
					))}
				</ul>
			),
		legend: [],
	});
}
