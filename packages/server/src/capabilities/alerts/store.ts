/** Alert rules, what they raised, and who is told, in SQL. */
import type { AlertSeverity, AlertState } from '@runstead/contract';
import { type Kysely, type Selectable, sql, type Updateable } from 'kysely';
import type { ActionGroupTable, AlertDeliveryTable, AlertHistoryTable, AlertRuleTable, AlertTable, Tables } from '../../storage/tables.ts';

export type RuleRecord = Selectable<AlertRuleTable>;
export type AlertRecord = Selectable<AlertTable>;
export type GroupRecord = Selectable<ActionGroupTable>;
export type DeliveryRecord = Selectable<AlertDeliveryTable>;
export type HistoryRecord = Selectable<AlertHistoryTable>;
type Db = Kysely<Tables>;

/** Conditions of partial indexes stand in the text: a parameter would hide from the database that the index fits. */
const OPEN = sql<boolean>`open = 1`;
/** SQLite takes 32,766 parameters a statement. */
const KEYS_PER_QUERY = 1_000;
const WAITING = sql<boolean>`state = 'waiting'`;

export async function insertRule(db: Db, rule: Omit<RuleRecord, 'key'>): Promise<RuleRecord> {
	const { key } = await db.insertInto('alert_rule').values(rule).returning('key').executeTakeFirstOrThrow();
	return { ...rule, key };
}

export function ruleByName(db: Db, workspaceKey: number, nameOrId: string): Promise<RuleRecord | undefined> {
	return db
		.selectFrom('alert_rule')
		.selectAll()
		.where('workspace_key', '=', workspaceKey)
		.where((where) => where.or([where('folded_name', '=', nameOrId.toLowerCase()), where('id', '=', nameOrId)]))
		.executeTakeFirst();
}

export function rulesByName(db: Db, workspaceKey: number, after: string, limit: number): Promise<RuleRecord[]> {
	return db
		.selectFrom('alert_rule')
		.selectAll()
		.where('workspace_key', '=', workspaceKey)
		.where('folded_name', '>', after)
		.orderBy('folded_name')
		.limit(limit)
		.execute();
}

/** Every rule of the server that is switched on. */
export function enabledRules(db: Db): Promise<RuleRecord[]> {
	return db.selectFrom('alert_rule').selectAll().where('enabled', '=', 1).orderBy('key').execute();
}

export async function countRules(db: Db, workspaceKey: number): Promise<number> {
	const { count } = await db
		.selectFrom('alert_rule')
		.select(({ fn }) => fn.countAll<number>().as('count'))
		.where('workspace_key', '=', workspaceKey)
		.executeTakeFirstOrThrow();
	return Number(count);
}

export async function updateRule(db: Db, key: number, change: Updateable<AlertRuleTable>): Promise<void> {
	await db.updateTable('alert_rule').set(change).where('key', '=', key).execute();
}

/** Moves a rule from one look to another; false if somebody else has, or it was changed since. */
export async function moveRule(
	db: Db,
	rule: RuleRecord,
	change: { evaluated_time: number; evaluation_error: string | null },
): Promise<boolean> {
	const moved = await db
		.updateTable('alert_rule')
		.set(change)
		.where('key', '=', rule.key)
		.where('enabled', '=', 1)
		.where('evaluated_time', '=', rule.evaluated_time)
		.where('modified_time', '=', rule.modified_time)
		.executeTakeFirst();
	return Number(moved.numUpdatedRows) > 0;
}

export async function deleteRule(db: Db, key: number): Promise<void> {
	await db.deleteFrom('alert_rule').where('key', '=', key).execute();
}

export async function insertAlert(db: Db, alert: Omit<AlertRecord, 'key'>): Promise<AlertRecord> {
	const { key } = await db.insertInto('alert').values(alert).returning('key').executeTakeFirstOrThrow();
	return { ...alert, key };
}

export function alertById(db: Db, workspaceKey: number, id: string): Promise<AlertRecord | undefined> {
	return db.selectFrom('alert').selectAll().where('workspace_key', '=', workspaceKey).where('id', '=', id).executeTakeFirst();
}

export async function updateAlert(db: Db, key: number, change: Updateable<AlertTable>): Promise<void> {
	await db.updateTable('alert').set(change).where('key', '=', key).execute();
}

/** Alerts of a rule that were neither resolved nor closed. */
export function openAlertsOf(db: Db, ruleId: string): Promise<AlertRecord[]> {
	return db.selectFrom('alert').selectAll().where('rule_id', '=', ruleId).where(OPEN).orderBy('key').execute();
}

export async function countOpen(db: Db, ruleIds: readonly string[]): Promise<Map<string, number>> {
	if (ruleIds.length === 0) return new Map();
	const rows = await db
		.selectFrom('alert')
		.select(({ fn }) => ['rule_id', fn.countAll<number>().as('count')])
		.where('rule_id', 'in', ruleIds)
		.where(OPEN)
		.groupBy('rule_id')
		.execute();
	return new Map(rows.map((row) => [row.rule_id, Number(row.count)]));
}

/** When each combination of a rule fired last, since a time. */
export async function lastFired(db: Db, ruleId: string, since: number): Promise<Map<string, number>> {
	const rows = await db
		.selectFrom('alert')
		.select(({ fn }) => ['dimensions', fn.max('fired_time').as('time')])
		.where('rule_id', '=', ruleId)
		.where('fired_time', '>=', since)
		.groupBy('dimensions')
		.execute();
	return new Map(rows.map((row) => [row.dimensions, Number(row.time)]));
}

/** Runs for which a rule has raised something already, of some. */
export async function runsAlerted(db: Db, ruleId: string, runIds: readonly string[]): Promise<Set<string>> {
	if (runIds.length === 0) return new Set();
	const rows = await db
		.selectFrom('alert')
		.select('run_id')
		.distinct()
		.where('rule_id', '=', ruleId)
		.where('run_id', 'in', runIds)
		.execute();
	return new Set(rows.flatMap(({ run_id }) => (run_id === null ? [] : [run_id])));
}

export interface AlertListQuery {
	readonly workspaceKeys: readonly number[];
	readonly state?: AlertState;
	readonly open?: boolean;
	readonly severity?: AlertSeverity;
	readonly ruleId?: string;
	readonly runId?: string;
	readonly firedFrom?: number;
	readonly firedTo?: number;
	readonly before: { firedTime: number; key: number } | null;
	readonly limit: number;
}

export function alertsNewestFirst(db: Db, query: AlertListQuery): Promise<AlertRecord[]> {
	const { before, state, open, severity, ruleId, runId, firedFrom, firedTo } = query;
	return db
		.selectFrom('alert')
		.selectAll()
		.where('workspace_key', 'in', query.workspaceKeys)
		.$if(state !== undefined, (all) => all.where('state', '=', state as AlertState))
		.$if(open === true, (all) => all.where(OPEN))
		.$if(severity !== undefined, (all) => all.where('severity', '=', severity as AlertSeverity))
		.$if(ruleId !== undefined, (all) => all.where('rule_id', '=', ruleId as string))
		.$if(runId !== undefined, (all) => all.where('run_id', '=', runId as string))
		.$if(firedFrom !== undefined, (all) => all.where('fired_time', '>=', firedFrom as number))
		.$if(firedTo !== undefined, (all) => all.where('fired_time', '<=', firedTo as number))
		.$if(before !== null, (all) =>
			all.where((where) => {
				const { firedTime, key } = before as { firedTime: number; key: number };
				return where.or([where('fired_time', '<', firedTime), where.and([where('fired_time', '=', firedTime), where('key', '<', key)])]);
			}),
		)
		.orderBy('fired_time', 'desc')
		.orderBy('key', 'desc')
		.limit(query.limit)
		.execute();
}

export async function insertHistory(db: Db, entry: Omit<HistoryRecord, 'key'>): Promise<void> {
	await db.insertInto('alert_history').values(entry).execute();
}

export function historyOf(db: Db, alertKey: number): Promise<HistoryRecord[]> {
	return db.selectFrom('alert_history').selectAll().where('alert_key', '=', alertKey).orderBy('key').execute();
}

export async function insertGroup(db: Db, group: Omit<GroupRecord, 'key'>): Promise<GroupRecord> {
	const { key } = await db.insertInto('action_group').values(group).returning('key').executeTakeFirstOrThrow();
	return { ...group, key };
}

export function groupByName(db: Db, workspaceKey: number, nameOrId: string): Promise<GroupRecord | undefined> {
	return db
		.selectFrom('action_group')
		.selectAll()
		.where('workspace_key', '=', workspaceKey)
		.where((where) => where.or([where('folded_name', '=', nameOrId.toLowerCase()), where('id', '=', nameOrId)]))
		.executeTakeFirst();
}

export function groupsOf(db: Db, workspaceKey: number): Promise<GroupRecord[]> {
	return db.selectFrom('action_group').selectAll().where('workspace_key', '=', workspaceKey).orderBy('folded_name').execute();
}

export function groupsById(db: Db, ids: readonly string[]): Promise<GroupRecord[]> {
	return ids.length === 0 ? Promise.resolve([]) : db.selectFrom('action_group').selectAll().where('id', 'in', ids).execute();
}

export async function updateGroup(db: Db, key: number, change: Updateable<ActionGroupTable>): Promise<void> {
	await db.updateTable('action_group').set(change).where('key', '=', key).execute();
}

export async function deleteGroup(db: Db, key: number): Promise<void> {
	await db.deleteFrom('action_group').where('key', '=', key).execute();
}

export async function insertDelivery(db: Db, delivery: Omit<DeliveryRecord, 'key'>): Promise<DeliveryRecord> {
	const { key } = await db.insertInto('alert_delivery').values(delivery).returning('key').executeTakeFirstOrThrow();
	return { ...delivery, key };
}

export async function updateDelivery(db: Db, key: number, change: Updateable<AlertDeliveryTable>): Promise<void> {
	await db.updateTable('alert_delivery').set(change).where('key', '=', key).execute();
}

export type WaitingDelivery = Pick<DeliveryRecord, 'key' | 'id' | 'alert_id' | 'next_time'>;

/** All that wait, in their order. */
export function waitingDeliveries(db: Db): Promise<WaitingDelivery[]> {
	return db.selectFrom('alert_delivery').select(['key', 'id', 'alert_id', 'next_time']).where(WAITING).orderBy('key').execute();
}

/** Receivers as they are kept, by the keys of their deliveries. */
export async function receiversOf(db: Db, keys: readonly number[]): Promise<Map<number, string>> {
	const found = new Map<number, string>();
	for (let from = 0; from < keys.length; from += KEYS_PER_QUERY) {
		const some = keys.slice(from, from + KEYS_PER_QUERY);
		const rows = await db.selectFrom('alert_delivery').select(['key', 'receiver']).where('key', 'in', some).execute();
		for (const { key, receiver } of rows) found.set(key, receiver);
	}
	return found;
}

/** By when their time comes. */
export function deliveriesByKey(db: Db, keys: readonly number[]): Promise<DeliveryRecord[]> {
	if (keys.length === 0) return Promise.resolve([]);
	return db.selectFrom('alert_delivery').selectAll().where('key', 'in', keys).orderBy('next_time').orderBy('key').execute();
}

export function deliveriesOfAlert(db: Db, alertId: string): Promise<DeliveryRecord[]> {
	return db.selectFrom('alert_delivery').selectAll().where('alert_id', '=', alertId).orderBy('key').execute();
}

/** The names of the rules that raised alerts, by the ids of those. */
export async function ruleNamesOf(db: Db, alertIds: readonly string[]): Promise<Map<string, string>> {
	if (alertIds.length === 0) return new Map();
	const alerts = await db
		.selectFrom('alert')
		.select(['id', 'rule_name'])
		.where('id', 'in', [...new Set(alertIds)])
		.execute();
	return new Map(alerts.map(({ id, rule_name: name }) => [id, name]));
}

export function deliveriesOfGroup(db: Db, groupId: string, before: number, limit: number): Promise<DeliveryRecord[]> {
	return db
		.selectFrom('alert_delivery')
		.selectAll()
		.where('group_id', '=', groupId)
		.where('key', '<', before)
		.orderBy('key', 'desc')
		.limit(limit)
		.execute();
}

/** Lets go of what was delivered or given up before a time. */
export async function dropDeliveriesBefore(db: Db, time: number): Promise<void> {
	await db.deleteFrom('alert_delivery').where('state', '!=', 'waiting').where('created_time', '<', time).execute();
}
