/** Charts that the reader has pinned, small, each a way back to the explorer as it was. */
import { Button, makeStyles, Subtitle2, tokens } from '@fluentui/react-components';
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { ChartCard } from '../../shared/charts/chart-card.tsx';
import { LineChart } from '../../shared/charts/line-chart.tsx';
import { PinOffRegular } from '../../shared/icons.ts';
import { stored } from '../../shared/stored.ts';
import { metricQuery } from './api.ts';
import { linesOf } from './metric-lines.ts';
import type { Definition } from './metric-row.tsx';
import { type MetricsSearch, parseMetricsSearch } from './metrics-search.ts';
import { queryOfMetric } from './query-of-metric.ts';

export interface PinnedChart {
	readonly workspace: string;
	readonly title: string;
	readonly search: MetricsSearch;
}

const PINS_MAX = 12;
const CHART_PX = 130;

function parsePins(value: unknown): PinnedChart[] | null {
	if (!Array.isArray(value)) return null;
	return value.flatMap((one: unknown) => {
		const { workspace, title, search } = (one ?? {}) as Record<string, unknown>;
		if (typeof workspace !== 'string' || typeof title !== 'string') return [];
		return [{ workspace, title, search: parseMetricsSearch((search ?? {}) as Record<string, unknown>) }];
	});
}

const kept = stored<readonly PinnedChart[]>('runstead.pinned-metrics', [], parsePins);

export function usePinned(workspace: string) {
	const all = useSyncExternalStore(kept.subscribe, kept.get);
	const pins = useMemo(() => all.filter((one) => one.workspace === workspace), [all, workspace]);
	const pin = useCallback(
		(chart: Omit<PinnedChart, 'workspace'>) => kept.set([{ ...chart, workspace }, ...kept.get()].slice(0, PINS_MAX)),
		[workspace],
	);
	return { pins, pin };
}

const useStyles = makeStyles({
	grid: { display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(280px, 1fr))', gap: tokens.spacingHorizontalM },
	link: { color: tokens.colorBrandForegroundLink, fontSize: tokens.fontSizeBase200 },
});

export function PinnedCharts({ workspace, definitions }: { readonly workspace: string; readonly definitions: readonly Definition[] }) {
	const styles = useStyles();
	const { pins } = usePinned(workspace);
	return (
		<section aria-label="Pinned charts">
			<Subtitle2 as="h2">Pinned</Subtitle2>
			<div className={styles.grid}>
				{pins.map((pin, index) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: the same chart may be pinned twice
					<PinnedCard key={index} pin={pin} definitions={definitions} />
				))}
			</div>
		</section>
	);
}

function PinnedCard({ pin, definitions }: { readonly pin: PinnedChart; readonly definitions: readonly Definition[] }) {
	const styles = useStyles();
	const { workspace, title, search } = pin;
	const nowMs = Math.ceil(Date.now() / 60_000) * 60_000;
	const queries = useQueries({
		queries: (search.metrics ?? []).map((shown) =>
			metricQuery(workspace, search.scope ?? 'workspace', queryOfMetric(shown, definitions, search, nowMs), search.from === undefined),
		),
	});
	const data = linesOf(
		queries.flatMap(({ data: result }) =>
			result?.aggregations[0]
				? [
						{
							result,
							aggregation: result.aggregations[0],
							isCounted: definitions.find(({ name }) => name === result.metric)?.primaryAggregation === 'total',
						},
					]
				: [],
		),
	);
	return (
		<ChartCard
			title={title}
			actions={
				<Button
					size="small"
					appearance="subtle"
					icon={<PinOffRegular />}
					aria-label={`Unpin ${title}`}
					onClick={() => kept.set(kept.get().filter((one) => one !== pin))}
				/>
			}
			note={
				<Link to="/w/$workspace/monitor/metrics" params={{ workspace }} search={search} className={styles.link}>
					Open
				</Link>
			}
		>
			<LineChart label={title} data={data} xKind="time" isLog={false} heightPx={CHART_PX} range={null} />
		</ChartCard>
	);
}
