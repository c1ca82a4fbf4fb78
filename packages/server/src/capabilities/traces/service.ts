/** Traces: told of by whoever traced, and by their spans, in either order; found by what they say; assessed. */
import type { Readable } from 'node:stream';
import { checkText, RunsteadError, type Trace, type TraceState } from '@runstead/contract';
import { decodeCursor, pageOf } from '../../http/cursor.ts';
import { toWireTime } from '../../http/time.ts';
import type { ByteRange } from '../../storage/blobs.ts';
import type { Database } from '../../storage/database.ts';
import type { FileSetFile, FileSets } from '../../storage/file-sets.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { ExperimentRecord, ExperimentService } from '../experiments/service.ts';
import { assessmentRecord, presentAssessment } from './assessment-records.ts';
import type { KeptTrace, NewAssessment, NewSpan, NewTrace } from './new-trace.ts';
import * as store from './store.ts';
import { type TraceMetricsQuery, type TraceMetricsRow, traceMetrics } from './trace-metrics.ts';
import { conditionsSql, orderSql, type TraceCondition, type TraceSearch } from './trace-search.ts';

export type { KeptTrace, NewAssessment, NewSpan, NewTrace } from './new-trace.ts';
export {
	COSTS,
	TOKEN_COUNTS,
	type TraceAggregation,
	type TraceDimension,
	type TraceMeasure,
	type TraceMetricsQuery,
} from './trace-metrics.ts';
export type { TraceCondition } from './trace-search.ts';

export interface TraceServiceOptions {
	readonly database: Database;
	readonly experiments: ExperimentService;
	readonly fileSets: FileSets;
}

export type TraceService = ReturnType<typeof createTraceService>;

const noTrace = (id: string) => new RunsteadError('not-found', { noun: 'trace', given: id });
const setOf = (id: string): string => `trace/${id}`;

export function createTraceService({ database, experiments, fileSets }: TraceServiceOptions) {
	/** @throws {RunsteadError} not-found. */
	const find = async (id: string, db = database.read): Promise<store.TraceRecord> => {
		const trace = await store.traceById(db, id);
		if (!trace) throw noTrace(id);
		return trace;
	};

	const change = <T>(id: string, work: (unit: UnitOfWork, trace: store.TraceRecord) => Promise<T>): Promise<T> =>
		database.write(async (unit) => work(unit, await find(id, unit.db)));

	const present = async (traces: readonly store.TraceRecord[]): Promise<Trace[]> => {
		const keys = traces.map(({ key }) => key);
		const attributes = Map.groupBy(await store.attributesOf(database.read, keys), ({ trace_key }) => trace_key);
		const assessments = Map.groupBy(await store.assessmentsOf(database.read, keys), ({ trace_key }) => trace_key);
		const runs = Map.groupBy(await store.runsOf(database.read, keys), ({ trace_key }) => trace_key);
		const presented: Trace[] = [];
		for (const trace of traces) {
			const ofKind = (kind: store.AttributeKind) =>
				Object.fromEntries((attributes.get(trace.key) ?? []).flatMap((one) => (one.kind === kind ? [[one.key, one.value]] : [])));
			presented.push({
				id: trace.id,
				experimentId: (await experiments.byKey(trace.experiment_key)).id,
				requestTime: toWireTime(trace.request_time),
				durationMs: trace.duration_ms,
				state: trace.state as TraceState,
				clientRequestId: trace.client_request_id,
				requestPreview: trace.request_preview,
				responsePreview: trace.response_preview,
				tags: ofKind('tag'),
				metadata: ofKind('metadata'),
				assessments: (assessments.get(trace.key) ?? []).map((one) => presentAssessment(trace.id, one)),
				runIds: (runs.get(trace.key) ?? []).map(({ run_id }) => run_id),
			});
		}
		return presented;
	};

	const putAttributes = async (
		unit: UnitOfWork,
		trace: store.TraceRecord,
		kind: store.AttributeKind,
		values: Readonly<Record<string, string>>,
		overwrites = true,
	): Promise<void> => {
		for (const [key, value] of Object.entries(values)) {
			checkText(`The ${kind} key`, key, 'attributeKeyCharacters');
			checkText(`The value of ${kind} ${key}`, value, 'modelTagValueCharacters');
			await store.putAttribute(unit.db, { trace_key: trace.key, kind, key, value }, overwrites);
		}
	};

	const putAssessment = async (unit: UnitOfWork, trace: store.TraceRecord, given: NewAssessment): Promise<store.AssessmentRecord> => {
		const { overrides } = given;
		if (overrides !== undefined) {
			const others = await store.assessmentsOf(unit.db, [trace.key]);
			if (!others.some((other) => other.id === overrides)) throw new RunsteadError('not-found', { noun: 'assessment', given: overrides });
			await store.setValid(unit.db, trace.key, overrides, 0);
		}
		const record = assessmentRecord(trace, given, unit.now);
		await store.putAssessment(unit.db, record);
		return record;
	};

	const putSpans = async (unit: UnitOfWork, trace: store.TraceRecord, spans: readonly NewSpan[]): Promise<void> => {
		for (const { spanId, parentId, name, type, status, startTime, endTime, content } of spans) {
			await store.putSpan(unit.db, {
				trace_key: trace.key,
				span_id: spanId,
				parent_id: parentId,
				name,
				type,
				status,
				start_time: startTime,
				end_time: endTime,
				content,
			});
		}
	};

	/** What whoever traced says of the whole, in place of what was known before. */
	const putTrace = async (unit: UnitOfWork, experiment: ExperimentRecord, given: NewTrace): Promise<store.TraceRecord> => {
		const fields = {
			experiment_key: experiment.key,
			request_time: given.requestTime,
			duration_ms: given.durationMs,
			state: given.state,
			client_request_id: given.clientRequestId,
			request_preview: given.requestPreview,
			response_preview: given.responsePreview,
			complete: 1,
		};
		const existing = await store.traceById(unit.db, given.id);
		if (existing) await store.updateTrace(unit.db, existing.key, fields);
		const record = existing ? { ...existing, ...fields } : await store.insertTrace(unit.db, { id: given.id, ...fields });
		await putAttributes(unit, record, 'tag', given.tags);
		await putAttributes(unit, record, 'metadata', given.metadata);
		return record;
	};

	const findAssessment = async (trace: store.TraceRecord, id: string, db = database.read): Promise<store.AssessmentRecord> => {
		const found = (await store.assessmentsOf(db, [trace.key])).find((one) => one.id === id);
		if (!found) throw new RunsteadError('not-found', { noun: `assessment of trace ${trace.id}`, given: id });
		return found;
	};

	/** The trace that spans belong to; what they say of it counts until whoever traced has said it. */
	const traceOfSpans = async (unit: UnitOfWork, experiment: ExperimentRecord, spans: readonly NewSpan[]): Promise<store.TraceRecord> => {
		const id = (spans[0] as NewSpan).traceId;
		const startTime = Math.min(...spans.map((span) => span.startTime));
		const endTime = spans.reduce<number | null>(
			(latest, span) => (span.endTime === null ? latest : Math.max(latest ?? 0, span.endTime)),
			null,
		);
		const root = spans.find((span) => span.parentId === null);
		const told = {
			request_preview: root?.ofTrace?.requestPreview ?? null,
			response_preview: root?.ofTrace?.responsePreview ?? null,
		};
		const state: TraceState | null = root ? (root.status === 'ERROR' ? 'ERROR' : 'OK') : null;
		const existing = await store.traceById(unit.db, id);
		if (!existing) {
			return store.insertTrace(unit.db, {
				id,
				experiment_key: experiment.key,
				request_time: startTime,
				duration_ms: endTime === null ? null : Math.floor(endTime / 1_000) - Math.floor(startTime / 1_000),
				state: state ?? 'IN_PROGRESS',
				client_request_id: null,
				...told,
				complete: 0,
			});
		}
		if (existing.complete === 1) return existing;
		const begun = Math.min(existing.request_time, startTime);
		const ended = Math.max(existing.request_time + (existing.duration_ms ?? 0) * 1_000, endTime ?? 0);
		const next = {
			request_time: begun,
			duration_ms: Math.floor((ended - begun) / 1_000),
			state: state ?? existing.state,
			request_preview: existing.request_preview ?? told.request_preview,
			response_preview: existing.response_preview ?? told.response_preview,
		};
		await store.updateTrace(unit.db, existing.key, next);
		return { ...existing, ...next };
	};

	const removeIn = async (unit: UnitOfWork, traces: readonly store.TraceRecord[]): Promise<void> => {
		for (const { id } of traces) await fileSets.removeIn(unit, setOf(id));
		await store.deleteTraces(
			unit.db,
			traces.map(({ key }) => key),
		);
	};

	return {
		/** The experiment of a trace: for deciding who may. @throws {RunsteadError} not-found. */
		experimentOf: async (id: string): Promise<ExperimentRecord> => experiments.byKey((await find(id)).experiment_key),

		get: async (id: string): Promise<Trace> => (await present([await find(id)]))[0] as Trace,

		/** Those of the ids that there are, in their order. */
		async getMany(ids: readonly string[]): Promise<Trace[]> {
			const found = new Map((await store.tracesByIds(database.read, ids)).map((trace) => [trace.id, trace]));
			return present([...new Set(ids)].flatMap((id) => found.get(id) ?? []));
		},

		/** The spans of each trace as JSON texts, as they began. */
		async spansOf(ids: readonly string[]): Promise<Map<string, string[]>> {
			const traces = await store.tracesByIds(database.read, ids);
			const spans = Map.groupBy(
				await store.spansOf(
					database.heavyRead,
					traces.map(({ key }) => key),
				),
				({ trace_key }) => trace_key,
			);
			return new Map(traces.map(({ id, key }) => [id, (spans.get(key) ?? []).map(({ content }) => content)]));
		},

		search: async (experimentKeys: readonly number[], { conditions = [], order = [], limit, offset = 0 }: TraceSearch): Promise<Trace[]> =>
			present(
				await store.tracesWhere(database.heavyRead, experimentKeys, {
					where: conditionsSql(conditions, database.engine),
					order: orderSql(order),
					limit,
					offset,
				}),
			),

		/** A page of those of a workspace, or of one experiment, newest first. @throws {RunsteadError} invalid-cursor. */
		async newest(
			scope: store.TraceScope,
			conditions: readonly TraceCondition[],
			limit: number,
			cursor?: string,
		): Promise<{ traces: Trace[]; nextCursor: string | null }> {
			const [time, id] = cursor === undefined ? [0, ''] : decodeCursor(cursor, ['integer', 'text']);
			const before = cursor === undefined ? null : { request_time: time, id };
			const where = conditionsSql(conditions, database.engine);
			const found = await store.newestTraces(database.heavyRead, scope, where, before, limit + 1);
			const { rows, nextCursor } = pageOf(found, limit, (last) => [last.request_time, last.id]);
			return { traces: await present(rows), nextCursor };
		},

		/** How many there are that fulfil all the lists of conditions; conditions on spans are met by one span a list. */
		count: (experimentKeys: readonly number[], lists: readonly (readonly TraceCondition[])[]): Promise<number> =>
			store.countTraces(
				database.heavyRead,
				experimentKeys,
				lists.flatMap((conditions) => conditionsSql(conditions, database.engine)),
			),

		/** Numbers over the traces of experiments. */
		metrics: (experimentKeys: readonly number[], query: TraceMetricsQuery): Promise<TraceMetricsRow[]> =>
			traceMetrics(database.totalRead, experimentKeys, query, database.engine),

		/** What whoever traced says of the whole; its spans may have come before. @throws {RunsteadError} limit-exceeded, invalid-request. */
		async start(experiment: ExperimentRecord, given: NewTrace): Promise<Trace> {
			checkText('The id of the trace', given.id, 'traceIdCharacters');
			const trace = await database.write(async (unit) => {
				const record = await putTrace(unit, experiment, given);
				for (const assessment of given.assessments) await putAssessment(unit, record, assessment);
				return record;
			});
			return (await present([trace]))[0] as Trace;
		},

		/**
		 * Keeps a trace as it was kept elsewhere. Of one that is here and has ended, only spans are taken, which may come in several pieces,
		 * and tags that it has not; `overwrites` lets tags and assessments count in place of those that it has.
		 * @throws {RunsteadError} already-exists for one of another experiment; limit-exceeded, invalid-request.
		 */
		async put(experiment: ExperimentRecord, given: KeptTrace, spans: readonly NewSpan[], overwrites = false): Promise<Trace> {
			checkText('The id of the trace', given.id, 'traceIdCharacters');
			const trace = await database.write(async (unit) => {
				const there = await store.traceById(unit.db, given.id);
				if (there && there.experiment_key !== experiment.key) throw new RunsteadError('already-exists', { noun: 'trace', given: given.id });
				const isWhole = there !== undefined && there.state !== 'IN_PROGRESS';
				const record = isWhole ? there : await putTrace(unit, experiment, given);
				await putSpans(unit, record, spans);
				if (isWhole) await putAttributes(unit, record, 'tag', given.tags, overwrites);
				if (isWhole && !overwrites) return record;
				for (const [index, one] of given.assessments.entries())
					await store.putAssessment(unit.db, {
						...assessmentRecord(record, one, unit.now + index),
						valid: one.isValid ? 1 : 0,
					});
				for (const runId of given.runIds) await store.linkRun(unit.db, record.key, runId);
				return record;
			});
			return (await present([trace]))[0] as Trace;
		},

		/** Stores spans, all or none; traces come to be with the first of theirs. `tags` are those of every such trace. */
		logSpans: (
			experiment: ExperimentRecord,
			spans: readonly NewSpan[],
			tags: (traceId: string) => Readonly<Record<string, string>>,
		): Promise<void> =>
			database.write(async (unit) => {
				for (const ofTrace of Map.groupBy(spans, ({ traceId }) => traceId).values()) {
					const trace = await traceOfSpans(unit, experiment, ofTrace);
					await putSpans(unit, trace, ofTrace);
					const root = ofTrace.find(({ parentId }) => parentId === null);
					await putAttributes(unit, trace, 'tag', { ...root?.ofTrace?.tags, ...tags(trace.id) }, false);
					await putAttributes(unit, trace, 'metadata', root?.ofTrace?.metadata ?? {}, false);
				}
			}),

		setTag: (id: string, key: string, value: string): Promise<void> =>
			change(id, (unit, trace) => putAttributes(unit, trace, 'tag', { [key]: value })),

		/** Whether it was there. */
		removeTag: (id: string, key: string): Promise<boolean> =>
			change(id, (unit, trace) => store.deleteAttribute(unit.db, trace.key, 'tag', key)),

		/** Those of the ids that are of the experiment, or the oldest up to a time. How many those were. */
		remove: (
			experiment: ExperimentRecord,
			which: { readonly ids: readonly string[] } | { readonly until: number; readonly max: number },
		): Promise<number> =>
			database.write(async (unit) => {
				const found =
					'ids' in which
						? (await store.tracesByIds(unit.db, which.ids)).filter(({ experiment_key }) => experiment_key === experiment.key)
						: await store.tracesUntil(unit.db, experiment.key, which.until, which.max);
				await removeIn(unit, found);
				return found.length;
			}),

		/** Says that traces belong to a run; those that are not there are passed over. */
		linkToRun: (ids: readonly string[], runId: string): Promise<void> =>
			database.write(async (unit) => {
				for (const { key } of await store.tracesByIds(unit.db, ids)) await store.linkRun(unit.db, key, runId);
			}),

		/** @throws {RunsteadError} not-found for the trace, or for the assessment that it takes the place of. */
		assess: (id: string, given: NewAssessment): Promise<Record<string, unknown>> =>
			change(id, async (unit, trace) => presentAssessment(id, await putAssessment(unit, trace, given))),

		async assessment(id: string, assessmentId: string): Promise<Record<string, unknown>> {
			return presentAssessment(id, await findAssessment(await find(id), assessmentId));
		},

		/** @throws {RunsteadError} not-found. */
		reassess: (
			id: string,
			assessmentId: string,
			revise: (content: Record<string, unknown>) => { name: string; value: unknown; content: Record<string, unknown> },
		): Promise<Record<string, unknown>> =>
			change(id, async (unit, trace) => {
				const before = await findAssessment(trace, assessmentId, unit.db);
				const { name, value, content } = revise(JSON.parse(before.content) as Record<string, unknown>);
				const after = { ...before, name, value: JSON.stringify(value ?? null), content: JSON.stringify(content) };
				await store.putAssessment(unit.db, after);
				return presentAssessment(id, after);
			}),

		/** One that is not there is gone already; the one that it took the place of counts again. @throws {RunsteadError} not-found for the trace. */
		removeAssessment: (id: string, assessmentId: string): Promise<void> =>
			change(id, async (unit, trace) => {
				const found = (await store.assessmentsOf(unit.db, [trace.key])).find((one) => one.id === assessmentId);
				if (!found) return;
				const { overrides } = JSON.parse(found.content) as { overrides?: string };
				if (overrides !== undefined) await store.setValid(unit.db, trace.key, overrides, 1);
				await store.deleteAssessment(unit.db, trace.key, assessmentId);
			}),

		/** Files that belong to a trace, such as what a span carried in and out. They may come before it. */
		putFile: (id: string, path: string, bytes: AsyncIterable<Uint8Array>): Promise<FileSetFile> =>
			fileSets.put(setOf(id), { path }, bytes, () => Promise.resolve()),
		file: (id: string, path: string): Promise<FileSetFile> => fileSets.find(setOf(id), path),
		files: (id: string, query: { prefix?: string; after?: string; limit: number }): Promise<FileSetFile[]> =>
			fileSets.list(setOf(id), query),
		read: (file: FileSetFile, range: ByteRange): Readable => fileSets.read(file, range),
		removeFiles: (id: string, path: string): Promise<number> => database.write((unit) => fileSets.removeIn(unit, setOf(id), path)),
	};
}
