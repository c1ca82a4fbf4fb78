/** A view that is deleted can be taken back for a time. */
import type { ColumnTypes, Migration } from './migration.ts';

export const deletedViews: Migration = {
	number: 25,
	name: 'deleted-views',
	statements: ({ integer }: ColumnTypes) => [`alter table saved_view add column deleted_time ${integer}`],
};
