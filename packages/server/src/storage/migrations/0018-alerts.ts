/** Alerts: rules, what they raised with its history, action groups, and what was sent to them. */
import type { ColumnTypes, Migration } from './migration.ts';

export const alerts: Migration = {
	number: 18,
	name: 'alerts',
	statements: ({ id, integer, text, real }: ColumnTypes) => [
		`create table alert_rule (
			key ${id}, id ${text} not null unique, workspace_key ${integer} not null references workspace (key), name ${text} not null,
			folded_name ${text} not null, description ${text} not null, severity ${integer} not null, enabled ${integer} not null,
			condition ${text} not null, window_seconds ${integer} not null, frequency_seconds ${integer} not null,
			auto_resolve ${integer} not null, suppress_seconds ${integer} not null, action_groups ${text} not null, silenced_until ${integer},
			evaluated_time ${integer} not null, evaluation_error ${text}, created_time ${integer} not null, created_by ${text} not null,
			modified_time ${integer} not null, modified_by ${text} not null, unique (workspace_key, folded_name))`,
		`create table alert (
			key ${id}, id ${text} not null unique, workspace_key ${integer} not null references workspace (key), rule_id ${text} not null,
			rule_name ${text} not null, severity ${integer} not null, condition ${text} not null, dimensions ${text} not null,
			state ${text} not null, resolved ${integer} not null, open ${integer} not null, value ${real}, summary ${text} not null,
			run_id ${text}, window_start ${integer}, window_end ${integer}, fired_time ${integer} not null, resolved_time ${integer})`,
		'create index alert_by_time on alert (workspace_key, fired_time, key)',
		'create index alert_by_rule on alert (rule_id, fired_time)',
		'create index alert_by_run on alert (run_id) where run_id is not null',
		// One combination of a rule has one open alert, whoever looks.
		'create unique index alert_open on alert (rule_id, dimensions) where open = 1',
		`create table alert_history (
			key ${id}, alert_key ${integer} not null references alert (key) on delete cascade, time ${integer} not null,
			actor ${text} not null, what ${text} not null, comment ${text})`,
		'create index alert_history_by_alert on alert_history (alert_key, key)',
		`create table action_group (
			key ${id}, id ${text} not null unique, workspace_key ${integer} not null references workspace (key), name ${text} not null,
			folded_name ${text} not null, receivers ${text} not null, created_time ${integer} not null, created_by ${text} not null,
			modified_time ${integer} not null, unique (workspace_key, folded_name))`,
		`create table alert_delivery (
			key ${id}, id ${text} not null unique, workspace_key ${integer} not null references workspace (key), alert_id ${text},
			group_id ${text} not null, group_name ${text} not null, receiver ${text} not null, what ${text} not null, state ${text} not null,
			attempts ${integer} not null, status_code ${integer}, error ${text}, payload ${text} not null, created_time ${integer} not null,
			last_time ${integer}, next_time ${integer} not null)`,
		`create index alert_delivery_waiting on alert_delivery (key) where state = 'waiting'`,
		'create index alert_delivery_by_alert on alert_delivery (alert_id) where alert_id is not null',
		'create index alert_delivery_by_group on alert_delivery (group_id, key)',
	],
};
