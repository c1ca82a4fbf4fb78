/** A view is of one page: lists of runs, or queries of the logs. */
import type { ColumnTypes, Migration } from './migration.ts';

export const viewPage: Migration = {
	number: 23,
	name: 'view-page',
	statements: ({ text }: ColumnTypes) => [`alter table saved_view add column page ${text} not null default 'runs'`],
};
