/** Workspace metrics: a row for each hour of a series, with its minutes inside; and how far each listener of the outbox has come. */
import type { ColumnTypes, Migration } from './migration.ts';

export const workspaceMetrics: Migration = {
	number: 16,
	name: 'workspace metrics',
	statements: ({ id, integer, text, real, bytes }: ColumnTypes) => [
		`create table event_cursor (name ${text} primary key, sequence ${integer} not null)`,
		`create table workspace_metric_series (
			key ${id}, workspace_key ${integer} not null references workspace (key), metric ${text} not null, dimensions ${text} not null,
			first_time ${integer} not null, last_time ${integer} not null, last_value ${real} not null, total ${real} not null,
			unique (workspace_key, metric, dimensions))`,
		'create index workspace_metric_series_by_time on workspace_metric_series (last_time)',
		`create table workspace_metric_hour (
			series_key ${integer} not null references workspace_metric_series (key) on delete cascade, hour_time ${integer} not null,
			total ${real} not null, sample_count ${integer} not null, minimum ${real} not null, maximum ${real} not null,
			minutes ${bytes} not null, primary key (series_key, hour_time))`,
		'create index workspace_metric_hour_by_time on workspace_metric_hour (hour_time)',
		`create table workspace_metric_usage (
			series_key ${integer} primary key references metric_series (key) on delete cascade, point_count ${integer} not null)`,
	],
};
