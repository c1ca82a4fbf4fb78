/** Metrics that stand for some runs while nobody has chosen any. */
import { type Run, SYSTEM_METRIC_PREFIX } from '@runstead/contract';

export interface UsualMetrics {
	/** Those that are numbers, the most common first. */
	readonly names: readonly string[];
	/** Those of them that were logged more than once, where runs mostly have such: there is a line to draw. */
	readonly courses: readonly string[];
}

export function usualMetricsOf(runs: readonly Pick<Run, 'metrics'>[]): UsualMetrics {
	const counts = new Map<string, number>();
	const courses = new Map<string, number>();
	for (const { metrics } of runs) {
		for (const { name, kind, columns } of Object.values(metrics)) {
			const [column] = Object.values(columns);
			if (kind !== 'scalar' || name.startsWith(SYSTEM_METRIC_PREFIX) || typeof column?.last !== 'number') continue;
			counts.set(name, (counts.get(name) ?? 0) + 1);
			if (column.count > 1) courses.set(name, (courses.get(name) ?? 0) + 1);
		}
	}
	const names = [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([name]) => name);
	const most = counts.get(names[0] ?? '') ?? 0;
	// A line of one run says less than bars of all of them.
	return { names, courses: names.filter((name) => 2 * (courses.get(name) ?? 0) >= most) };
}
