/** Many runs with metrics, params and tags, as rows of the real tables: the same ones every time. */
import { headOf } from '../../packages/server/src/storage/attribute-head.ts';

const METRICS_PER_RUN = 10;
const PARAMS_PER_RUN = 10;

export type Value = string | number | null;

/** Rows of one table, a column each value. */
export interface TableRows {
	readonly table: string;
	readonly columns: readonly string[];
	readonly rows: readonly (readonly Value[])[];
}

export interface SeedPlace {
	readonly workspaceKey: number;
	readonly experimentKey: number;
	/** Keys of runs and of series begin after this. */
	readonly keyBase: number;
	/** What they have logged; as {@link searchedRuns} if absent. */
	readonly shape?: RunShape;
}

/** What the runs have logged. */
export interface RunShape {
	/** The name of one of the ten metrics of a run. */
	metricName(run: number, metric: number): string;
	paramsOf(run: number): [string, string][];
}

const STATUSES = [
	'Completed',
	'Completed',
	'Completed',
	'Completed',
	'Completed',
	'Completed',
	'Completed',
	'Failed',
	'Canceled',
	'Running',
] as const;
const START_MICROS = 1_790_000_000_000_000;
const MICROS_BETWEEN_RUNS = 30_000_000;
const RUN_MICROS = 600_000_000;
const OPTIMIZERS = ['adam', 'sgd', 'adamw', 'lion'];

/** A number in [0, 1) that follows from two others alone, and looks as if by chance: the last step of MurmurHash3. */
function chance(run: number, which: number): number {
	let hash = (Math.imul(run + 1, 0x9e3779b1) ^ Math.imul(which + 1, 0x85ebca6b)) >>> 0;
	hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
	return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** Params: numbers over a wide range, a few words, and one that few runs share. */
function paramsOf(run: number): [string, string][] {
	return Array.from({ length: PARAMS_PER_RUN }, (_, index) => {
		if (index === 0) return ['learning_rate', (10 ** (-5 + 4 * chance(run, 100))).toPrecision(4)];
		if (index === 1) return ['optimizer', OPTIMIZERS[Math.floor(chance(run, 101) * OPTIMIZERS.length)] as string];
		if (index === 2) return ['seed', String(Math.floor(chance(run, 102) * 10_000))];
		return [`param_${index}`, String(Math.floor(chance(run, 100 + index) * 100))];
	});
}

/** Params and metrics of all kinds. `metricNames` there are in all, ten of them each run. */
export const searchedRuns = (metricNames = METRICS_PER_RUN): RunShape => ({
	metricName: (run, metric) => `metric_${metric + METRICS_PER_RUN * (run % Math.ceil(metricNames / METRICS_PER_RUN))}`,
	paramsOf,
});

/** What seed_mlflow.py puts into the database of a peer. */
export const MLFLOW_RUNS: RunShape = {
	metricName: (_run, metric) => (metric === 0 ? 'acc' : `metric_${metric}`),
	paramsOf: (run) =>
		Array.from({ length: PARAMS_PER_RUN }, (_, index) => [
			index === 0 ? 'lr' : `param_${index}`,
			`0.${Math.floor(chance(run, 100 + index) * 5)}`,
		]),
};

const wireTime = (micros: number): string => `${new Date(micros / 1_000).toISOString().slice(0, -1)}000Z`;

/** Runs from one number up to another, as rows of each table. */
export function runsAsRows(
	from: number,
	to: number,
	{ workspaceKey, experimentKey, keyBase, shape = searchedRuns() }: SeedPlace,
): TableRows[] {
	const [runs, attributes, series, columns]: Value[][][] = [[], [], [], []];
	for (let run = from; run < to; run++) {
		const key = keyBase + run + 1;
		const created = START_MICROS + run * MICROS_BETWEEN_RUNS;
		const status = STATUSES[Math.floor(chance(run, 1) * STATUSES.length)] as string;
		const end = status === 'Running' ? null : created + Math.floor(chance(run, 2) * RUN_MICROS);
		runs?.push([
			key,
			`seeded-${key}`,
			workspaceKey,
			experimentKey,
			keyBase + run + 1,
			null,
			key,
			0,
			`run ${run}`,
			`run ${run}`,
			'',
			'script',
			'native',
			'bench',
			'local',
			status,
			'active',
			created,
			created,
			end,
			`dcid.seeded-${key}`,
		]);
		const attribute = (kind: string, name: string, value: string): void => {
			const number = Number(value);
			attributes?.push([key, kind, name, workspaceKey, value, headOf(value), Number.isFinite(number) ? number : null]);
		};
		attribute('tag', 'quality', chance(run, 3) < 0.01 ? 'fantastic run' : 'so so');
		attribute('property', 'author', `person ${Math.floor(chance(run, 4) * 20)}`);
		for (const [name, value] of shape.paramsOf(run)) attribute('param', name, value);
		for (let metric = 0; metric < METRICS_PER_RUN; metric++) {
			const seriesKey = keyBase + run * METRICS_PER_RUN + metric + 1;
			const name = shape.metricName(run, metric);
			const [first, last] = [chance(run, 200 + metric), chance(run, 300 + metric)];
			const [min, max] = [Math.min(first, last), Math.max(first, last)];
			const mean = (first + last) / 2;
			const summary = {
				count: 2,
				numberCount: 2,
				min,
				minStep: first < last ? 0 : 1,
				max,
				maxStep: first < last ? 1 : 0,
				mean,
				first,
				last,
				lastStep: 1,
				lastTime: wireTime(created),
			};
			series?.push([seriesKey, key, workspaceKey, name, 'scalar', 2, 0]);
			columns?.push([seriesKey, 0, key, workspaceKey, name, name, JSON.stringify(summary), first, last, min, max, mean]);
		}
	}
	return [
		{ table: 'run', columns: RUN_COLUMNS, rows: runs as Value[][] },
		{
			table: 'run_attribute',
			columns: ['run_key', 'kind', 'key', 'workspace_key', 'value', 'head', 'number'],
			rows: attributes as Value[][],
		},
		{
			table: 'metric_series',
			columns: ['key', 'run_key', 'workspace_key', 'name', 'kind', 'point_count', 'tail_points'],
			rows: series as Value[][],
		},
		{
			table: 'metric_column',
			columns: [
				'series_key',
				'ordinal',
				'run_key',
				'workspace_key',
				'name',
				'search_name',
				'summary',
				'first_number',
				'last_number',
				'min_number',
				'max_number',
				'mean_number',
			],
			rows: columns as Value[][],
		},
	];
}

const RUN_COLUMNS = [
	...['key', 'id', 'workspace_key', 'experiment_key', 'number', 'parent_key', 'root_key', 'depth', 'name', 'display_name', 'description'],
	...['type', 'origin', 'submitted_by', 'target', 'status', 'lifecycle', 'created_time', 'start_time', 'end_time', 'data_container_id'],
];
