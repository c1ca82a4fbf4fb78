/** Traces, their spans and assessments in SQL. */
import { checkLimit } from '@runstead/contract';
import { type Kysely, type RawBuilder, type Selectable, sql, type Updateable } from 'kysely';
import { type RowPage, rowsOfPage } from '../../storage/row-page.ts';
import type { Tables, TraceAssessmentTable, TraceSpanTable, TraceTable } from '../../storage/tables.ts';

export type TraceRecord = Selectable<TraceTable>;
export type SpanRecord = Selectable<TraceSpanTable>;
export type AssessmentRecord = Selectable<TraceAssessmentTable>;
export type AttributeKind = 'tag' | 'metadata';

export function traceById(db: Kysely<Tables>, id: string): Promise<TraceRecord | undefined> {
	return db.selectFrom('trace').selectAll().where('id', '=', id).executeTakeFirst();
}

/** @throws {RunsteadError} limit-exceeded. */
export async function tracesByIds(db: Kysely<Tables>, ids: readonly string[]): Promise<TraceRecord[]> {
	checkLimit('The number of traces that are named', ids.length, 'tracesPerRequest');
	return ids.length === 0 ? [] : db.selectFrom('trace').selectAll().where('id', 'in', ids).execute();
}

export async function insertTrace(db: Kysely<Tables>, trace: Omit<TraceRecord, 'key'>): Promise<TraceRecord> {
	const { key } = await db.insertInto('trace').values(trace).returning('key').executeTakeFirstOrThrow();
	return { ...trace, key };
}

export async function updateTrace(db: Kysely<Tables>, key: number, change: Updateable<TraceTable>): Promise<void> {
	await db.updateTable('trace').set(change).where('key', '=', key).execute();
}

export async function deleteTraces(db: Kysely<Tables>, keys: readonly number[]): Promise<void> {
	if (keys.length > 0) await db.deleteFrom('trace').where('key', 'in', keys).execute();
}

/** The oldest of an experiment up to a time. */
export function tracesUntil(db: Kysely<Tables>, experimentKey: number, until: number, limit: number): Promise<TraceRecord[]> {
	return db
		.selectFrom('trace')
		.selectAll()
		.where('experiment_key', '=', experimentKey)
		.where('request_time', '<=', until)
		.orderBy('request_time')
		.limit(limit)
		.execute();
}

export async function putAttribute(
	db: Kysely<Tables>,
	attribute: { trace_key: number; kind: AttributeKind; key: string; value: string },
	overwrites = true,
): Promise<void> {
	await db
		.insertInto('trace_attribute')
		.values(attribute)
		.onConflict((conflict) => {
			const same = conflict.columns(['trace_key', 'kind', 'key']);
			return overwrites ? same.doUpdateSet({ value: attribute.value }) : same.doNothing();
		})
		.execute();
}

export async function deleteAttribute(db: Kysely<Tables>, traceKey: number, kind: AttributeKind, key: string): Promise<boolean> {
	const row = await db
		.deleteFrom('trace_attribute')
		.where('trace_key', '=', traceKey)
		.where('kind', '=', kind)
		.where('key', '=', key)
		.returning('key')
		.executeTakeFirst();
	return row !== undefined;
}

export function attributesOf(db: Kysely<Tables>, traceKeys: readonly number[]) {
	if (traceKeys.length === 0) return Promise.resolve([]);
	return db.selectFrom('trace_attribute').selectAll().where('trace_key', 'in', traceKeys).orderBy('key').execute();
}

export async function putSpan(db: Kysely<Tables>, span: SpanRecord): Promise<void> {
	const { trace_key, span_id, ...rest } = span;
	await db
		.insertInto('trace_span')
		.values({ trace_key, span_id, ...rest })
		.onConflict((conflict) => conflict.columns(['trace_key', 'span_id']).doUpdateSet(rest))
		.execute();
}

export function spansOf(db: Kysely<Tables>, traceKeys: readonly number[]): Promise<SpanRecord[]> {
	if (traceKeys.length === 0) return Promise.resolve([]);
	return db.selectFrom('trace_span').selectAll().where('trace_key', 'in', traceKeys).orderBy('start_time').orderBy('span_id').execute();
}

export function assessmentsOf(db: Kysely<Tables>, traceKeys: readonly number[]): Promise<AssessmentRecord[]> {
	if (traceKeys.length === 0) return Promise.resolve([]);
	return db.selectFrom('trace_assessment').selectAll().where('trace_key', 'in', traceKeys).orderBy('created_time').orderBy('id').execute();
}

export async function putAssessment(db: Kysely<Tables>, assessment: AssessmentRecord): Promise<void> {
	const { trace_key, id, ...rest } = assessment;
	await db
		.insertInto('trace_assessment')
		.values({ trace_key, id, ...rest })
		.onConflict((conflict) => conflict.columns(['trace_key', 'id']).doUpdateSet(rest))
		.execute();
}

export async function setValid(db: Kysely<Tables>, traceKey: number, id: string, valid: number): Promise<void> {
	await db.updateTable('trace_assessment').set({ valid }).where('trace_key', '=', traceKey).where('id', '=', id).execute();
}

export async function deleteAssessment(db: Kysely<Tables>, traceKey: number, id: string): Promise<void> {
	await db.deleteFrom('trace_assessment').where('trace_key', '=', traceKey).where('id', '=', id).execute();
}

export async function linkRun(db: Kysely<Tables>, traceKey: number, runId: string): Promise<void> {
	await db
		.insertInto('trace_run')
		.values({ trace_key: traceKey, run_id: runId })
		.onConflict((conflict) => conflict.doNothing())
		.execute();
}

export function runsOf(db: Kysely<Tables>, traceKeys: readonly number[]) {
	if (traceKeys.length === 0) return Promise.resolve([]);
	return db.selectFrom('trace_run').selectAll().where('trace_key', 'in', traceKeys).orderBy('run_id').execute();
}

export async function countTraces(
	db: Kysely<Tables>,
	experimentKeys: readonly number[],
	where: readonly RawBuilder<boolean>[],
): Promise<number> {
	if (experimentKeys.length === 0) return 0;
	let query = db
		.selectFrom('trace')
		.select(({ fn }) => fn.countAll<number>().as('count'))
		.where('experiment_key', 'in', experimentKeys);
	for (const condition of where) query = query.where(condition);
	return Number((await query.executeTakeFirstOrThrow()).count);
}

export type TraceScope = { readonly workspaceKey: number } | { readonly experimentKey: number };

/** The newest that came before one. */
export function newestTraces(
	db: Kysely<Tables>,
	scope: TraceScope,
	where: readonly RawBuilder<boolean>[],
	before: Pick<TraceRecord, 'request_time' | 'id'> | null,
	limit: number,
): Promise<TraceRecord[]> {
	let query = db.selectFrom('trace').selectAll();
	// The plus keeps databases from gathering all traces of all those experiments, to sort them: by their time they are sorted already.
	if ('workspaceKey' in scope)
		query = query.where(
			sql<boolean>`+trace.experiment_key in (select e.key from experiment e where e.workspace_key = ${scope.workspaceKey})`,
		);
	else query = query.where('experiment_key', '=', scope.experimentKey);
	if (before !== null)
		query = query
			.where('request_time', '<=', before.request_time)
			.where(({ or, eb }) => or([eb('request_time', '<', before.request_time), eb('id', '>', before.id)]));
	for (const condition of where) query = query.where(condition);
	return query.orderBy('request_time', 'desc').orderBy('id').limit(limit).execute();
}

export function tracesWhere(db: Kysely<Tables>, experimentKeys: readonly number[], page: RowPage): Promise<TraceRecord[]> {
	if (experimentKeys.length === 0) return Promise.resolve([]);
	const all = db.selectFrom('trace').selectAll().where('experiment_key', 'in', experimentKeys);
	return rowsOfPage(all, { ...page, order: [...page.order, sql`request_time desc`, sql`id`] }).execute();
}
