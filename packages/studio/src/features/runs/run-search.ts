/** What a list of runs shows, as it stands in the page's address and in a saved view: the same shape in both. */
import { type Lifecycle, METRIC_STATISTICS, type RUN_ATTRIBUTES } from '@runstead/contract';
import type { TableOrder } from '../../shared/table/table-column.ts';
import { parseRunCharts, type RunChartsState } from '../run-charts/chart-spec.ts';

const LIFECYCLES = ['active', 'archived', 'trashed', 'all'] as const satisfies readonly (Lifecycle | 'all')[];
export type LifecycleChoice = (typeof LIFECYCLES)[number];

/** Absent where the list is as it is by itself, so that its address stays short. */
export interface RunListSearch {
	readonly filter?: string;
	readonly order?: string;
	readonly ascending?: boolean;
	readonly lifecycle?: LifecycleChoice;
	/** Child runs stand among the others, not under their parents. */
	readonly flat?: boolean;
	/** Ids of columns, in order. */
	readonly columns?: readonly string[];
	/** Pixels, by id of the column, where the reader has sized it. */
	readonly widths?: Readonly<Record<string, number>>;
	/** So many of the first columns stay when the others scroll. */
	readonly pinned?: number;
	/** A field: runs are shown by what they have in common there. */
	readonly group?: string;
	/** The metric whose course each row draws. */
	readonly spark?: string;
	/** Runs that charts leave out. */
	readonly hidden?: readonly string[];
	/** Charts over the runs, where they are not the usual ones. */
	readonly charts?: RunChartsState;
	/** Only runs of these experiments; in the list of all runs. */
	readonly experiments?: readonly string[];
}

export const NEWEST_FIRST: TableOrder = { by: 'createdTime', isAscending: false };

/** More would make an address that browsers and proxies cut. */
const LISTED_MAX = 500;

/** Takes from an address what can be read; the rest is as if it were not there. */
export function parseRunListSearch(given: Record<string, unknown>): RunListSearch {
	const { filter, order, ascending, lifecycle, flat, columns, widths, pinned, group, spark, hidden, experiments, charts } = given;
	const drawn = parseRunCharts(charts);
	return {
		...(isText(filter) && { filter: String(filter) }),
		...(isText(order) && { order: String(order) }),
		...(ascending === true && { ascending }),
		...(LIFECYCLES.some((one) => one === lifecycle) && lifecycle !== 'active' && { lifecycle: lifecycle as LifecycleChoice }),
		...(flat === true && { flat }),
		...(isList(columns) && { columns: columns.slice(0, LISTED_MAX).map(String) }),
		...(isWidths(widths) && { widths }),
		...(typeof pinned === 'number' && Number.isInteger(pinned) && pinned >= 0 && { pinned }),
		...(isText(group) && { group: String(group) }),
		...(isText(spark) && { spark: String(spark) }),
		...(isList(hidden) && { hidden: hidden.slice(0, LISTED_MAX).map(String) }),
		...(Object.keys(drawn).length > 0 && { charts: drawn }),
		...(isList(experiments) && { experiments: experiments.slice(0, LISTED_MAX).map(String) }),
	};
}

/** An address may hold a number where a text was meant: `?filter=1`. */
function isText(value: unknown): value is string | number {
	return (typeof value === 'string' && value !== '') || typeof value === 'number';
}

function isList(value: unknown): value is unknown[] {
	return Array.isArray(value) && value.length > 0;
}

function isWidths(value: unknown): value is Record<string, number> {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
	const widths = Object.values(value);
	return widths.length > 0 && widths.every((width) => typeof width === 'number' && width > 0 && width < 10_000);
}

export function orderOf(search: RunListSearch): TableOrder {
	return search.order === undefined ? NEWEST_FIRST : { by: search.order, isAscending: search.ascending ?? false };
}

/** A name as a filter or an order writes it. */
export function quoted(name: string): string {
	return `"${name.replaceAll('"', '""')}"`;
}

/** The field of a column as filters, orders and `fields` write it; null for one that shows something else. */
export function fieldOfColumn(id: string): string | null {
	if (id === 'tags') return 'tags';
	const attribute = COLUMN_ATTRIBUTES[id];
	if (attribute !== undefined) return attribute;
	const metric = METRIC_COLUMN.exec(id);
	if (metric?.[1] !== undefined) return `metrics.${quoted(metric[1])}.${metric[2]}`;
	const text = TEXT_COLUMN.exec(id);
	return text?.[2] === undefined ? null : `${text[1]}.${quoted(text[2])}`;
}

export const METRIC_COLUMN = new RegExp(`^metrics\\.([\\s\\S]+)\\.(${METRIC_STATISTICS.join('|')})$`);
export const TEXT_COLUMN = /^(params|tags|properties)\.([\s\S]+)$/;

const COLUMN_ATTRIBUTES: Readonly<Record<string, keyof typeof RUN_ATTRIBUTES>> = {
	name: 'displayName',
	number: 'number',
	status: 'status',
	experiment: 'experimentName',
	created: 'createdTime',
	started: 'startTime',
	ended: 'endTime',
	duration: 'durationMs',
	submittedBy: 'submittedBy',
	target: 'target',
	type: 'type',
	description: 'description',
	origin: 'origin',
	id: 'id',
};
