/** Comparisons of text that mean the same on both engines. */
import { checkLimit } from '@runstead/contract';
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

/**
 * `like` minds upper and lower case, on both engines (SQLite's own like never does for ASCII); `ilike` does not mind that of A to Z, which is
 * all that SQLite knows of it.
 * @throws {RunsteadError} limit-exceeded for a pattern that is too long: SQLite takes none of more than 50,000 bytes.
 */
export function compareText(
	column: RawBuilder<unknown>,
	operator: TextOperator,
	value: string,
	engine: 'sqlite' | 'postgres',
): RawBuilder<boolean> {
	if (operator !== 'like' && operator !== 'ilike') return sql`${column} ${operatorSql(operator)} ${value}`;
	checkLength(value);
	// A backslash stands for itself: PostgreSQL would escape with it what follows.
	const plain = (pattern: string): string => (engine === 'postgres' ? pattern.replaceAll('\\', '\\\\') : pattern);
	if (operator === 'ilike') {
		const text = engine === 'postgres' ? sql`(${column}) collate "C"` : column;
		return sql`lower(${text}) like ${plain(value.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()))}`;
	}
	return engine === 'sqlite' ? sql`${column} glob ${globOf(value)}` : sql`${column} like ${plain(value)}`;
}

function checkLength(pattern: string): void {
	checkLimit('The length of a pattern', pattern.length, 'filterCharacters');
}

/** The pattern of a LIKE as a GLOB, which minds case. */
function globOf(pattern: string): string {
	return pattern.replace(/[*?[\]%_]/g, (character) => (character === '%' ? '*' : character === '_' ? '?' : `[${character}]`));
}
