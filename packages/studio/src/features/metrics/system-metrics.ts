/** What the agent measures of the machine while a job runs, by device. */
import { type MetricSummary, SYSTEM_METRIC_PREFIX } from '@runstead/contract';

export function isOfSystem(name: string): boolean {
	return name.startsWith(SYSTEM_METRIC_PREFIX);
}

const DEVICES: readonly (readonly [string, RegExp])[] = [
	['Processor', /^cpu|^load/],
	['Memory', /^mem|^swap|^rss/],
	['GPU', /^gpu/],
	['Disk', /^disk|^io/],
	['Network', /^net/],
];
const OTHER = 'Other';

/** What was measured, without the node that it was measured on: `system/node-1/cpu_percent` is of the processor as well. */
function measureOf(name: string): string {
	return name.slice(Math.max(SYSTEM_METRIC_PREFIX.length, name.lastIndexOf('/') + 1));
}

/** The same measure of all nodes stands together. */
function byMeasureAndName(a: MetricSummary, b: MetricSummary): number {
	return (
		measureOf(a.name).localeCompare(measureOf(b.name), 'en', { numeric: true }) || a.name.localeCompare(b.name, 'en', { numeric: true })
	);
}

/** In the order of the devices; those that were not measured are left out. */
export function systemSections(summaries: readonly MetricSummary[]): { readonly section: string; readonly metrics: MetricSummary[] }[] {
	const sections = new Map<string, MetricSummary[]>([...DEVICES.map(([section]) => section), OTHER].map((section) => [section, []]));
	for (const summary of summaries) {
		const name = measureOf(summary.name);
		const section = DEVICES.find(([, names]) => names.test(name))?.[0] ?? OTHER;
		sections.get(section)?.push(summary);
	}
	return [...sections]
		.filter(([, metrics]) => metrics.length > 0)
		.map(([section, metrics]) => ({ section, metrics: metrics.sort(byMeasureAndName) }));
}
