/** What logged models can be found and ordered by, as SQL over `logged_model`. */
import { type RawBuilder, sql } from 'kysely';
import { compareText, type TextOperator } from '../../storage/text-comparison.ts';
import { compareMillis, type NumberOperator } from '../../storage/time-comparison.ts';
import { newestMetric } from './store.ts';

type TextField = 'id' | 'name' | 'modelType' | 'sourceRunId' | 'status';
type TimeField = 'createdTime' | 'modifiedTime';

export interface DatasetChoice {
	readonly name: string;
	readonly digest?: string | undefined;
}

export type LoggedModelCondition =
	| { readonly field: TextField; readonly operator: TextOperator; readonly value: string }
	| { readonly field: TextField; readonly operator: 'in' | 'not in'; readonly value: readonly string[] }
	/** Compared in whole milliseconds. */
	| { readonly field: TimeField; readonly operator: NumberOperator; readonly value: number }
	| { readonly metric: string; readonly operator: NumberOperator; readonly value: number }
	| { readonly kind: 'tag' | 'param'; readonly key: string; readonly operator: TextOperator; readonly value: string }
	| { readonly kind: 'tag' | 'param'; readonly key: string; readonly operator: 'in' | 'not in'; readonly value: readonly string[] };

export type LoggedModelOrder =
	| { readonly by: TextField | TimeField; readonly descending: boolean }
	| { readonly metric: string; readonly dataset: Partial<DatasetChoice>; readonly descending: boolean };

export interface LoggedModelSearch {
	readonly conditions?: readonly LoggedModelCondition[];
	/** Only those with metrics on one of these; metric conditions look at those alone. */
	readonly datasets?: readonly DatasetChoice[];
	readonly order?: readonly LoggedModelOrder[];
	readonly limit: number;
	readonly offset?: number;
}

const COLUMNS: Readonly<Record<TextField | TimeField, string>> = {
	id: 'logged_model.id',
	name: 'logged_model.name',
	modelType: 'logged_model.model_type',
	sourceRunId: 'logged_model.source_run_id',
	status: 'logged_model.status',
	createdTime: 'logged_model.created_time',
	modifiedTime: 'logged_model.modified_time',
};

export function conditionsSql({ conditions = [], datasets = [] }: LoggedModelSearch, engine: 'sqlite' | 'postgres'): RawBuilder<boolean>[] {
	const onDatasets = datasets.map(({ name, digest }) =>
		digest === undefined ? sql`m.dataset_name = ${name}` : sql`(m.dataset_name = ${name} and m.dataset_digest = ${digest})`,
	);
	const ofDatasets = onDatasets.length === 0 ? sql`` : sql`and (${sql.join(onDatasets, sql` or `)})`;
	const compare = (column: RawBuilder<unknown>, operator: string, value: unknown): RawBuilder<boolean> => {
		if (Array.isArray(value)) return sql`${column} ${sql.raw(operator)} (${sql.join(value)})`;
		if (typeof value === 'string') return compareText(column, operator as TextOperator, value, engine);
		return sql`${column} ${sql.raw(operator === '!=' ? '<>' : operator)} ${value}`;
	};
	const all = conditions.map((condition): RawBuilder<boolean> => {
		const { operator, value } = condition;
		if ('metric' in condition) {
			return sql`exists (select 1 from logged_model_metric m where m.model_key = logged_model.key and m.name = ${condition.metric}
				and ${compare(sql`m.value`, operator, value)} ${ofDatasets})`;
		}
		if ('kind' in condition) {
			return sql`exists (select 1 from logged_model_attribute a where a.model_key = logged_model.key and a.kind = ${condition.kind}
				and a.key = ${condition.key} and ${compare(sql`a.value`, operator, value)})`;
		}
		const column = sql.raw(COLUMNS[condition.field]);
		if (typeof value === 'number') return compareMillis(column, operator as NumberOperator, value);
		// What is not there is unlike every text.
		return compare(operator === '!=' || operator === 'not in' ? sql`coalesce(${column}, '')` : column, operator, value);
	});
	if (onDatasets.length > 0 && !conditions.some((condition) => 'metric' in condition))
		all.push(sql`exists (select 1 from logged_model_metric m where m.model_key = logged_model.key ${ofDatasets})`);
	return all;
}

/** What has no value comes last, either way. */
export function orderSql(order: readonly LoggedModelOrder[]): RawBuilder<unknown>[] {
	return order.flatMap((one) => {
		const column = 'metric' in one ? newestMetric(one.metric, one.dataset) : sql.raw(COLUMNS[one.by]);
		return [sql`case when ${column} is null then 1 else 0 end`, sql`${column} ${sql.raw(one.descending ? 'desc' : 'asc')}`];
	});
}
