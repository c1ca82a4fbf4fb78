/** What one attribute of a span says, as SQL over the content of the span. */
import { type RawBuilder, sql } from 'kysely';
import { compareText, type TextOperator } from '../../storage/text-comparison.ts';

type Engine = 'sqlite' | 'postgres';

/** Fields of a value that stand for themselves; what else there is, lists and objects, is compared as its JSON. */
const SCALARS = ['string_value', 'int_value', 'double_value', 'bool_value'] as const;

/** The text of an attribute: what a client of MLflow sets is JSON, and a text then has quotes. Null where the span has no such attribute. */
export function spanAttribute(content: RawBuilder<unknown>, key: string, engine: Engine): RawBuilder<unknown> {
	if (engine === 'postgres') {
		const scalars = SCALARS.map((field) => sql`e -> 'value' ->> ${field}`);
		return sql`(select coalesce(${sql.join(scalars)}, (e -> 'value')::text) from json_array_elements(${content}::json -> 'attributes') e
			where e ->> 'key' = ${key} limit 1)`;
	}
	// As JSON true and false are words; taken out of it they would be 1 and 0.
	const scalars = SCALARS.map((field) =>
		field === 'bool_value' ? sql`e.value -> ${`$.value.${field}`}` : sql`cast(e.value ->> ${`$.value.${field}`} as text)`,
	);
	return sql`(select coalesce(${sql.join([...scalars, sql`e.value -> '$.value'`])}) from json_each(${content}, '$.attributes') e
		where e.value ->> '$.key' = ${key} limit 1)`;
}

export type AttributeComparison =
	| { readonly operator: TextOperator; readonly value: string }
	| { readonly operator: 'in' | 'not in'; readonly value: readonly string[] };

/** Whether the span has the attribute, and it is as given; a text of JSON is meant with its quotes or without. */
export function compareSpanAttribute(
	content: RawBuilder<unknown>,
	key: string,
	comparison: AttributeComparison,
	engine: Engine,
): RawBuilder<boolean> {
	const written = JSON.stringify(key);
	// Few spans have the key anywhere; only these are taken apart.
	const mayHave = engine === 'postgres' ? sql`strpos(${content}, ${written}) > 0` : sql`instr(${content}, ${written}) > 0`;
	const text = spanAttribute(content, key, engine);
	return sql`case when ${mayHave} then coalesce(${compareAttribute(text, comparison, engine)}, false) else false end`;
}

function compareAttribute(text: RawBuilder<unknown>, { operator, value }: AttributeComparison, engine: Engine): RawBuilder<boolean> {
	const isListed = (values: readonly string[], how: 'in' | 'not in'): RawBuilder<boolean> =>
		sql`${text} ${sql.raw(how)} (${sql.join(values.flatMap((one) => [one, JSON.stringify(one)]))})`;
	switch (operator) {
		case 'in':
		case 'not in':
			return isListed(value, operator);
		case '=':
			return isListed([value], 'in');
		case '!=':
			return isListed([value], 'not in');
		default:
			return compareText(sql`trim(${text}, '"')`, operator, value, engine);
	}
}
