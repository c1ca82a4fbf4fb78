/** Brings one run of MLflow over: whole or, when it is begun again, the rest. What was stored once is never stored again. */
import { type Client, RequestError } from '@runstead/client';
import type { SeriesPoints, WireValue } from '@runstead/contract';
import { writerOfMetric } from './metric-writer.ts';
import type { MlflowSource, SourcePoint, SourceRun } from './mlflow-source.ts';

/** Set once all of a run is here. */
const IMPORTED_PROPERTY = 'runstead.imported';

export interface ImportedRun {
	readonly points: number;
	readonly files: number;
	/** Artifacts that this machine cannot reach. */
	readonly unreachable: string | null;
}

const NAME_TAG = 'mlflow.runName';
const NOTE_TAG = 'mlflow.note.content';
const PARENT_TAG = 'mlflow.parentRunId';
const USER_TAG = 'mlflow.user';
const OWN_TAGS = new Set([NAME_TAG, NOTE_TAG]);

const ENDS = { FINISHED: 'Completed', FAILED: 'Failed', KILLED: 'Canceled' } as const;

const nullIfNotFound = (error: unknown): null => {
	if (error instanceof RequestError && error.code === 'not-found') return null;
	throw error;
};

/**
 * Makes the run unless it is here, the parent before its children.
 * @returns what is left to do; `there`: nothing; `later`: its parent is not here yet, and it may still come.
 */
export async function beginRun(
	client: Client,
	source: MlflowSource,
	experimentId: string,
	run: SourceRun,
	mayWait: boolean,
): Promise<'there' | 'later' | (() => Promise<ImportedRun>)> {
	const before = await client.call('getRun', { params: { run: run.id } }).catch(nullIfNotFound);
	if (before?.properties[IMPORTED_PROPERTY] !== undefined) return 'there';
	if (before && before.experimentId !== experimentId)
		throw new Error(`A run ${run.id} is here already, in another experiment (${before.experimentName}).`);
	if (!before) {
		const { [PARENT_TAG]: parentId } = run.tags;
		const parent = parentId === undefined ? null : await client.call('getRun', { params: { run: parentId } }).catch(nullIfNotFound);
		if (parentId !== undefined && parent === null && mayWait) return 'later';
		await createRun(client, experimentId, run, parent?.experimentId === experimentId ? parent.id : null);
	}
	return () => fillRun(client, source, run);
}

async function fillRun(client: Client, source: MlflowSource, run: SourceRun): Promise<ImportedRun> {
	const params = { run: run.id };
	await client.call('updateRun', { params, body: { params: run.params } });
	let points = 0;
	for (const metric of run.metrics) points += await importMetric(client, source, run.id, metric);
	if (run.datasets.length > 0)
		await client.call('logRunLineage', {
			params,
			body: { datasets: run.datasets.map(({ tags, ...dataset }) => ({ dataset, tags })) },
		});
	const { files, unreachable } = await importFiles(client, source, run);
	if (run.status in ENDS) {
		const status = ENDS[run.status as keyof typeof ENDS];
		const time = run.endTimeMs === null ? {} : { time: new Date(run.endTimeMs).toISOString() };
		await client.call('changeRunStatus', { params, body: { status, ...time } });
	}
	if (unreachable === null)
		await client.call('updateRun', { params, body: { properties: { [IMPORTED_PROPERTY]: `MLflow run ${run.id}` } } });
	if (run.isDeleted && run.status in ENDS) await client.call('changeLifecycle', { params, body: { lifecycle: 'trashed' } });
	return { points, files, unreachable };
}

async function createRun(client: Client, experimentId: string, run: SourceRun, parentId: string | null): Promise<void> {
	const { [NOTE_TAG]: description = '' } = run.tags;
	const tags = Object.fromEntries(
		Object.entries(run.tags).filter(([key]) => !OWN_TAGS.has(key) && !(parentId !== null && key === PARENT_TAG)),
	);
	const user = run.user || run.tags[USER_TAG];
	await client.call('createRun', {
		params: { experiment: experimentId },
		body: {
			id: run.id,
			...(run.name !== '' && { name: run.name, displayName: run.name.slice(0, 256) }),
			...(description !== '' && { description: description.slice(0, 5_000) }),
			...(parentId !== null && { parentId }),
			...(run.startTimeMs !== null && { startTime: new Date(run.startTimeMs).toISOString() }),
			status: run.status === 'SCHEDULED' ? 'NotStarted' : 'Running',
			tags,
			properties: user ? { [USER_TAG]: user } : {},
		},
	});
}

/** The server knows how far this got before: what it has is passed over. */
async function importMetric(client: Client, source: MlflowSource, run: string, metric: string): Promise<number> {
	const writer = writerOfMetric('mlflow-import', metric);
	const { stored } = await client.call('getWriter', { params: { run, writer } });
	let at = 0;
	let added = 0;
	for await (const portion of source.points(run, metric)) {
		const fresh = portion.slice(Math.max(0, Math.min(portion.length, stored - at)));
		const first = at + portion.length - fresh.length;
		at += portion.length;
		if (fresh.length === 0) continue;
		await client.call('logMetrics', { params: { run }, body: { writer, first, last: at, series: [seriesOf(metric, fresh)] } });
		added += fresh.length;
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

function wireValue(value: number): WireValue {
	return Number.isFinite(value) ? value : { number: String(value) as 'NaN' | 'Infinity' | '-Infinity' };
}

async function importFiles(client: Client, source: MlflowSource, run: SourceRun): Promise<{ files: number; unreachable: string | null }> {
	if (run.artifactUri === '') return { files: 0, unreachable: null };
	const files = await source.files(run.artifactUri, { runId: run.id });
	if (files === null) return { files: 0, unreachable: run.artifactUri };
	for (const file of files) await client.call('writeRunFile', { params: { run: run.id, '*': file.path }, body: await file.open() });
	return { files: files.length, unreachable: null };
}
