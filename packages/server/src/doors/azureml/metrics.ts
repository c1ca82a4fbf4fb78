/** Metrics as Azure ML has them since its second version: rows of typed columns, under a name and a kind. */
import { createHash } from 'node:crypto';
import { type MetricKind, RunsteadError, type SeriesPoints, SYSTEM_METRIC_PREFIX, type WireValue } from '@runstead/contract';
import type { Capabilities } from '../../create-capabilities.ts';
import { fromWireTime } from '../../http/time.ts';
import { artifactPathOf } from './artifact-reference.ts';
import { azureError } from './errors.ts';
import { type Fields, listOf, neededText, objectOf, textOf } from './fields.ts';
import { listed, presentSeries, readSeries } from './metric-reading.ts';
import type { AzureToolbox } from './toolbox.ts';

const METRICS = '/metric/v2.0';

const TABLE = 'azureml.v1.table';

const KINDS: Readonly<Record<string, MetricKind>> = {
	'azureml.v1.scalar': 'scalar',
	'azureml.v1.list': 'list',
	[TABLE]: 'table',
	'azureml.v2.image': 'image',
	'azureml.v2.confusion_matrix': 'confusion_matrix',
	'azureml.v2.accuracy_table': 'accuracy_table',
	'azureml.v2.residuals': 'residuals',
	'azureml.v2.predictions': 'predictions',
};

/** One metric of a batch, in our words. */
interface GivenMetric {
	readonly given: unknown;
	/** The client's own numbers of its points. */
	readonly ids: readonly string[];
	readonly series: SeriesPoints;
}

export function serveMetrics({ serve }: AzureToolbox, { metrics, runs }: Capabilities): void {
	const kindsOf = async (runId: string): Promise<Map<string, MetricKind>> =>
		new Map((await metrics.list(runId)).map(({ name, kind }) => [name, kind]));

	serve({ service: METRICS, method: 'POST', path: '/runs/:run/batch', permission: 'run.write' }, async ({ params, body, reply }) => {
		const runId = params.run as string;
		const fields = objectOf(body);
		const { data_container_id: containerId } = await runs.find(runId);
		const values = listOf(fields.values, 'values');
		const kinds = values.some(isTable) ? await kindsOf(runId) : new Map<string, MetricKind>();
		const errors: object[] = [];
		const refused = (given: unknown, error: unknown): void => {
			if (!(error instanceof RunsteadError) || error.status >= 500) throw error;
			errors.push({ metric: given, errorResponse: { error: azureError(error) } });
		};
		const read: GivenMetric[] = [];
		for (const given of values) {
			try {
				read.push(metricOf(given, kinds, containerId));
			} catch (error) {
				refused(given, error);
			}
		}
		// All of them in one transaction; where one cannot be, each for itself.
		const log = (some: readonly GivenMetric[]) =>
			metrics.log(runId, { writer: writerOf(some.flatMap(({ ids }) => ids)), first: 0, last: 1, series: merged(some) });
		try {
			if (read.length > 0) await log(read);
		} catch (error) {
			if (read.length === 1) refused((read[0] as GivenMetric).given, error);
			else if (!(error instanceof RunsteadError) || error.status >= 500) throw error;
			else for (const one of read) await log([one]).catch((reason: unknown) => refused(one.given, reason));
		}
		if (errors.length === 0) return {};
		reply.code(207);
		return { errors };
	});

	serve({ service: METRICS, method: 'POST', path: '/runs/:run/list', permission: 'run.read' }, async ({ params, workspace }) => {
		const own = (await metrics.list(params.run as string)).filter(({ name, count }) => count > 0 && !name.startsWith(SYSTEM_METRIC_PREFIX));
		// All at once: the client asks for no second page.
		return { value: own.map((summary) => listed(summary, workspace.name)), continuationToken: null };
	});

	serve({ service: METRICS, method: 'POST', path: '/runs/:run/full', permission: 'run.read' }, async ({ params, body }) => {
		const fields = objectOf(body);
		const run = await runs.find(params.run as string);
		const name = neededText(fields, 'metricName');
		const from = textOf(fields, 'startTime');
		const to = textOf(fields, 'endTime');
		const page = await readSeries(metrics, run.id, name, textOf(fields, 'continuationToken'));
		return presentSeries(page, {
			containerId: run.data_container_id,
			from: from === undefined ? null : fromWireTime(from, 'startTime'),
			to: to === undefined ? null : fromWireTime(to, 'endTime'),
		});
	});
}

/** Who sends the same points again is the same writer: what was stored is not stored twice. */
function writerOf(ids: readonly string[]): string {
	return `azureml:${createHash('sha256').update(ids.join('\n')).digest('hex')}`;
}

function typeOf(fields: Fields): string {
	return textOf(objectOf(fields.properties ?? {}, 'properties'), 'uxMetricType') ?? 'azureml.v1.scalar';
}

/** Whether what the run has logged so far has to be known to tell the kind of it. */
function isTable(given: unknown): boolean {
	return typeof given === 'object' && given !== null && typeOf(given as Fields) === TABLE;
}

/** @throws {RunsteadError} invalid-request. */
function metricOf(given: unknown, kinds: Map<string, MetricKind>, containerId: string): GivenMetric {
	const fields = objectOf(given, 'values[]');
	const name = neededText(fields, 'name');
	const type = typeOf(fields);
	const named = KINDS[type];
	if (named === undefined) throw new RunsteadError('invalid-request', { what: `There is no uxMetricType ${JSON.stringify(type)}.` });
	const rows = listOf(fields.value, 'value').map((row) => objectOf(row, 'value[]'));
	const known = kinds.get(name);
	// One row and a table are one thing here; a series is one or the other from its first point on.
	const kind = named !== 'table' ? named : known === 'row' || known === 'table' ? known : rows.length === 1 ? 'row' : 'table';
	kinds.set(name, known ?? kind);
	const types = objectOf(fields.columns ?? {}, 'columns');
	const data = rows.map((row) => objectOf(row.data ?? {}, 'data'));
	const columns = [...new Set([...Object.keys(types), ...data.flatMap((cells) => Object.keys(cells))])];
	const steps = rows.map(({ step }) => (typeof step === 'number' ? step : null));
	return {
		given,
		// Where rows are sent on that were read here, their ids are theirs within the metric alone.
		ids: rows.map((row, index) => `${name}/${textOf(row, 'metricId') ?? `${index}/${textOf(row, 'createdUtc')}`}`),
		series: {
			name,
			kind,
			times: rows.map((row) => fromWireTime(neededText(row, 'createdUtc'), 'createdUtc')),
			...(steps.some((step) => step !== null) && { steps }),
			columns: columns.map((column) => ({
				name: column,
				values: data.map((cells) => cellOf(cells[column], String(types[column] ?? ''), containerId)),
			})),
		},
	};
}

/** A cell as our wire has it: whole numbers say that they are. */
function cellOf(value: unknown, type: string, containerId: string): WireValue {
	if (value === undefined || value === null) return null;
	if (type === 'int' && typeof value === 'number' && Number.isSafeInteger(value)) return { integer: String(value) };
	if (type === 'Artifact' && typeof value === 'string') return artifactPathOf(value, containerId);
	if (type === 'double' && typeof value === 'string') return specialOf(value);
	return value as WireValue;
}

function specialOf(text: string): WireValue {
	return text === 'NaN' || text === 'Infinity' || text === '-Infinity' ? { number: text } : text;
}

/** Metrics of one name become one series, in the order in which they stand. */
function merged(metrics: readonly GivenMetric[]): SeriesPoints[] {
	return [...Map.groupBy(metrics, ({ series }) => series.name).values()].flatMap((same) => {
		const all = same.map(({ series }) => series);
		const [first] = all as [SeriesPoints];
		if (all.length === 1 || all.some(({ kind }) => kind !== first.kind)) return all;
		const names = [...new Set(all.flatMap(({ columns }) => columns.map(({ name }) => name)))];
		const absent = (count: number): null[] => new Array<null>(count).fill(null);
		return [
			{
				...first,
				times: all.flatMap(({ times }) => times),
				...(all.some(({ steps }) => steps) && { steps: all.flatMap(({ steps, times }) => steps ?? absent(times.length)) }),
				columns: names.map((name) => ({
					name,
					values: all.flatMap(({ columns, times }) => columns.find((column) => column.name === name)?.values ?? absent(times.length)),
				})),
			},
		];
	});
}
