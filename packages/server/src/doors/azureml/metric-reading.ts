/** Metrics as clients read them back: names with their columns, and all rows of one in order of time. */
import type { MetricKind, MetricSummary, WireValue } from '@runstead/contract';
import type { MetricPoints, MetricService } from '../../capabilities/metrics/service.ts';
import { toWireTime } from '../../http/time.ts';
import { artifactReference } from './artifact-reference.ts';
import { offsetOf, pageToken } from './paging.ts';

/** Rows of one reply. */
const ROWS_PER_PAGE = 20_000;

/** Writes a number as it stands, however many digits it has. TypeScript does not know it yet. */
const { rawJSON: rawJson } = JSON as unknown as { readonly rawJSON: (text: string) => object };

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

export function presentSeries(
	{ name, kind, times, steps, arrivals, columns, next }: MetricPoints,
	{ containerId, from, to }: { readonly containerId: string; readonly from: number | null; readonly to: number | null },
): object {
	const typed = columns.map(({ name: column, type = 'float', values }) => {
		const columnType = isDocument(kind) ? ('Artifact' as const) : typeOf(values, type);
		return { column, columnType, cells: values.map((value) => cellOf(value, columnType, containerId)) };
	});
	// Batches come in any order; what has one time stays in the order in which it came.
	const order = times
		.map((_, index) => index)
		.filter((index) => {
			const time = times[index] as number;
			return (from === null || time >= from) && (to === null || time <= to);
		})
		.sort((one, other) => (times[one] as number) - (times[other] as number) || one - other);
	return {
		dataContainerId: containerId,
		name,
		columns: Object.fromEntries(typed.map(({ column, columnType }) => [column, columnType])),
		properties: { uxMetricType: UX_TYPES[kind] },
		namespace: null,
		standardSchemaId: null,
		value: order.map((index) => ({
			metricId: `${containerId}/${name}/${arrivals[index]}`,
			createdUtc: toWireTime(times[index] as number),
			...(steps[index] !== null && { step: steps[index] }),
			data: Object.fromEntries(typed.map(({ column, cells }) => [column, cells[index]])),
		})),
		continuationToken: next === null ? null : pageToken(next + 1),
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

function cellOf(value: WireValue, type: ColumnType, containerId: string): unknown {
	// In a column of doubles the client calls float(): an absent value has to be one.
	if (value === null) return type === 'double' ? 'NaN' : null;
	if (type === 'Artifact') return typeof value === 'string' ? artifactReference(value, containerId) : value;
	if (typeof value !== 'object') return value;
	if ('number' in value) return value.number;
	const number = Number(value.integer);
	return Number.isSafeInteger(number) ? number : rawJson(value.integer);
}
