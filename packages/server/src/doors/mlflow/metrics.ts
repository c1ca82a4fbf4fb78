/** Metrics: points logged one by one and in batches, with params and tags beside them. */
import type { LoggedModelPoint } from '../../capabilities/logged-models/service.ts';
import type { ParsedSeries } from '../../capabilities/metrics/service.ts';
import type { RunRecord } from '../../capabilities/runs/service.ts';
import type { Capabilities } from '../../create-capabilities.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import { invalidParameter } from './errors.ts';
import { double, type Field, integer, keyValue, listOf, message, part, text } from './message.ts';
import { checkKey, checkRunId, paramValue, tagValue } from './names.ts';
import { aboutRun, RUN_FIELDS, runIdOf } from './runs.ts';
import { attributesOfTags } from './tags.ts';
import { MILLIS_MAX, microsOf } from './times.ts';
import type { MlflowToolbox } from './toolbox.ts';

const METRICS_PER_BATCH_MAX = 1_000;
const PARAMS_AND_TAGS_PER_BATCH_MAX = 100;
const ENTITIES_PER_BATCH_MAX = 1_000;
const MORE = ' See the API docs for more information about request parameters.';

export interface LoggedMetric {
	readonly key?: string;
	readonly value?: number;
	readonly timestamp?: number;
	readonly step?: number;
	/** The logged model that it is of, and the data that it was measured on. */
	readonly model_id?: string;
	readonly dataset_name?: string;
	readonly dataset_digest?: string;
}

const OF_MODEL = { model_id: text, dataset_name: text, dataset_digest: text };

const anyMetric: Field<LoggedMetric> = part({ key: text, value: double, timestamp: integer, step: integer, ...OF_MODEL });

/** Most points are right as they came: a copy of each would take as long as all of its checks. */
const loggedMetric: Field<LoggedMetric> = { read: (given) => (isPlainMetric(given) ? given : anyMetric.read(given)) };

function isPlainMetric(given: unknown): given is LoggedMetric {
	if (typeof given !== 'object' || given === null) return false;
	const { key, value, timestamp, step, model_id, dataset_name, dataset_digest } = given as Record<string, unknown>;
	return (
		typeof key === 'string' &&
		key.isWellFormed() &&
		typeof value === 'number' &&
		Number.isSafeInteger(timestamp) &&
		(step === undefined || Number.isSafeInteger(step)) &&
		model_id === undefined &&
		dataset_name === undefined &&
		dataset_digest === undefined
	);
}

export function serveMetrics({ serve }: MlflowToolbox, { metrics, loggedModels }: Capabilities): void {
	/** Stores what is of logged models with them, in the transaction of the batch. */
	const ofModels = (points: readonly LoggedMetric[]) => {
		const own = points.filter(({ model_id }) => model_id !== undefined && model_id !== '');
		if (own.length === 0) return undefined;
		return (unit: UnitOfWork, run: RunRecord): Promise<void> => loggedModels.logMetricsIn(unit, run, own.map(modelPointOf));
	};

	serve(
		{
			method: 'POST',
			path: '/2.0/mlflow/runs/log-metric',
			permission: 'run.write',
			message: message({ ...RUN_FIELDS, key: text, value: double, timestamp: integer, step: integer, ...OF_MODEL }, [
				'key',
				'value',
				'timestamp',
			]),
			about: aboutRun,
		},
		async ({ message: metric, principal }) => {
			checkMetric(metric, '');
			if (!metric.dataset_name !== !metric.dataset_digest)
				throw invalidParameter('Both dataset_name and dataset_digest must be provided if one is provided');
			await metrics.logAll(runIdOf(metric), { series: seriesOf([metric]) }, principal.name, ofModels([metric]));
			return '{}';
		},
	);

	serve(
		{
			method: 'POST',
			path: '/2.0/mlflow/runs/log-batch',
			permission: 'run.write',
			message: message(
				{
					run_id: text,
					metrics: listOf(loggedMetric),
					params: listOf(keyValue),
					tags: listOf(keyValue),
				},
				['run_id'],
			),
			about: aboutRun,
		},
		async ({ message: { run_id, metrics: points = [], params = [], tags = [] }, principal }) => {
			checkRunId(run_id);
			checkBatchSize(points.length, params.length, tags.length);
			for (const [index, point] of points.entries()) checkMetric(point, `metrics[${index}]`);
			for (const [index, { key }] of params.entries()) checkKeyOf(key, `params[${index}].key`, 'Param key');
			for (const [index, { key }] of tags.entries()) checkKeyOf(key, `tags[${index}].key`, `tags[${index}].key`);
			await metrics.logAll(
				run_id,
				{
					series: seriesOf(points),
					...(params.length > 0 && { params: paramsOf(params) }),
					...(tags.length > 0 && attributesOfTags(tags.map(({ key, value = '' }) => ({ key, value: tagValue(value) })))),
				},
				principal.name,
				ofModels(points),
			);
			return '{}';
		},
	);
}

function modelPointOf({ key, value, timestamp, step = 0, model_id, dataset_name, dataset_digest }: LoggedMetric): LoggedModelPoint {
	return {
		modelId: model_id as string,
		name: key as string,
		value: value as number,
		time: microsOf(timestamp as number),
		step,
		datasetName: dataset_name ?? null,
		datasetDigest: dataset_digest ?? null,
	};
}

function checkBatchSize(metrics: number, params: number, tags: number): void {
	const check = (noun: string, given: number, max: number): void => {
		if (given > max)
			throw invalidParameter(
				`A batch logging request can contain at most ${max} ${noun}. Got ${given} ${noun}. Please split up ${noun} across multiple requests and try again.`,
			);
	};
	check('metrics', metrics, METRICS_PER_BATCH_MAX);
	check('params', params, PARAMS_AND_TAGS_PER_BATCH_MAX);
	check('tags', tags, PARAMS_AND_TAGS_PER_BATCH_MAX);
	check('metrics, params, and tags', metrics + params + tags, ENTITIES_PER_BATCH_MAX);
}

function checkKeyOf(key: string | undefined, path: string, noun: string): void {
	if (!key) throw invalidParameter(`Missing value for required parameter '${path}'.${MORE}`);
	checkKey(key, path, noun);
}

/** @param path Where in a batch; '' for a metric alone. */
function checkMetric({ key, value, timestamp }: LoggedMetric, path: string): void {
	if (key && value !== undefined && timestamp !== undefined && timestamp >= 0 && timestamp <= MILLIS_MAX) {
		checkKey(key, path === '' ? 'name' : `${path}.name`, 'Metric name');
		return;
	}
	const at = (field: string): string => (path === '' ? field : `${path}.${field}`);
	if (!key) throw invalidParameter(`Missing value for required parameter '${at('key')}'.${MORE}`);
	if (value === undefined) throw invalidParameter(`Missing value for required parameter '${at('value')}'.${MORE}`);
	if (timestamp === undefined) throw invalidParameter(`Missing value for required parameter '${at('timestamp')}'.${MORE}`);
	throw invalidParameter(
		`Invalid value ${timestamp} for parameter '${at('timestamp')}' supplied: metric '${key}' (value=${value}). Timestamp must be a nonnegative long (64-bit integer) of milliseconds, at most ${MILLIS_MAX} here`,
	);
}

function paramsOf(given: readonly { readonly key?: string; readonly value?: string }[]): Record<string, string> {
	const params = new Map<string, string>();
	const twice: string[] = [];
	for (const { key = '', value = '' } of given) {
		if (params.has(key)) twice.push(key);
		params.set(key, paramValue(value));
	}
	if (twice.length > 0)
		throw invalidParameter(
			`Duplicate parameter keys have been submitted: [${twice.map((key) => `'${key}'`).join(', ')}]. Please ensure the request contains only one param value per param key.`,
		);
	return Object.fromEntries(params);
}

/** Points by key, each key's in their order, in packed columns. They were checked. */
function seriesOf(points: readonly LoggedMetric[]): ParsedSeries[] {
	const byKey = new Map<string, LoggedMetric[]>();
	for (const point of points) {
		const same = byKey.get(point.key as string);
		if (same) same.push(point);
		else byKey.set(point.key as string, [point]);
	}
	const series: ParsedSeries[] = [];
	for (const [name, own] of byKey) {
		const count = own.length;
		const steps = new Float64Array(count);
		const times = new Float64Array(count);
		const numbers = new Float64Array(count);
		for (let index = 0; index < count; index++) {
			const point = own[index] as LoggedMetric;
			steps[index] = point.step ?? 0;
			times[index] = microsOf(point.timestamp as number);
			numbers[index] = point.value as number;
		}
		series.push({ name, kind: 'scalar', points: { count, steps, times, columns: [{ name, values: { type: 'float', numbers } }] } });
	}
	return series;
}
