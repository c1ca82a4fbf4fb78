/** Brings traces over; of those that are here and have ended, spans that could not be reached before, and what was said of them since. What could not come is told. */
import { type Client, RequestError } from '@runstead/client';
import { LIMITS, type Trace } from '@runstead/contract';
import { pages } from '../output/answer.ts';
import { below, changesOf, digestOf, type Marks, type Seen, seenOf } from './import-marks.ts';
import type { ImportReport, TraceCounts } from './import-report.ts';
import type { SourceTrace } from './mlflow-source.ts';

const ARTIFACTS_TAG = 'mlflow.artifactLocation';
const SPANS_TAG = 'mlflow.trace.spansLocation';
/** Of the spans of one request; one span alone may be larger. */
const PIECE_CHARACTERS_MAX = 4 * 1024 * 1024;

export interface TraceContext {
	readonly client: Client;
	/** Where they are brought to. */
	readonly experiment: string;
	/** Null: what is here stays as it is. */
	readonly marks: Marks | null;
}

const markOf = (trace: SourceTrace): string => `mlflow trace ${trace.id}`;

export async function importTraces(
	context: TraceContext,
	traces: AsyncIterable<SourceTrace>,
	report: ImportReport & TraceCounts,
): Promise<void> {
	let there: ReadonlyMap<string, Trace['tags']> | null = null;
	for await (const trace of traces) {
		there ??= await tagsOfEnded(context.client, context.experiment);
		try {
			await importTrace(context, trace, there.get(trace.id), report);
		} catch (error) {
			// Spans that are no JSON are one trace's trouble, as is a refusal.
			if (!(error instanceof RequestError || error instanceof SyntaxError)) throw error;
			report.problems.push(`Trace ${trace.id}: ${error.message}`);
		}
	}
}

/** @param tags of the one that is here and has ended. */
async function importTrace(
	context: TraceContext,
	trace: SourceTrace,
	tags: Trace['tags'] | undefined,
	report: ImportReport & TraceCounts,
): Promise<void> {
	const { client, experiment, marks } = context;
	const spans = tags === undefined || lacksSpans(tags) ? await trace.spans() : [];
	if (spans === null) report.problems.push(`Trace ${trace.id}: its spans lie where this command cannot read them; it comes without them.`);
	if (tags === undefined) {
		await putTrace(client, experiment, trace, spans);
		for (const problem of trace.problems) report.problems.push(`Trace ${trace.id}: ${problem}`);
		report.traces += 1;
	} else {
		const hasChanged = await updateTrace(context, trace, report);
		const hasNewSpans = spans !== null && spans.length > 0;
		if (hasNewSpans) await putTrace(client, experiment, { ...trace, tags: ofPlaces(tags) }, spans);
		report[hasNewSpans ? 'traces' : hasChanged ? 'tracesChanged' : 'tracesThere'] += 1;
	}
	const now = seenOfTrace(trace);
	if (marks !== null && !marks.isSame(markOf(trace), now)) await marks.put(markOf(trace), now);
}

const assessmentsOf = (assessments: Trace['assessments']): Record<string, string> =>
	Object.fromEntries(assessments.map((one) => [String(one.assessment_id), JSON.stringify(one)]));

/** Tags that say where something lies are of each server. */
const ownTags = (tags: Trace['tags']): Trace['tags'] =>
	Object.fromEntries(Object.entries(tags).filter(([key]) => key !== ARTIFACTS_TAG && key !== SPANS_TAG));

function seenOfTrace({ tags, assessments }: SourceTrace): Seen {
	return { ...seenOf(ownTags(tags), 'tag:'), ...seenOf(assessmentsOf(assessments), 'assessment:') };
}

/** What was said of an ended trace since the last import: tags and assessments. Whether there was something. */
async function updateTrace({ client, experiment, marks }: TraceContext, trace: SourceTrace, report: ImportReport): Promise<boolean> {
	if (marks === null || marks.isSame(markOf(trace), seenOfTrace(trace))) return false;
	const params = { experiment, trace: trace.id };
	const [seen, { trace: before }] = await Promise.all([marks.read(markOf(trace)), client.call('getTrace', { params })]);
	const tags = changesOf({ now: ownTags(trace.tags), seen: below(seen, 'tag:'), here: before.tags });
	// An assessment is known by its id; how it is written differs from server to server.
	const isHere = new Set(before.assessments.map((one) => String(one.assessment_id)));
	const seenAssessments = below(seen, 'assessment:') ?? {};
	const assessments = trace.assessments.filter((one) => {
		const id = String(one.assessment_id);
		return seenAssessments[id] === undefined ? !isHere.has(id) : seenAssessments[id] !== digestOf(JSON.stringify(one));
	});
	if (Object.keys(tags.set).length === 0 && assessments.length === 0) return false;
	const { requestTime, durationMs, state, clientRequestId, requestPreview, responsePreview, metadata, runIds } = before;
	await client.call('putTrace', {
		params,
		body: {
			...{ requestTime, durationMs, state, clientRequestId, requestPreview, responsePreview, metadata, runIds },
			tags: tags.set,
			assessments,
			spans: [],
			overwrites: true,
		},
	});
	report.replaced.push(...tags.replaced.map((key) => `Trace ${trace.id}: tag ${key}, which was ${JSON.stringify(before.tags[key])} here`));
	return true;
}

/** What is known of each trace that is here and has ended, by its id. */
async function tagsOfEnded(client: Client, experiment: string): Promise<ReadonlyMap<string, Trace['tags']>> {
	const ended = new Map<string, Trace['tags']>();
	const listed = pages<Trace>(async (cursor) => {
		const page = await client.call('listTraces', { params: { experiment }, query: { limit: LIMITS.pageSize.max, cursor } });
		return { items: page.traces, nextCursor: page.nextCursor };
	});
	for await (const { id, state, tags } of listed) if (state !== 'IN_PROGRESS') ended.set(id, ofPlaces(tags));
	return ended;
}

/** The tags alone that say where something of a trace lies. */
function ofPlaces(tags: Trace['tags']): Trace['tags'] {
	return Object.fromEntries(Object.entries(tags).filter(([key]) => key === ARTIFACTS_TAG || key === SPANS_TAG));
}

/** It came without its spans, which lay in a file. */
function lacksSpans(tags: Trace['tags']): boolean {
	return tags[ARTIFACTS_TAG] !== undefined && tags[SPANS_TAG] === undefined;
}

/** In pieces: until the last has come, the trace is in progress, so that one that was broken off is told from a whole one. */
async function putTrace(
	client: Client,
	experiment: string,
	{ id, spans: _, problems: __, ...given }: SourceTrace,
	spans: readonly Readonly<Record<string, unknown>>[] | null,
): Promise<void> {
	const tags = { ...given.tags };
	if (tags[ARTIFACTS_TAG] !== undefined) tags[ARTIFACTS_TAG] = `mlflow-artifacts:/${experiment}/traces/${id}/artifacts`;
	if (spans === null) delete tags[SPANS_TAG];
	// They lay in a file, or among tables as here: clients ask where the tag says.
	const isKeptHere = spans !== null && spans.length > 0 && (tags[SPANS_TAG] ?? tags[ARTIFACTS_TAG]) !== undefined;
	const pieces = piecesOf(spans ?? []);
	for (const [index, piece] of pieces.entries()) {
		const isLast = index === pieces.length - 1;
		await client.call('putTrace', {
			params: { experiment, trace: id },
			body: {
				...given,
				tags: { ...tags, ...(isLast && isKeptHere && { [SPANS_TAG]: 'TRACKING_STORE' }) },
				state: isLast ? given.state : 'IN_PROGRESS',
				spans: [...piece],
			},
		});
	}
}

/** At least one, of which then none is. */
function piecesOf(spans: readonly Readonly<Record<string, unknown>>[]): Readonly<Record<string, unknown>>[][] {
	const pieces: Readonly<Record<string, unknown>>[][] = [[]];
	let characters = 0;
	for (const span of spans) {
		const size = JSON.stringify(span).length;
		const last = pieces.at(-1)!;
		if (last.length > 0 && (last.length >= LIMITS.spansPerRequest.max || characters + size > PIECE_CHARACTERS_MAX)) {
			pieces.push([span]);
			characters = size;
		} else {
			last.push(span);
			characters += size;
		}
	}
	return pieces;
}
