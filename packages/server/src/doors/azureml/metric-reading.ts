/** Metrics as clients read them back: names with their columns, and all rows of one in order of time. */
import type { MetricKind, MetricSummary, WireValue } from '@runstead/contract';
import type { MetricPoints, MetricService } from '../../capabilities/metrics/service.ts';
import { toWireTime } from '../../http/time.ts';
import { artifactReference } from './artifact-reference.ts';
import { offsetOf, pageToken } from './paging.ts';

/** Rows of one reply. */
const ROWS_PER_PAGE = 20_000;

type ColumnType = 'int' | 'double' | 'string' | 'bool' | 'none' | 'Artifact';

const UX_TYPES: Readonly<Record<MetricKind, string>> = {
	scalar: 'azureml.v1.scalar',
	list: 'azureml.v1.list',
	row: 'azureml.v1.table',
	table: 'azureml.v1.table',
	image: 'azureml.v2.image',
	confusion_matrix: 'azureml.v2.confusion_matrix',
	accuracy_table: 'azureml.v2.accuracy_table',
	residuals: 'azureml.v2.residuals',
	predictions: 'azureml.v2.predictions',
};

function isDocument(kind: MetricKind): boolean {
	return UX_TYPES[kind].startsWith('azureml.v2.');
}

/** A name of a list, with its columns as far as their summaries tell. */
export function listed({ name, kind, columns }: MetricSummary, namespace: string): object {
	return {
		metricKey: { namespace, name },
		columns: Object.fromEntries(
			Object.entries(columns).map(([column, { last }]) => [column, isDocument(kind) ? 'Artifact' : typeOf([last], 'float')]),
		),
		properties: { uxMetricType: UX_TYPES[kind] },
	};
}

/** @throws {RunsteadError} not-found, invalid-cursor. */
export async function readSeries(metrics: MetricService, runId: string, name: string, token: string | undefined): Promise<MetricPoints> {
	return metrics.points(runId, name, offsetOf(token) - 1, ROWS_PER_PAGE);
}

/** The reply as text: of hundreds of thousands of points, objects of their own would take longer than all else. */
export function presentSeries(
	{ name, kind, times, steps, arrivals, columns, next }: MetricPoints,
	{ containerId, from, to }: { readonly containerId: string; readonly from: number | null; readonly to: number | null },
): string {
	const typed = columns.map(({ name: column, type = 'float', values }) => {
		const columnType = isDocument(kind) ? ('Artifact' as const) : typeOf(values, type);
		return { column, columnType, values, key: `${JSON.stringify(column)}:` };
	});
	const timeText = createTimeWriter();
	let rows = '';
	for (const index of inTime(times, from ?? Number.NEGATIVE_INFINITY, to ?? Number.POSITIVE_INFINITY)) {
		const step = steps[index] ?? null;
		rows += `${rows === '' ? '' : ','}{"metricId":"${arrivals[index]}","createdUtc":"${timeText(times[index] as number)}",`;
		if (step !== null) rows += `"step":${step},`;
		let separator = '"data":{';
		for (const { key, columnType, values } of typed) {
			rows += separator + key + cellText(values[index] as WireValue, columnType, containerId);
			separator = ',';
		}
		rows += typed.length === 0 ? '"data":{}}' : '}}';
	}
	const head = JSON.stringify({
		dataContainerId: containerId,
		name,
		columns: Object.fromEntries(typed.map(({ column, columnType }) => [column, columnType])),
		properties: { uxMetricType: UX_TYPES[kind] },
		namespace: null,
		standardSchemaId: null,
		continuationToken: next === null ? null : pageToken(next + 1),
	});
	return `${head.slice(0, -1)},"value":[${rows}]}`;
}

/** Places of points by their times. Batches come in any order; what has one time stays in the order in which it came. */
function inTime(times: readonly number[], from: number, to: number): number[] {
	const places: number[] = [];
	let isInOrder = true;
	let before = Number.NEGATIVE_INFINITY;
	for (const [index, time] of times.entries()) {
		if (time < from || time > to) continue;
		isInOrder &&= time >= before;
		before = time;
		places.push(index);
	}
	return isInOrder ? places : places.sort((one, other) => (times[one] as number) - (times[other] as number) || one - other);
}

/** Writes times of which one follows soon upon another: up to the second, they are the same. */
function createTimeWriter(): (micros: number) => string {
	let second = Number.NaN;
	let start = '';
	return (micros) => {
		const of = Math.floor(micros / 1_000_000);
		if (of !== second) {
			second = of;
			start = toWireTime(of * 1_000_000).slice(0, -'000000Z'.length);
		}
		return `${start}${String(micros - of * 1_000_000).padStart(6, '0')}Z`;
	};
}

/** The type that all values of a column have; texts where they have several. */
function typeOf(values: readonly WireValue[], plain: 'float' | 'integer'): ColumnType {
	const types = new Set<ColumnType>();
	for (const value of values) {
		if (value === null) continue;
		if (typeof value === 'object') types.add('integer' in value ? 'int' : 'double');
		else if (typeof value === 'number') types.add(plain === 'integer' ? 'int' : 'double');
		else types.add(typeof value === 'boolean' ? 'bool' : 'string');
	}
	if (types.size === 0) return 'none';
	if (types.size === 1) return [...types][0] as ColumnType;
	// Only a column of doubles is read as numbers by the client; the cells of any other are taken as they are.
	return types.size === 2 && types.has('int') && types.has('double') ? 'int' : 'string';
}

function cellText(value: WireValue, type: ColumnType, containerId: string): string {
	// In a column of doubles the client calls float(): an absent value has to be one.
	if (value === null) return type === 'double' ? '"NaN"' : 'null';
	if (typeof value === 'number') return String(value);
	if (typeof value !== 'object') return JSON.stringify(type === 'Artifact' ? artifactReference(String(value), containerId) : value);
	// As it stands, however many digits it has.
	return 'number' in value ? `"${value.number}"` : value.integer;
}
