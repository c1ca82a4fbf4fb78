/** How long the latest runs of a cluster waited in its queue, by when they came to it. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { QueueWait } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { ChartCard } from '../../shared/charts/chart-card.tsx';
import { LineChart } from '../../shared/charts/line-chart.tsx';
import type { LineData } from '../../shared/charts/line-data.ts';
import { formatCount } from '../../shared/format/numbers.ts';
import { formatAbsolute, formatDuration } from '../../shared/format/times.ts';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { queueWaitsQuery } from './api.ts';
import { waitSummary } from './wait-summary.ts';

const HEIGHT_PX = 260;
const TITLES = { x: 'submitted', y: 'seconds in the queue' };

const useStyles = makeStyles({
	root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, padding: tokens.spacingHorizontalL, overflowY: 'auto' },
	facts: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXL, margin: 0 },
	term: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
	value: { margin: 0, fontSize: tokens.fontSizeBase500, fontWeight: tokens.fontWeightSemibold, fontVariantNumeric: 'tabular-nums' },
});

export function QueueWaits({ workspace, cluster }: { readonly workspace: string; readonly cluster: string }) {
	const query = useQuery(queueWaitsQuery(workspace, cluster));
	return (
		<QueryState query={query} label="waiting times">
			{(waits) =>
				waits.length === 0 ? (
					<EmptyState title="No run has waited here yet">How long runs stand in the queue is drawn here from the first one on.</EmptyState>
				) : (
					<ShownWaits waits={waits} />
				)
			}
		</QueryState>
	);
}

function ShownWaits({ waits }: { readonly waits: readonly QueueWait[] }) {
	const styles = useStyles();
	const [cursor, setCursor] = useState<number | null>(null);
	const data = useMemo<LineData>(
		() => ({
			x: waits.map((wait) => Date.parse(wait.queuedTime)),
			lines: [{ label: 'wait', values: waits.map((wait) => wait.waitMs / 1000), colour: 0, isScattered: true }],
		}),
		[waits],
	);
	const { medianMs, greatestMs, waiting } = waitSummary(waits);
	const pointed = cursor === null ? undefined : waits[cursor];
	return (
		<div className={styles.root}>
			<dl className={styles.facts}>
				{[
					['Median wait', formatDuration(medianMs)],
					['Longest', formatDuration(greatestMs)],
					['Waiting now', formatCount(waiting)],
					['Runs', formatCount(waits.length)],
				].map(([term, value]) => (
					<div key={term}>
						<dt className={styles.term}>{term}</dt>
						<dd className={styles.value}>{value}</dd>
					</div>
				))}
			</dl>
			<ChartCard
				title="Time in the queue"
				readout={
					pointed && (
						<span>
							{pointed.displayName || pointed.runId}, {formatAbsolute(Date.parse(pointed.queuedTime))} ·{' '}
							<strong>{formatDuration(pointed.waitMs)}</strong>
							{pointed.leftTime === null && ' and still waiting'}
						</span>
					)
				}
				note="One point a run, of the latest 500; runs that still wait are shown with the time so far."
			>
				<LineChart
					label={`Time in the queue of ${formatCount(waits.length)} runs: median ${formatDuration(medianMs)}, longest ${formatDuration(greatestMs)}`}
					data={data}
					xKind="time"
					isLog={false}
					heightPx={HEIGHT_PX}
					titles={TITLES}
					range={null}
					onCursor={setCursor}
				/>
			</ChartCard>
		</div>
	);
}
