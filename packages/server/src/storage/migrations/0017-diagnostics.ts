/** Diagnostic settings, how far their destinations have come, and which log tables are filled. Every workspace that is there gets the default one. */
import type { ColumnTypes, Migration } from './migration.ts';

export const diagnostics: Migration = {
	number: 17,
	name: 'diagnostics',
	statements: ({ id, integer, text }: ColumnTypes) => [
		`create table diagnostic_setting (
			key ${id}, id ${text} not null unique, workspace_key ${integer} not null references workspace (key), name ${text} not null,
			folded_name ${text} not null, categories ${text} not null, created_time ${integer} not null, modified_time ${integer} not null,
			modified_by ${text} not null, unique (workspace_key, folded_name))`,
		`create table diagnostic_destination (
			key ${id}, setting_key ${integer} not null references diagnostic_setting (key) on delete cascade, kind ${text} not null,
			configuration ${text} not null, reach ${text} not null, sequence ${integer} not null, metrics_time ${integer} not null,
			sent_time ${integer}, error ${text}, error_time ${integer}, unique (setting_key, kind))`,
		`create table diagnostic_volume (
			destination_key ${integer} not null references diagnostic_destination (key) on delete cascade, category ${text} not null,
			day ${integer} not null, record_count ${integer} not null, size_bytes ${integer} not null,
			primary key (destination_key, category, day))`,
		`create table log_analytics_category (
			workspace_key ${integer} not null references workspace (key), category ${text} not null, until_sequence ${integer},
			primary key (workspace_key, category))`,
		// The id of the workspace does for that of its default setting: nothing else has it in this table.
		`insert into diagnostic_setting (id, workspace_key, name, folded_name, categories, created_time, modified_time, modified_by)
			select id, key, 'log-analytics', 'log-analytics', '["AllLogs","AllMetrics"]', created_time, created_time, 'runstead' from workspace`,
		`insert into diagnostic_destination (setting_key, kind, configuration, reach, sequence, metrics_time)
			select key, 'logAnalytics', '', 'public', 0, 0 from diagnostic_setting`,
	],
};
