/** Alert rules, alerts, and who is told. */
import type { AlertChangeKind, AlertSeverity, AlertState, DeliveryState } from '@runstead/contract';
import type { Generated } from 'kysely';

export interface AlertRuleTable {
	key: Generated<number>;
	id: string;
	workspace_key: number;
	name: string;
	/** Lower-cased: names are unique in a workspace whatever their case. */
	folded_name: string;
	description: string;
	severity: AlertSeverity;
	enabled: number;
	/** As JSON. */
	condition: string;
	window_seconds: number;
	frequency_seconds: number;
	auto_resolve: number;
	suppress_seconds: number;
	/** Ids of action groups, as JSON. */
	action_groups: string;
	silenced_until: number | null;
	/** End of the last window that was looked at. */
	evaluated_time: number;
	evaluation_error: string | null;
	created_time: number;
	created_by: string;
	modified_time: number;
	modified_by: string;
}

export interface AlertTable {
	key: Generated<number>;
	id: string;
	workspace_key: number;
	/** The rule may be gone. */
	rule_id: string;
	rule_name: string;
	severity: AlertSeverity;
	/** Of the rule as it was then. */
	condition: string;
	/** As JSON, by name in their order. */
	dimensions: string;
	state: AlertState;
	/** 1 once its condition no longer holds. */
	resolved: number;
	/** 1 while it was neither resolved nor closed: its combination raises no other. */
	open: number;
	value: number | null;
	summary: string;
	run_id: string | null;
	window_start: number | null;
	window_end: number | null;
	fired_time: number;
	resolved_time: number | null;
}

export interface AlertHistoryTable {
	key: Generated<number>;
	alert_key: number;
	time: number;
	actor: string;
	what: AlertChangeKind;
	comment: string | null;
}

export interface ActionGroupTable {
	key: Generated<number>;
	id: string;
	workspace_key: number;
	name: string;
	/** Lower-cased: names are unique in a workspace whatever their case. */
	folded_name: string;
	/** With their secrets, as JSON. */
	receivers: string;
	created_time: number;
	created_by: string;
	modified_time: number;
}

/** What is sent, or was, to one receiver. */
export interface AlertDeliveryTable {
	key: Generated<number>;
	id: string;
	workspace_key: number;
	/** Null: a test. */
	alert_id: string | null;
	group_id: string;
	group_name: string;
	/** As it was when the alert fired, as JSON. */
	receiver: string;
	what: 'fired' | 'resolved' | 'test';
	state: DeliveryState;
	attempts: number;
	status_code: number | null;
	error: string | null;
	/** The notification, as JSON; each receiver has its own form of it. */
	payload: string;
	created_time: number;
	last_time: number | null;
	next_time: number;
}

export interface AlertTables {
	alert_rule: AlertRuleTable;
	alert: AlertTable;
	alert_history: AlertHistoryTable;
	action_group: ActionGroupTable;
	alert_delivery: AlertDeliveryTable;
}
