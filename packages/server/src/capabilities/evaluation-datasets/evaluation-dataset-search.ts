/** What evaluation datasets can be found and ordered by, as SQL over `evaluation_dataset`. */
import { type RawBuilder, sql } from 'kysely';
import { compareText, type TextOperator } from '../../storage/text-comparison.ts';
import { compareMillis, type NumberOperator } from '../../storage/time-comparison.ts';

type TextField = 'name' | 'createdBy' | 'modifiedBy';
type TimeField = 'createdTime' | 'modifiedTime';

export type EvaluationDatasetCondition =
	| { readonly field: TextField; readonly operator: TextOperator; readonly value: string }
	| { readonly field: 'name'; readonly operator: 'in'; readonly value: readonly string[] }
	/** Compared in whole milliseconds. */
	| { readonly field: TimeField; readonly operator: NumberOperator; readonly value: number }
	| { readonly tag: string; readonly operator: TextOperator; readonly value: string };

export interface EvaluationDatasetOrder {
	readonly by: 'name' | TimeField;
	readonly descending: boolean;
}

export interface EvaluationDatasetSearch {
	/** Only those that one of these experiments uses; null: any. */
	readonly experimentKeys?: readonly number[] | null;
	readonly conditions?: readonly EvaluationDatasetCondition[];
	/** The newest first where nothing is said. */
	readonly order?: readonly EvaluationDatasetOrder[];
	readonly limit: number;
	readonly offset?: number;
}

const COLUMNS: Readonly<Record<TextField | TimeField, string>> = {
	name: 'evaluation_dataset.name',
	createdBy: 'evaluation_dataset.created_by',
	modifiedBy: 'evaluation_dataset.modified_by',
	createdTime: 'evaluation_dataset.created_time',
	modifiedTime: 'evaluation_dataset.modified_time',
};

const NEWEST_FIRST: readonly EvaluationDatasetOrder[] = [{ by: 'createdTime', descending: true }];

export function searchSql(
	{ experimentKeys = null, conditions = [], order = [], limit, offset = 0 }: EvaluationDatasetSearch,
	engine: 'sqlite' | 'postgres',
) {
	const where = conditions.map((condition) => conditionSql(condition, engine));
	if (experimentKeys !== null)
		where.push(
			experimentKeys.length === 0
				? sql`1 = 0`
				: sql`evaluation_dataset.key in (select e.dataset_key from evaluation_dataset_experiment e
					where e.experiment_key in (${sql.join([...experimentKeys])}))`,
		);
	const by = (order.length === 0 ? NEWEST_FIRST : order).map(
		(one) => sql`${sql.raw(COLUMNS[one.by])} ${sql.raw(one.descending ? 'desc' : 'asc')}`,
	);
	return { where, order: [...by, sql`evaluation_dataset.key desc`], limit, offset };
}

function conditionSql(condition: EvaluationDatasetCondition, engine: 'sqlite' | 'postgres'): RawBuilder<boolean> {
	if ('tag' in condition)
		return sql`exists (select 1 from evaluation_dataset_tag t where t.dataset_key = evaluation_dataset.key and t.key = ${condition.tag}
			and ${compareText(sql`t.value`, condition.operator, condition.value, engine)})`;
	const column = sql.raw(COLUMNS[condition.field]);
	if (condition.operator === 'in') return sql`${column} in (${sql.join([...condition.value])})`;
	if (typeof condition.value === 'number') return compareMillis(column, condition.operator as NumberOperator, condition.value);
	return compareText(column, condition.operator as TextOperator, condition.value, engine);
}
