/** Comparisons of text that mean the same on both engines. */
import { type RawBuilder, sql } from 'kysely';

export type TextOperator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'like' | 'ilike';

const SQL_OPERATORS: Readonly<Record<TextOperator, string>> = {
	'=': '=',
	'!=': '<>',
	'<': '<',
	'<=': '<=',
	'>': '>',
	'>=': '>=',
	like: 'like',
	ilike: 'like',
};

/** How SQL spells an operator. */
export function operatorSql(operator: TextOperator): RawBuilder<unknown> {
	return sql.raw(SQL_OPERATORS[operator]);
}

/** `like` minds upper and lower case, `ilike` does not, on both engines (SQLite's own like never does for ASCII). */
export function compareText(
	column: RawBuilder<unknown>,
	operator: TextOperator,
	value: string,
	engine: 'sqlite' | 'postgres',
): RawBuilder<boolean> {
	if (operator === 'ilike') return sql`lower(${column}) like ${value.toLowerCase()}`;
	if (operator === 'like' && engine === 'sqlite') return sql`${column} glob ${globOf(value)}`;
	return sql`${column} ${operatorSql(operator)} ${value}`;
}

/** The pattern of a LIKE as a GLOB, which minds case. */
function globOf(pattern: string): string {
	return pattern.replace(/[*?[\]%_]/g, (character) => (character === '%' ? '*' : character === '_' ? '?' : `[${character}]`));
}
