/** What models and versions can be found and ordered by, as SQL over `model` and `model_version`. */
import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../storage/database.ts';
import { compareText, type TextOperator } from '../../storage/text-comparison.ts';

export type ModelField = 'name' | 'version' | 'runId' | 'source' | 'createdTime' | 'modifiedTime';

export type ModelCondition =
	| { readonly field: ModelField; readonly operator: TextOperator; readonly value: string | number }
	| { readonly field: 'name' | 'runId'; readonly operator: 'in' | 'not in'; readonly value: readonly string[] }
	| { readonly tag: string; readonly operator: TextOperator; readonly value: string }
	/** The model itself has no tag of this value: what is kept as a model and is none, such as a prompt. */
	| { readonly withoutTag: string; readonly value: string };

export interface ModelOrder {
	readonly by: ModelField;
	readonly descending: boolean;
}

export interface ModelSearch {
	readonly conditions?: readonly ModelCondition[];
	readonly order?: readonly ModelOrder[];
	readonly limit: number;
	readonly offset?: number;
}

/** Models, or versions of models. */
export type Sought = 'model' | 'model_version';

function orderSql(sought: Sought, order: readonly ModelOrder[]): RawBuilder<unknown>[] {
	return order.map(({ by, descending }) => sql`${columnOf(sought, by)} ${sql.raw(descending ? 'desc' : 'asc')}`);
}

function conditionSql(sought: Sought, condition: ModelCondition, engine: 'sqlite' | 'postgres'): RawBuilder<boolean> {
	if ('withoutTag' in condition) {
		const { withoutTag, value } = condition;
		return sql`not exists (select 1 from model_tag t where t.model_key = model.key and t.version = 0 and t.key = ${withoutTag} and t.value = ${value})`;
	}
	if ('tag' in condition) {
		const version = sql.raw(sought === 'model' ? '0' : 'model_version.version');
		const matches = compareText(sql`t.value`, condition.operator, condition.value, engine);
		return sql`exists (select 1 from model_tag t where t.model_key = model.key and t.version = ${version} and t.key = ${condition.tag} and ${matches})`;
	}
	const { field, operator, value } = condition;
	// One that came from no run came from another one than any that is named.
	const isOther = operator === '!=' || operator === 'not in';
	const column = field === 'runId' && isOther ? sql`coalesce(model_version.run_id, '')` : columnOf(sought, field);
	if (operator === 'in' || operator === 'not in')
		return sql`${column} ${sql.raw(operator)} (${sql.join([...(value as readonly string[])])})`;
	if (typeof value === 'number') return sql`${column} ${sql.raw(operator === '!=' ? '<>' : operator)} ${value}`;
	return compareText(column, operator, value as string, engine);
}

function columnOf(sought: Sought, field: ModelField): RawBuilder<unknown> {
	switch (field) {
		case 'name':
			return sql`model.name`;
		case 'version':
			return sql`model_version.version`;
		case 'runId':
			return sql`model_version.run_id`;
		case 'source':
			return sql`model_version.source`;
		case 'createdTime':
			return sql.raw(`${sought}.created_time`);
		case 'modifiedTime':
			return sql.raw(`${sought}.modified_time`);
	}
}

/** A search as SQL. */
export function searchSql(sought: Sought, { conditions = [], order = [], limit, offset = 0 }: ModelSearch, engine: Database['engine']) {
	return {
		where: conditions.map((condition) => conditionSql(sought, condition, engine)),
		order: orderSql(sought, order),
		limit,
		offset,
	};
}
