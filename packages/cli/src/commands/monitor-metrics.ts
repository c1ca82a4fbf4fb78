/** `runstead monitor metrics`: what is measured of workspaces, and its values. */
import {
	type DimensionFilter,
	METRIC_AGGREGATIONS,
	METRIC_GRAINS_SECONDS,
	type MetricAggregation,
	type WorkspaceMetricResult,
} from '@runstead/contract';
import { defineCommand, UsageError } from '../command.ts';
import { secondsOf } from '../duration.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { listAnswer } from '../output/answer.ts';

/** @throws {UsageError} @example filterOf('ClusterName=cpu-*') */
function filterOf(text: string): DimensionFilter {
	const [, dimension, sign, values] = /^(\w+)(!=|=)(.*)$/.exec(text) ?? [];
	if (dimension === undefined || values === undefined)
		throw new UsageError(`"${text}" is not a filter: write ClusterName=cpu-cluster, ClusterName=cpu-* or ClusterName!=gpu.`);
	return { dimension, operator: sign === '=' ? 'eq' : 'ne', values: values.split(',') };
}

function grainOf(text: string) {
	const grain = METRIC_GRAINS_SECONDS.find((seconds) => seconds === secondsOf(text));
	if (grain === undefined) throw new UsageError(`"${text}" is not a grain: give one of 1m, 5m, 15m, 30m, 1h, 6h, 12h, 1d.`);
	return grain;
}

/** A row for each grain of each series in which something was measured. */
function rowsOf({ times, series, aggregations }: WorkspaceMetricResult) {
	return series.flatMap(({ dimensions, ...values }) =>
		times.flatMap((time, index) => {
			const measured = Object.fromEntries(aggregations.map((name) => [name, values[name]?.[index] ?? null]));
			return Object.values(measured).every((value) => value === null) ? [] : [{ time, dimensions, ...measured } as Row];
		}),
	);
}

type Row = { readonly time: string; readonly dimensions: Readonly<Record<string, string>> } & {
	readonly [Name in MetricAggregation]?: number | null;
};

const shown = (value: number | null | undefined): string =>
	value === null || value === undefined ? '-' : String(Number(value.toPrecision(8)));

export const command = defineCommand({
	summary: 'List what is measured of a workspace by itself, or read one metric',
	usage: '[METRIC]',
	words: { min: 0, max: 1 },
	options: {
		aggregation: {
			type: 'string',
			value: 'NAME',
			multiple: true,
			choices: METRIC_AGGREGATIONS,
			description: `${METRIC_AGGREGATIONS.join(', ')} (default: the usual one of the metric).`,
		},
		filter: {
			type: 'string',
			value: 'DIMENSION=VALUE',
			multiple: true,
			description: 'Only where it is so; * stands for any characters, != for not.',
		},
		split: { type: 'string', value: 'DIMENSION', multiple: true, description: 'A series for each of its values.' },
		since: { type: 'string', value: 'DURATION', description: 'How far back, such as 30m, 24h or 7d (default: 24h).' },
		grain: { type: 'string', value: 'DURATION', description: '1m, 5m, 15m, 30m, 1h, 6h, 12h or 1d (default: one that fits).' },
		top: { type: 'string', value: 'COUNT', description: 'Series at most, the greatest first (default: 10).' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'list',
	examples: [
		{ command: 'runstead monitor metrics', explanation: 'every metric with its dimensions' },
		{ command: 'runstead monitor metrics "Failed Runs" --split ExperimentName --grain 1h', explanation: 'by experiment and hour' },
		{
			command: 'runstead monitor metrics "Active Cores" --filter "ClusterName=cpu-*" --aggregation maximum --since 7d -o tsv',
			explanation: 'the most that clusters of a name had at work',
		},
	],
	async run({ options, words }) {
		const [metric] = words;
		const { client, workspace } = await openWorkspace(options);
		if (metric === undefined) {
			const { metrics } = await client.call('listWorkspaceMetrics', {});
			return listAnswer(metrics, {
				empty: 'Nothing is measured.',
				columns: [
					{ heading: 'METRIC', of: ({ name }) => name, whole: true },
					{ heading: 'CATEGORY', of: ({ category }) => category },
					{ heading: 'UNIT', of: ({ unit }) => unit },
					{ heading: 'AGGREGATION', of: ({ primaryAggregation }) => primaryAggregation },
					{ heading: 'DIMENSIONS', of: ({ dimensions }) => dimensions.join(', ') },
					{ heading: 'FROM', of: ({ source }) => source ?? 'nothing measures it yet' },
				],
			});
		}
		const top = options.top === undefined ? undefined : Number(options.top);
		if (top !== undefined && !(Number.isInteger(top) && top > 0)) throw new UsageError(`"${options.top}" is not a number of series.`);
		const aggregations = options.aggregation?.map((name) => METRIC_AGGREGATIONS.find((known) => known === name) as MetricAggregation);
		const now = Date.now();
		const result = await client.call('queryWorkspaceMetrics', {
			params: { workspace },
			body: {
				metric,
				from: new Date(now - secondsOf(options.since ?? '24h') * 1_000).toISOString(),
				to: new Date(now).toISOString(),
				...(aggregations && { aggregations }),
				...(options.grain !== undefined && { grainSeconds: grainOf(options.grain) }),
				...(options.filter && { filter: options.filter.map(filterOf) }),
				...(options.split && { splitBy: [...options.split] }),
				...(top !== undefined && { top }),
			},
		});
		const names = Object.keys(result.series[0]?.dimensions ?? {});
		const hidden = result.seriesCount - result.series.length;
		return listAnswer(rowsOf(result), {
			empty: `Nothing was measured of ${result.metric} in this time.`,
			...(hidden > 0 && { remark: `${hidden} more series are not shown: see --top.` }),
			columns: [
				{ heading: 'TIME', of: ({ time }) => time.slice(0, 19).concat('Z'), whole: true },
				...names.map((name) => ({ heading: name.toUpperCase(), of: ({ dimensions }: Row) => dimensions[name] || '-', whole: true })),
				...result.aggregations.map((name) => ({ heading: name.toUpperCase(), of: (row: Row) => shown(row[name]) })),
			],
		});
	},
});
