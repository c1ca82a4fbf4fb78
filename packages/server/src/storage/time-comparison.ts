/** Comparisons of times that are kept finer than they are shown. */
import { type RawBuilder, sql } from 'kysely';

export type NumberOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** Beyond it, microseconds are no whole numbers; no time is. */
const MILLIS_MAX = Math.floor(Number.MAX_SAFE_INTEGER / 1_000) - 1;

/** Whether a time in microseconds, as whole milliseconds show it, compares so with one in milliseconds. An index of the column serves. */
export function compareMillis(column: RawBuilder<unknown>, operator: NumberOperator, millis: number): RawBuilder<boolean> {
	const within = Math.min(Math.max(millis, -MILLIS_MAX), MILLIS_MAX);
	const [from, after] = [Math.ceil(within) * 1_000, (Math.floor(within) + 1) * 1_000];
	switch (operator) {
		case '=':
			return sql`(${column} >= ${from} and ${column} < ${after})`;
		case '!=':
			return sql`(${column} < ${from} or ${column} >= ${after})`;
		case '<':
			return sql`${column} < ${from}`;
		case '<=':
			return sql`${column} < ${after}`;
		case '>':
			return sql`${column} >= ${after}`;
		case '>=':
			return sql`${column} >= ${from}`;
	}
}
