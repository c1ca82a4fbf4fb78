/** Keeps charts over runs as the server has them: only what changed is read again, once in a while. */
import type { Run } from '@runstead/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useLiveEvents } from '../../shared/live/live-provider.tsx';
import { useThrottled } from '../../shared/live/use-throttled.ts';
import { runKeys } from '../runs/api.ts';
import { chartKeys } from './api.ts';
import type { ChartSpec } from './chart-spec.ts';

const LINES_MS = 1_000;
/** What is drawn of the runs themselves: a value each. */
const RUNS_MS = 2_000;

export function useLiveCharts(runs: readonly Run[] | undefined, charts: readonly ChartSpec[]): void {
	const queries = useQueryClient();
	const grown = useRef(new Set<string>());
	const readLines = useThrottled(async () => {
		const names = [...grown.current];
		grown.current.clear();
		await Promise.all(names.map((name) => queries.invalidateQueries({ queryKey: chartKeys.linesOf(name) })));
	}, LINES_MS);
	const readRuns = useThrottled(() => {
		void queries.invalidateQueries({ queryKey: chartKeys.runs });
		void queries.invalidateQueries({ queryKey: runKeys.usualMetrics });
	}, RUNS_MS);
	useLiveEvents((event) => {
		if (event.kind === 'resumed') {
			void queries.invalidateQueries({ queryKey: chartKeys.all });
			return;
		}
		// Another run may come first now, or have another param.
		if (event.kind === 'change' && event.change.type.startsWith('run.')) readRuns();
		if (event.kind !== 'signal' || event.signal.metrics === undefined) return;
		const { run, metrics } = event.signal;
		if (runs?.some(({ id }) => id === run) !== true) return;
		if (charts.some(({ kind }) => kind !== 'line')) readRuns();
		for (const chart of charts) if (chart.kind === 'line' && metrics.includes(chart.metric)) grown.current.add(chart.metric);
		if (grown.current.size > 0) readLines();
	});
}
