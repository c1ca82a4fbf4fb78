/** `runstead run metrics`: the metrics of a run, or one of them drawn. */
import type { Client } from '@runstead/client';
import type { ChartBucket, MetricSummary, Run, WireValue } from '@runstead/contract';
import { CommandError, defineCommand, UsageError } from '../command.ts';
import { RUNSTEAD } from '../command-line.ts';
import { nearestOrNull } from '../nearest.ts';
import { WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { type Answer, documentAnswer, listAnswer } from '../output/answer.ts';
import { openRun } from '../run/find-run.ts';
import { type PlotPoint, plotLines } from '../run/plot.ts';
import { durationText, isOfTheScript, numberText, valueText } from '../run/values.ts';
import { outputColumns } from '../terminal.ts';

const PLOT_ROWS = 12;
/** Of a plot where standard output is no terminal. */
const USUAL_COLUMNS = 80;
/** One point each, of a million points and a wide terminal too. */
const FIRST_BUCKET_POINTS_MAX = 10_000;
const X_AXES = ['step', 'time', 'relative'] as const;

type Row = { name: string; column: string; kind: string } & MetricSummary['columns'][string];

function rowsOf(metrics: readonly MetricSummary[]): Row[] {
	return metrics.flatMap(({ name, kind, columns }) =>
		Object.entries(columns).map(([column, summary]) => ({ name, column, kind, ...summary })),
	);
}

function tableOf(run: Run, metrics: readonly MetricSummary[]): Answer {
	return listAnswer(rowsOf(metrics), {
		empty: `Run ${run.id} has logged no metrics.`,
		columns: [
			{ heading: 'METRIC', of: ({ name, column }) => (name === column ? name : `${name}.${column}`), whole: true },
			{ heading: 'LAST', of: ({ last }) => valueText(last) },
			{ heading: 'MIN', of: ({ min }) => valueText(min) },
			{ heading: 'MAX', of: ({ max }) => valueText(max) },
			{ heading: 'MEAN', of: ({ mean }) => valueText(mean) },
			{ heading: 'COUNT', of: ({ count }) => String(count) },
			{ heading: 'LAST STEP', of: ({ lastStep }) => (lastStep === null ? '-' : String(lastStep)) },
		],
	});
}

const X_TITLES = { step: 'step', time: 'time (UTC)', relative: 'time since its start' } as const;
/** What stands below a plot: of times the second, of what is relative how long after the start of the run. */
const X_TEXTS = {
	step: numberText,
	time: (timeMs: number) => new Date(timeMs).toISOString().replace('T', ' ').slice(0, 19),
	relative: (seconds: number) => durationText(seconds * 1_000),
} as const satisfies Record<(typeof X_AXES)[number], (x: number) => string>;

const numberOf = (value: WireValue) => (typeof value === 'number' ? value : Number.NaN);

/** Only what surely shows braille gets it. */
function knowsBraille(): boolean {
	const { LC_ALL, LC_CTYPE, LANG, TERM } = process.env;
	return TERM !== 'linux' && /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}

function pointOf(bucket: ChartBucket): PlotPoint {
	const last = numberOf(bucket.last);
	return {
		x: bucket.x,
		last,
		min: bucket.min === null ? last : numberOf(bucket.min),
		max: bucket.max === null ? last : numberOf(bucket.max),
	};
}

async function plotOf(
	client: Client,
	run: Run,
	metric: MetricSummary,
	x: (typeof X_AXES)[number],
	column: string | undefined,
): Promise<Answer> {
	const columns = Number.isFinite(outputColumns()) ? outputColumns() : USUAL_COLUMNS;
	const query = { name: metric.name, x, column, buckets: Math.max(10, columns * 2) };
	const chart = await client.call('getMetricChart', { params: { run: run.id }, query });
	const [first] = chart.buckets;
	// A bucket stands where its last point does: of the first one the plot begins at its first.
	const begin =
		first && !chart.exact
			? (
					await client.call('getMetricChart', {
						params: { run: run.id },
						query: { ...query, to: first.x, buckets: FIRST_BUCKET_POINTS_MAX },
					})
				).buckets
			: [];
	const points = [...begin.slice(0, 1), ...chart.buckets].map(pointOf);
	const title = `${chart.name}${chart.column === chart.name ? '' : `.${chart.column}`} by ${X_TITLES[x]}, ${chart.count} points`;
	return documentAnswer(chart, [title, ...plotLines(points, { columns, rows: PLOT_ROWS, braille: knowsBraille() }, X_TEXTS[x])].join('\n'));
}

export const command = defineCommand({
	summary: 'Show the metrics of a run, or draw one of them',
	usage: 'RUN [METRIC]',
	words: { min: 1, max: 2 },
	options: {
		column: {
			type: 'string',
			value: 'NAME',
			description: 'Of a metric with several columns, the one to draw (default: the first numeric one).',
		},
		x: { type: 'string', value: 'AXIS', choices: X_AXES, description: `Draw over ${X_AXES.join(', ')} (default: step).` },
		system: { type: 'boolean', description: 'What the machine measured too.' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'list',
	examples: [
		{ command: 'runstead run metrics testexp', explanation: 'last, least, greatest and mean of each' },
		{ command: 'runstead run metrics testexp loss', explanation: 'drawn in the terminal' },
		{ command: 'runstead run metrics testexp loss -o json', explanation: 'the points that would be drawn' },
	],
	async run({ options, words }) {
		const [given, name] = words as [string, string | undefined];
		const axis = X_AXES.find((candidate) => candidate === (options.x ?? 'step'));
		if (axis === undefined) throw new UsageError(`--x is one of ${X_AXES.join(', ')}, not "${options.x}".`);
		const { client, run } = await openRun(options, given);
		const { metrics } = await client.call('listMetrics', { params: { run: run.id } });
		if (name === undefined) return tableOf(run, options.system ? metrics : metrics.filter(isOfTheScript));
		const metric = metrics.find((candidate) => candidate.name === name);
		if (metric !== undefined) return plotOf(client, run, metric, axis, options.column);
		const nearest = nearestOrNull(
			name,
			metrics.map((candidate) => candidate.name),
		);
		throw new CommandError(
			`Run ${run.id} has no metric "${name}".`,
			nearest === null ? `${RUNSTEAD} run metrics ${run.id} shows what it has.` : `Did you mean ${nearest}?`,
		);
	},
});
