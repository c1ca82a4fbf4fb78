/** A page of the rows that a search finds. */
import type { RawBuilder, SelectQueryBuilder } from 'kysely';

export interface RowPage {
	readonly where: readonly RawBuilder<boolean>[];
	/** Each with its direction; the last of them tells any two rows apart, or pages overlap. */
	readonly order: readonly RawBuilder<unknown>[];
	readonly limit: number;
	readonly offset: number;
}

export function rowsOfPage<Tables, From extends keyof Tables, Row>(
	query: SelectQueryBuilder<Tables, From, Row>,
	{ where, order, limit, offset }: RowPage,
): SelectQueryBuilder<Tables, From, Row> {
	let narrowed = query;
	for (const condition of where) narrowed = narrowed.where(condition);
	for (const by of order) narrowed = narrowed.orderBy(by as RawBuilder<string>);
	return narrowed.limit(limit).offset(offset);
}
