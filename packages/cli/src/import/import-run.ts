/** Brings one run of MLflow over: whole, or what of it has changed at the source. What was stored once is never stored again. */
import type { Client } from '@runstead/client';
import { isTerminal, LIMITS, type Run, type SeriesPoints } from '@runstead/contract';
import { CommandError } from '../command.ts';
import { pages } from '../output/answer.ts';
import { below, changesOf, digestOf, type Marks, nullIfNotFound, type Seen, seenOf } from './import-marks.ts';
import { writerOfMetric } from './metric-writer.ts';
import { missingPoints, wireValue } from './missing-points.ts';
import type { MlflowSource, RunModels, SourceFile, SourcePoint, SourceRun } from './mlflow-source.ts';
import { slices } from './slices.ts';

/** Set once all of a run is here. */
const IMPORTED_PROPERTY = 'runstead.imported';

export interface ImportContext {
	readonly client: Client;
	readonly source: MlflowSource;
	readonly marks: Marks;
}

export interface ImportedRun {
	/** `new`: it was not here, or not whole; `same`: nothing has changed at the source since. */
	readonly outcome: 'new' | 'changed' | 'same';
	readonly points: number;
	readonly files: number;
	/** What was changed both here and at the source, and is as there now. */
	readonly replaced: readonly string[];
	/** Artifacts that this machine cannot reach. */
	readonly unreachable: string | null;
}

const NAME_TAG = 'mlflow.runName';
const NOTE_TAG = 'mlflow.note.content';
const PARENT_TAG = 'mlflow.parentRunId';
const USER_TAG = 'mlflow.user';
const OWN_TAGS = new Set([NAME_TAG, NOTE_TAG]);

const ENDS: Partial<Record<SourceRun['status'], 'Completed' | 'Failed' | 'Canceled'>> = {
	FINISHED: 'Completed',
	FAILED: 'Failed',
	KILLED: 'Canceled',
};

const markOf = (run: SourceRun): string => `mlflow run ${run.id}`;

/**
 * Makes the run unless it is here, the parent before its children.
 * @returns what is left to do; `later`: its parent is not here yet, and it may still come.
 */
export async function beginRun(
	context: ImportContext,
	experimentId: string,
	run: SourceRun,
	mayWait: boolean,
): Promise<'later' | (() => Promise<ImportedRun>)> {
	const { client, marks } = context;
	if (marks.has(markOf(run))) return () => updateRun(context, run);
	const before = await client.call('getRun', { params: { run: run.id } }).catch(nullIfNotFound);
	if (before && before.experimentId !== experimentId) await refuseElsewhere(client, before, experimentId);
	if (before) return () => fillRun(context, run, before, null);
	const { [PARENT_TAG]: parentId } = run.tags;
	const parent = parentId === undefined ? null : await client.call('getRun', { params: { run: parentId } }).catch(nullIfNotFound);
	if (parentId !== undefined && parent === null && mayWait) return 'later';
	const made = await createRun(client, experimentId, run, parent?.experimentId === experimentId ? parent.id : null);
	return () => fillRun(context, run, made, null);
}

/** @throws {CommandError} when it is in another workspace: so are the others, by all odds. */
async function refuseElsewhere(client: Client, run: Run, experimentId: string): Promise<never> {
	const [there, here] = [
		await client.call('getExperiment', { params: { experiment: run.experimentId } }),
		await client.call('getExperiment', { params: { experiment: experimentId } }),
	];
	if (there.workspaceId === here.workspaceId) throw new Error(`It is here already, in another experiment (${there.name}).`);
	const { workspaces } = await client.call('listWorkspaces', { query: { limit: LIMITS.pageSize.max } });
	const name = workspaces.find(({ id }) => id === there.workspaceId)?.name ?? there.workspaceId;
	throw new CommandError(
		`Run ${run.id} is here already, in workspace ${name} (experiment ${there.name}), and a run is in one place only.`,
		`Name that workspace, and what is new or has changed comes over: --workspace ${name}`,
	);
}

/** One that was imported before: nothing is asked of this server unless something has changed at the source. */
async function updateRun(context: ImportContext, run: SourceRun): Promise<ImportedRun> {
	const { client, source, marks } = context;
	const files = await filesOf(source, run);
	const same = { outcome: 'same', points: 0, files: 0, replaced: [], unreachable: files === null ? run.artifactUri : null } as const;
	if (marks.isSame(markOf(run), seenOfRun(run, files))) return same;
	const before = await client.call('getRun', { params: { run: run.id } }).catch(nullIfNotFound);
	// It was purged here.
	if (before === null) return same;
	return fillRun(context, run, before, await marks.read(markOf(run)), files);
}

/** @param seen what the last import that came to its end saw. */
async function fillRun(
	context: ImportContext,
	run: SourceRun,
	before: Run,
	seen: Seen | null,
	listed?: readonly SourceFile[] | null,
): Promise<ImportedRun> {
	const { client, source, marks } = context;
	const params = { run: run.id };
	const replaced = await updateFields(client, run, before, seen);
	let points = 0;
	for (const [metric, signature] of Object.entries(run.metrics))
		if (seen?.[`metric:${metric}`] !== signature) points += await importMetric(client, source, before, metric);
	const datasets = datasetsDigestOf(run);
	if (run.datasets.length > 0 && seen?.datasets !== datasets)
		await client.call('logRunLineage', {
			params,
			body: { datasets: run.datasets.map(({ tags, ...dataset }) => ({ dataset, tags })) },
		});
	await importModelsOf(client, run, await source.modelsOf(run));
	const files = listed === undefined ? await filesOf(source, run) : listed;
	const fileCount = await importFiles(client, before, files ?? [], seen);
	const isEnded = await updateStatus(client, run, before, seen);
	const wasWhole = before.properties[IMPORTED_PROPERTY] !== undefined;
	if (files !== null && !wasWhole)
		await client.call('updateRun', { params, body: { properties: { [IMPORTED_PROPERTY]: `MLflow run ${run.id}` } } });
	await updateLifecycle(client, run, before, seen, wasWhole);
	await marks.put(markOf(run), seenOfRun(run, files));
	const outcome = seen === null && !wasWhole ? 'new' : seen !== null || points + fileCount > 0 || isEnded ? 'changed' : 'same';
	return { outcome, points, files: fileCount, replaced, unreachable: files === null ? run.artifactUri : null };
}

async function createRun(client: Client, experimentId: string, run: SourceRun, parentId: string | null): Promise<Run> {
	const user = run.user || run.tags[USER_TAG];
	const { name, description } = fieldsOf(run);
	return client.call('createRun', {
		params: { experiment: experimentId },
		body: {
			id: run.id,
			...(run.name !== '' && { name: run.name, displayName: name }),
			...(description !== '' && { description }),
			...(parentId !== null && { parentId }),
			...(run.startTimeMs !== null && { startTime: new Date(run.startTimeMs).toISOString() }),
			status: run.status === 'SCHEDULED' ? 'NotStarted' : 'Running',
			tags: tagsOf(run, parentId),
			properties: user ? { [USER_TAG]: user } : {},
		},
	});
}

function fieldsOf(run: SourceRun): { name: string; description: string } {
	return {
		name: run.name.slice(0, LIMITS.displayNameCharacters.max),
		description: (run.tags[NOTE_TAG] ?? '').slice(0, LIMITS.descriptionCharacters.max),
	};
}

/** Those that stand nowhere else. */
function tagsOf(run: SourceRun, parentId: string | null): Record<string, string> {
	return Object.fromEntries(Object.entries(run.tags).filter(([key]) => !OWN_TAGS.has(key) && !(parentId !== null && key === PARENT_TAG)));
}

const endOf = (run: SourceRun): string => digestOf(`${run.status} ${run.endTimeMs}`);

function datasetsDigestOf(run: SourceRun): string {
	return digestOf(JSON.stringify(run.datasets));
}

function modelsDigestOf({ models }: SourceRun): string {
	return digestOf(JSON.stringify(models));
}

/** Which logged models it read and made; these come by themselves. */
async function importModelsOf(client: Client, { id }: SourceRun, { inputs, outputs }: RunModels): Promise<void> {
	const size = LIMITS.lineagePerRequest.max;
	const params = { run: id };
	for (const modelInputs of slices(inputs, size)) await client.call('logRunLineage', { params, body: { modelInputs } });
	for (const modelOutputs of slices(outputs, size)) await client.call('logRunLineage', { params, body: { modelOutputs } });
}

function seenOfRun(run: SourceRun, files: readonly SourceFile[] | null): Seen {
	return {
		...seenOf(fieldsOf(run), 'field:'),
		...seenOf(tagsOf(run, run.tags[PARENT_TAG] ?? null), 'tag:'),
		...seenOf(run.params, 'param:'),
		...Object.fromEntries(Object.entries(run.metrics).map(([name, signature]) => [`metric:${name}`, signature])),
		datasets: datasetsDigestOf(run),
		models: modelsDigestOf(run),
		end: endOf(run),
		lifecycle: run.isDeleted ? 'deleted' : 'active',
		...(files === null ? { files: 'unreachable' } : Object.fromEntries(files.map((file) => [`file:${file.path}`, sizeIn(file)]))),
	};
}

/** Name, description, tags and params. @returns what was changed on both sides. */
async function updateFields(client: Client, run: SourceRun, before: Run, seen: Seen | null): Promise<string[]> {
	const tags = changesOf({ now: tagsOf(run, before.parentId), seen: below(seen, 'tag:'), here: before.tags });
	// A run always has a name and a description here, if only an empty one.
	const here = { name: before.displayName, description: before.description };
	const fields = changesOf({ now: fieldsOf(run), seen: below(seen, 'field:'), here });
	const params = Object.fromEntries(Object.entries(run.params).filter(([key]) => !Object.hasOwn(before.params, key)));
	const { name, description } = fields.set;
	const body = {
		...(name !== undefined && name !== '' && { displayName: name }),
		...(description !== undefined && { description }),
		...(Object.keys(tags.set).length > 0 && { tags: tags.set }),
		...(tags.remove.length > 0 && { removeTags: tags.remove }),
		...(Object.keys(params).length > 0 && { params }),
	};
	if (Object.keys(body).length > 0) await client.call('updateRun', { params: { run: run.id }, body });
	return [
		...fields.replaced.map((key) => `${key}, which was ${JSON.stringify(here[key as keyof typeof here])} here`),
		...tags.replaced.map((key) => `tag ${key}, which was ${JSON.stringify(before.tags[key])} here`),
	];
}

/** Ends it as it ended at the source, or lets it go on if it goes on there. Whether anything was done. */
async function updateStatus(client: Client, run: SourceRun, before: Run, seen: Seen | null): Promise<boolean> {
	const params = { run: run.id };
	const isOver = isTerminal(before.status);
	if (seen === null ? isOver : seen.end === endOf(run)) return false;
	const status = ENDS[run.status];
	if (status === undefined && !isOver) return false;
	const reason = 'So it is at the source of the import.';
	if (isOver) await client.call('reopenRun', { params, body: { reason } });
	if (status === undefined) return true;
	const time = run.endTimeMs === null ? {} : { time: new Date(run.endTimeMs).toISOString() };
	await client.call('changeRunStatus', { params, body: { status, ...time } });
	return true;
}

/** To the trash and back, when that was done at the source since; one that goes on is left where it is. */
async function updateLifecycle(client: Client, run: SourceRun, before: Run, seen: Seen | null, wasWhole: boolean): Promise<void> {
	const hasChanged = seen === null ? !wasWhole && run.isDeleted : (seen.lifecycle === 'deleted') !== run.isDeleted;
	const isThere = (before.lifecycle === 'trashed') === run.isDeleted;
	if (!hasChanged || isThere || (run.isDeleted && ENDS[run.status] === undefined)) return;
	await client.call('changeLifecycle', { params: { run: run.id }, body: { lifecycle: run.isDeleted ? 'trashed' : 'active' } });
}

/** Brings the points that are not here. */
async function importMetric(client: Client, source: MlflowSource, before: Run, metric: string): Promise<number> {
	const params = { run: before.id };
	const there = before.metrics[metric];
	if (there && there.kind !== 'scalar') throw new Error(`Its metric ${metric} holds other values here (${there.kind}).`);
	const writer = writerOfMetric('mlflow-import', metric);
	let { stored } = await client.call('getWriter', { params: { ...params, writer } });
	const given = source.points(before.id, metric);
	let added = 0;
	for await (const points of stored === 0 && !there ? given : missingPoints(client, before.id, metric, given)) {
		const last = stored + points.length;
		const reply = await client.call('logMetrics', { params, body: { writer, first: stored, last, series: [seriesOf(metric, points)] } });
		if (reply.duplicate) throw new Error(`Another import brings its metric ${metric}.`);
		stored = last;
		added += points.length;
	}
	return added;
}

function seriesOf(name: string, points: readonly SourcePoint[]): SeriesPoints {
	return {
		name,
		kind: 'scalar',
		steps: points.map(({ step }) => step),
		times: points.map(({ timeMs }) => timeMs * 1_000),
		columns: [{ name, values: points.map(({ value }) => wireValue(value)) }],
	};
}

function filesOf(source: MlflowSource, run: SourceRun): Promise<readonly SourceFile[] | null> {
	return run.artifactUri === '' ? Promise.resolve([]) : source.files(run.artifactUri, { runId: run.id });
}

const sizeIn = ({ sizeBytes }: SourceFile): string => String(sizeBytes);

/** Brings what is new or has changed at the source; without an import before, what is not here in that size. */
async function importFiles(client: Client, run: Run, files: readonly SourceFile[], seen: Seen | null): Promise<number> {
	const sizes = seen === null && files.length > 0 ? await sizesHere(client, run.id) : null;
	const isHere = (file: SourceFile): boolean => {
		if (sizes === null) return seen?.[`file:${file.path}`] === sizeIn(file);
		const size = sizes.get(file.path);
		return size !== undefined && (file.sizeBytes === null || size === file.sizeBytes);
	};
	const fresh = files.filter((file) => !isHere(file));
	for (const file of fresh) await client.call('writeRunFile', { params: { run: run.id, '*': file.path }, body: await file.open() });
	return fresh.length;
}

async function sizesHere(client: Client, run: string): Promise<Map<string, number>> {
	const sizes = new Map<string, number>();
	const listed = pages<{ path: string; sizeBytes: number }>(async (cursor) => {
		const page = await client.call('listRunFiles', { params: { run }, query: { limit: LIMITS.pageSize.max, cursor } });
		return { items: page.files, nextCursor: page.nextCursor };
	});
	for await (const { path, sizeBytes } of listed) sizes.set(path, sizeBytes);
	return sizes;
}
