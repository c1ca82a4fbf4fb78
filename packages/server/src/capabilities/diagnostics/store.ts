/** Diagnostic settings, their destinations and volumes in SQL. */
import { type Kysely, type Selectable, sql, type Updateable } from 'kysely';
import type { DiagnosticDestinationTable, DiagnosticSettingTable, LogAnalyticsCategoryTable, Tables } from '../../storage/tables.ts';
import type { StoredEvent } from '../../storage/unit-of-work.ts';

export type SettingRecord = Selectable<DiagnosticSettingTable>;
export type DestinationRecord = Selectable<DiagnosticDestinationTable>;
export type LogAnalyticsCategory = Selectable<LogAnalyticsCategoryTable>;

type Db = Kysely<Tables>;

export function settingsOf(db: Db, workspaceKey: number): Promise<SettingRecord[]> {
	return db.selectFrom('diagnostic_setting').selectAll().where('workspace_key', '=', workspaceKey).orderBy('folded_name').execute();
}

export function settingByName(db: Db, workspaceKey: number, foldedName: string): Promise<SettingRecord | undefined> {
	return db
		.selectFrom('diagnostic_setting')
		.selectAll()
		.where('workspace_key', '=', workspaceKey)
		.where('folded_name', '=', foldedName)
		.executeTakeFirst();
}

export function everySetting(db: Db): Promise<SettingRecord[]> {
	return db.selectFrom('diagnostic_setting').selectAll().orderBy('key').execute();
}

export async function insertSetting(db: Db, setting: Omit<SettingRecord, 'key'>): Promise<SettingRecord> {
	const { key } = await db.insertInto('diagnostic_setting').values(setting).returning('key').executeTakeFirstOrThrow();
	return { ...setting, key };
}

export async function updateSetting(db: Db, key: number, change: Updateable<DiagnosticSettingTable>): Promise<void> {
	await db.updateTable('diagnostic_setting').set(change).where('key', '=', key).execute();
}

export async function deleteSetting(db: Db, key: number): Promise<void> {
	await db.deleteFrom('diagnostic_setting').where('key', '=', key).execute();
}

export function destinationsOf(db: Db, settingKey: number): Promise<DestinationRecord[]> {
	return db.selectFrom('diagnostic_destination').selectAll().where('setting_key', '=', settingKey).orderBy('kind').execute();
}

export function everyDestination(db: Db): Promise<(DestinationRecord & { workspace_key: number; categories: string; name: string })[]> {
	return db
		.selectFrom('diagnostic_destination')
		.innerJoin('diagnostic_setting', 'diagnostic_setting.key', 'diagnostic_destination.setting_key')
		.selectAll('diagnostic_destination')
		.select(['diagnostic_setting.workspace_key', 'diagnostic_setting.categories', 'diagnostic_setting.name'])
		.orderBy('diagnostic_destination.key')
		.execute();
}

export function destinationByKey(db: Db, key: number): Promise<DestinationRecord | undefined> {
	return db.selectFrom('diagnostic_destination').selectAll().where('key', '=', key).executeTakeFirst();
}

export async function insertDestination(db: Db, destination: Omit<DestinationRecord, 'key'>): Promise<void> {
	await db.insertInto('diagnostic_destination').values(destination).execute();
}

export async function updateDestination(db: Db, key: number, change: Updateable<DiagnosticDestinationTable>): Promise<void> {
	await db.updateTable('diagnostic_destination').set(change).where('key', '=', key).execute();
}

export async function deleteDestination(db: Db, key: number): Promise<void> {
	await db.deleteFrom('diagnostic_destination').where('key', '=', key).execute();
}

/** Moves a destination on; false when it is not where it was thought to be, or not there any more. */
export async function advance(
	db: Db,
	key: number,
	from: { readonly sequence: number; readonly metricsTime: number },
	change: Updateable<DiagnosticDestinationTable>,
): Promise<boolean> {
	const { numUpdatedRows } = await db
		.updateTable('diagnostic_destination')
		.set(change)
		.where('key', '=', key)
		.where('sequence', '=', from.sequence)
		.where('metrics_time', '=', from.metricsTime)
		.executeTakeFirst();
	return Number(numUpdatedRows) === 1;
}

export interface Volume {
	readonly category: string;
	readonly day: number;
	readonly recordCount: number;
	readonly sizeBytes: number;
}

export async function addVolumes(db: Db, destinationKey: number, volumes: readonly Volume[]): Promise<void> {
	for (const { category, day, recordCount, sizeBytes } of volumes) {
		await db
			.insertInto('diagnostic_volume')
			.values({ destination_key: destinationKey, category, day, record_count: recordCount, size_bytes: sizeBytes })
			.onConflict((conflict) =>
				conflict.columns(['destination_key', 'category', 'day']).doUpdateSet((expression) => ({
					record_count: sql`diagnostic_volume.record_count + ${expression.ref('excluded.record_count')}`,
					size_bytes: sql`diagnostic_volume.size_bytes + ${expression.ref('excluded.size_bytes')}`,
				})),
			)
			.execute();
	}
}

export async function volumesOf(db: Db, destinationKey: number): Promise<Omit<Volume, 'day'>[]> {
	const rows = await db
		.selectFrom('diagnostic_volume')
		.select(({ fn }) => ['category', fn.sum<number>('record_count').as('records'), fn.sum<number>('size_bytes').as('bytes')])
		.where('destination_key', '=', destinationKey)
		.groupBy('category')
		.orderBy('category')
		.execute();
	return rows.map(({ category, records, bytes }) => ({ category, recordCount: Number(records), sizeBytes: Number(bytes) }));
}

/** Volumes of whole days that are over; all of them, if no day is named. */
export async function dropVolumes(db: Db, destinationKey: number, beforeDay?: number): Promise<void> {
	let query = db.deleteFrom('diagnostic_volume').where('destination_key', '=', destinationKey);
	if (beforeDay !== undefined) query = query.where('day', '<', beforeDay);
	await query.execute();
}

export async function newestSequence(db: Db): Promise<number> {
	const row = await db.selectFrom('counter').select('value').where('name', '=', 'event').executeTakeFirst();
	return row?.value ?? 0;
}

export async function firstEventAfter(db: Db, workspaceKey: number, after: number): Promise<number | undefined> {
	const row = await db
		.selectFrom('event')
		.select('sequence')
		.where('workspace_key', '=', workspaceKey)
		.where('sequence', '>', after)
		.orderBy('sequence')
		.limit(1)
		.executeTakeFirst();
	return row?.sequence;
}

export async function eventsBetween(db: Db, workspaceKey: number, after: number, until: number): Promise<StoredEvent[]> {
	const rows = await db
		.selectFrom('event')
		.selectAll()
		.where('workspace_key', '=', workspaceKey)
		.where('sequence', '>', after)
		.where('sequence', '<=', until)
		.orderBy('sequence')
		.execute();
	return rows.map(({ workspace_key, data, ...event }) => ({
		...event,
		workspaceKey: workspace_key,
		data: JSON.parse(data) as Record<string, unknown>,
	}));
}

/** Events of these types that a destination has not been through; null: of every type. */
export async function waitingAfter(
	db: Db,
	workspaceKey: number,
	after: number,
	types: readonly string[] | null,
): Promise<{ events: number; bytes: number; firstTime: number | null }> {
	if (types?.length === 0) return { events: 0, bytes: 0, firstTime: null };
	const row = await db
		.selectFrom('event')
		.select(({ fn }) => [
			fn.countAll<number>().as('events'),
			sql<number | null>`sum(length(data) + length(subject) + length(type) + length(actor))`.as('bytes'),
			fn.min('time').as('first'),
		])
		.where('workspace_key', '=', workspaceKey)
		.where('sequence', '>', after)
		.$if(types !== null, (query) => query.where('type', 'in', types as readonly string[]))
		.executeTakeFirstOrThrow();
	return { events: Number(row.events), bytes: Number(row.bytes ?? 0), firstTime: row.first === null ? null : Number(row.first) };
}

export function logAnalyticsCategories(db: Db, workspaceKey?: number): Promise<LogAnalyticsCategory[]> {
	let query = db.selectFrom('log_analytics_category').selectAll().orderBy('workspace_key').orderBy('category');
	if (workspaceKey !== undefined) query = query.where('workspace_key', '=', workspaceKey);
	return query.execute();
}

export async function putLogAnalyticsCategory(db: Db, row: LogAnalyticsCategory): Promise<void> {
	await db
		.insertInto('log_analytics_category')
		.values(row)
		.onConflict((conflict) => conflict.columns(['workspace_key', 'category']).doUpdateSet({ until_sequence: row.until_sequence }))
		.execute();
}
