/** Keeps the metrics of one run as the server has them: only what is on screen is read again, a few times a second. */
import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useLiveEvents } from '../../shared/live/live-provider.tsx';
import { useThrottled } from '../../shared/live/use-throttled.ts';
import { metricKeys } from './api.ts';

const CHARTS_MS = 250;
const SUMMARIES_MS = 500;

export function useLiveMetrics(run: string): void {
	const queries = useQueryClient();
	const grown = useRef(new Set<string>());
	const readCharts = useThrottled(async () => {
		const names = [...grown.current];
		grown.current.clear();
		await Promise.all(names.map((name) => queries.invalidateQueries({ queryKey: metricKeys.series(run, name) })));
	}, CHARTS_MS);
	const readSummaries = useThrottled(() => queries.invalidateQueries({ queryKey: metricKeys.summaries(run) }), SUMMARIES_MS);
	useLiveEvents((event) => {
		if (event.kind !== 'signal' || event.signal.run !== run || event.signal.metrics === undefined) return;
		for (const name of event.signal.metrics) grown.current.add(name);
		readCharts();
		readSummaries();
	});
}
