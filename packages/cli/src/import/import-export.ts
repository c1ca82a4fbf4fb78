/** Brings an export back, into the server that it came from or another: what is here already is passed over, what was begun is ended. */
import { createReadStream, openAsBlob } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Client, RequestError } from '@runstead/client';
import { isTerminal, LIMITS, type Run, type SeriesPoints } from '@runstead/contract';
import { CommandError } from '../command.ts';
import {
	FORMAT,
	FORMAT_VERSION,
	type Lines,
	MANIFEST,
	type Manifest,
	METRICS_FOLDER,
	type RunFileLine,
	type SnapshotLine,
	TABLES,
} from '../export/layout.ts';
import { type PointRow, readPoints } from '../export/metric-points.ts';
import { importModels } from './import-models.ts';
import { addModels, beginModelReport, type ModelImportReport } from './import-report.ts';
import { writerOfMetric } from './metric-writer.ts';
import type { SourceModel } from './mlflow-source.ts';

/** Of a run that was made by an import: so it is told from one that was here before. */
const BEGUN_PROPERTY = 'runstead.import';
/** Set once all of a run is here. */
const DONE_PROPERTY = 'runstead.imported';
const POINTS_PER_BATCH = 20_000;
const LOG_PIECE_BYTES = 4 * 1024 * 1024;

export interface ExportImportReport extends ModelImportReport {
	views: number;
	/** What the folder has and no import takes. */
	left: string[];
}

const nullIfNotFound = (error: unknown): null => {
	if (error instanceof RequestError && error.code === 'not-found') return null;
	throw error;
};

/** @throws {CommandError} when the folder is no export, or one of a newer release. */
export async function readManifest(folder: string): Promise<Manifest> {
	const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => null);
	let manifest: Partial<Manifest> = {};
	try {
		manifest = text === null ? {} : (JSON.parse(text) as Partial<Manifest>);
	} catch {
		// Said below.
	}
	if (manifest.format !== FORMAT)
		throw new CommandError(`${folder} holds no export.`, `Name a folder that runstead export wrote: it has a ${MANIFEST}.`);
	if (manifest.version !== FORMAT_VERSION)
		throw new CommandError(
			`${folder} is of format ${manifest.version}; this release reads ${FORMAT_VERSION}.`,
			'Take the release that wrote it.',
		);
	return manifest as Manifest;
}

async function* linesOf<Table extends keyof typeof TABLES>(folder: string, table: Table): AsyncGenerator<Lines[Table]> {
	const lines = createInterface({ input: createReadStream(join(folder, TABLES[table])), crlfDelay: Number.POSITIVE_INFINITY });
	for await (const line of lines) if (line !== '') yield JSON.parse(line) as Lines[Table];
}

export async function importExport(
	client: Client,
	workspace: string,
	folder: string,
	onRun: (run: Run) => void,
): Promise<ExportImportReport> {
	const report: ExportImportReport = { ...beginModelReport(), views: 0, left: [] };
	const experiments = await importExperiments(client, workspace, folder, report);
	const snapshots = await importSnapshots(client, workspace, folder);
	const open = await beginRuns(client, folder, experiments, report);
	await importPoints(client, folder, open, report);
	await importDatasets(client, folder, open);
	for await (const file of linesOf(folder, 'files')) {
		if (!open.has(file.run)) continue;
		await importFile(client, folder, file);
		report.files += 1;
	}
	for await (const run of linesOf(folder, 'runs')) {
		if (open.has(run.id)) await endRun(client, run, snapshots, report);
		onRun(run);
	}
	addModels(report, await importModels(client, workspace, await modelsOf(folder), () => undefined));
	await importViews(client, workspace, folder, experiments, report);
	for await (const { name, lifecycle } of linesOf(folder, 'experiments')) {
		const id = experiments.get(name);
		if (id !== undefined && lifecycle !== 'active')
			await client.call('updateExperiment', { params: { experiment: id }, body: { lifecycle } });
	}
	for (const [table, words] of [
		['loggedModels', 'logged models'],
		['traces', 'traces'],
	] as const) {
		let count = 0;
		for await (const _ of linesOf(folder, table)) count += 1;
		if (count > 0) report.left.push(`${count} ${words}`);
	}
	return report;
}

/** The id of each experiment here, by its name. */
async function importExperiments(
	client: Client,
	workspace: string,
	folder: string,
	report: ExportImportReport,
): Promise<Map<string, string>> {
	const ids = new Map<string, string>();
	for await (const { name, description, tags, silenceSeconds } of linesOf(folder, 'experiments')) {
		const params = { workspace };
		const { experiments } = await client.call('listExperiments', { params, query: { name, lifecycle: 'all', limit: 1 } });
		let id = experiments[0]?.id;
		if (id === undefined) {
			id = (await client.call('createExperiment', { params, body: { name, description, tags } })).id;
			await client.call('updateExperiment', { params: { experiment: id }, body: { silenceSeconds } });
		}
		ids.set(name, id);
		report.experiments += 1;
	}
	return ids;
}

/** The id that each snapshot has here: the same, since it is made of what lies in it. */
async function importSnapshots(client: Client, workspace: string, folder: string): Promise<Map<string, string>> {
	const ids = new Map<string, string>();
	for await (const { id, files } of linesOf(folder, 'snapshots')) ids.set(id, await importSnapshot(client, workspace, folder, files));
	return ids;
}

async function importSnapshot(client: Client, workspace: string, folder: string, given: SnapshotLine['files']): Promise<string> {
	const files = given.map(({ file: _, ...rest }) => rest);
	const { missing } = await client.call('checkSnapshot', { params: { workspace }, body: { files } });
	for (const sha256 of missing) {
		const { file } = given.find((one) => one.sha256 === sha256)!;
		await client.call('uploadSnapshotContent', { params: { workspace, sha256 }, body: await bodyOf(folder, file) });
	}
	return (await client.call('createSnapshot', { params: { workspace }, body: { files } })).id;
}

const bodyOf = async (folder: string, file: string): Promise<NonNullable<RequestInit['body']>> => openAsBlob(join(folder, file));

/** A run that is being brought over; one that was begun before has something here already. */
interface OpenRun {
	readonly wasBegun: boolean;
}

/** Makes the runs that are not here; those that are to be filled, by their ids. */
async function beginRuns(
	client: Client,
	folder: string,
	experiments: ReadonlyMap<string, string>,
	report: ExportImportReport,
): Promise<Map<string, OpenRun>> {
	const open = new Map<string, OpenRun>();
	for await (const run of linesOf(folder, 'runs')) {
		const experiment = experiments.get(run.experimentName);
		if (experiment === undefined) {
			report.problems.push(`Run ${run.id}: its experiment ${run.experimentName} is not in the folder.`);
			continue;
		}
		const before = await client.call('getRun', { params: { run: run.id } }).catch(nullIfNotFound);
		if (before && (before.properties[BEGUN_PROPERTY] === undefined || before.properties[DONE_PROPERTY] !== undefined)) {
			report.runsThere += 1;
			continue;
		}
		if (!before) {
			const parent = run.parentId === null ? null : await client.call('getRun', { params: { run: run.parentId } }).catch(nullIfNotFound);
			await createRun(client, experiment, run, parent?.experimentId === experiment ? parent.id : null);
		}
		open.set(run.id, { wasBegun: before !== null });
	}
	return open;
}

/** Of a copy of a copy, the marks are those of this one. */
function ownProperties({ properties, createdTime, submittedBy }: Run): Record<string, string> {
	const { [BEGUN_PROPERTY]: _begun, [DONE_PROPERTY]: _done, ...own } = properties;
	return { ...own, [BEGUN_PROPERTY]: `${createdTime} by ${submittedBy}` };
}

const WAITING: ReadonlySet<Run['status']> = new Set(['NotStarted', 'Queued', 'Preparing', 'Provisioning', 'Starting']);

async function createRun(client: Client, experiment: string, run: Run, parentId: string | null): Promise<void> {
	await client.call('createRun', {
		params: { experiment },
		body: {
			id: run.id,
			name: run.name,
			displayName: run.displayName,
			description: run.description,
			type: run.type,
			...(run.target !== null && { target: run.target }),
			...(parentId !== null && { parentId }),
			...(run.startTime !== null && { startTime: run.startTime }),
			status: WAITING.has(run.status) ? 'NotStarted' : 'Running',
			tags: run.tags,
			properties: ownProperties(run),
		},
	});
	await client.call('updateRun', {
		params: { run: run.id },
		body: { params: run.params, primaryMetric: run.primaryMetric, progress: run.progress },
	});
}

async function importPoints(client: Client, folder: string, open: ReadonlyMap<string, OpenRun>, report: ExportImportReport): Promise<void> {
	let batch: PointRow[] = [];
	let at = 0;
	const send = async (): Promise<void> => {
		const [first] = batch;
		const rows = batch;
		batch = [];
		const points = first === undefined ? [] : pointsOf(rows);
		const begin = at;
		at += points.length;
		const state = first === undefined ? undefined : open.get(first.run);
		if (first === undefined || state === undefined) return;
		const params = { run: first.run };
		const writer = writerOfMetric('import', first.name);
		const stored = state.wasBegun ? (await client.call('getWriter', { params: { ...params, writer } })).stored : 0;
		const fresh = points.slice(Math.max(0, Math.min(points.length, stored - begin)));
		if (fresh.length === 0) return;
		const series = [seriesOf(first, fresh)];
		await client.call('logMetrics', { params, body: { writer, first: at - fresh.length, last: at, series } });
		report.points += fresh.length;
	};
	for await (const row of readPoints(join(folder, METRICS_FOLDER))) {
		const previous = batch.at(-1);
		const isOther = previous !== undefined && (previous.run !== row.run || previous.name !== row.name);
		if (isOther || (batch.length >= POINTS_PER_BATCH && previous?.arrival !== row.arrival)) await send();
		if (isOther) at = 0;
		batch.push(row);
	}
	await send();
}

/** The values of each point, which stand in rows below one another. */
function pointsOf(rows: readonly PointRow[]): PointRow[][] {
	const points: PointRow[][] = [];
	for (const row of rows) {
		const last = points.at(-1);
		if (last?.[0]?.arrival === row.arrival) last.push(row);
		else points.push([row]);
	}
	return points;
}

function seriesOf({ name, kind }: PointRow, points: readonly (readonly PointRow[])[]): SeriesPoints {
	const columns = [...new Set(points.flatMap((point) => point.map(({ column }) => column)))];
	return {
		name,
		kind,
		steps: points.map((point) => point[0]!.step),
		times: points.map((point) => point[0]!.time),
		columns: columns.map((column) => {
			const values = points.map((point) => point.find((row) => row.column === column)?.value ?? null);
			const integers = values.map((value) =>
				typeof value === 'object' && value !== null && 'integer' in value ? Number(value.integer) : null,
			);
			const areIntegers = integers.every((value) => value !== null && Number.isSafeInteger(value));
			return areIntegers ? { name: column, type: 'integer', values: integers } : { name: column, values };
		}),
	};
}

async function importDatasets(client: Client, folder: string, open: ReadonlyMap<string, OpenRun>): Promise<void> {
	for await (const { run, dataset, tags } of linesOf(folder, 'datasets')) {
		if (!open.has(run)) continue;
		const { id: _id, createdTime: _time, ...own } = dataset;
		await client.call('logRunLineage', { params: { run }, body: { datasets: [{ dataset: own, tags: { ...tags } }] } });
	}
}

async function importFile(
	client: Client,
	folder: string,
	{ run, path, kind, sizeBytes, sealed, contentType, file }: RunFileLine,
): Promise<void> {
	const params = { run, '*': path };
	if (kind === 'artifact') {
		await client.call('writeRunFile', { params, body: await bodyOf(folder, file), headers: { 'content-type': contentType } });
		return;
	}
	const handle = await open(join(folder, file));
	try {
		const piece = Buffer.alloc(Math.min(LOG_PIECE_BYTES, LIMITS.logAppendBytes.max));
		let offset = 0;
		do {
			const { bytesRead } = await handle.read(piece, 0, piece.length, offset);
			const isLast = offset + bytesRead >= sizeBytes;
			// What is there already is skipped, by its place.
			await client
				.call('appendLog', { params, query: { offset, seal: isLast && sealed }, body: Uint8Array.from(piece.subarray(0, bytesRead)) })
				.catch((error: unknown) => {
					if (!(error instanceof RequestError && error.code === 'log-sealed')) throw error;
				});
			if (bytesRead === 0) break;
			offset += bytesRead;
		} while (offset < sizeBytes);
	} finally {
		await handle.close();
	}
}

async function endRun(client: Client, run: Run, snapshots: ReadonlyMap<string, string>, report: ExportImportReport): Promise<void> {
	const params = { run: run.id };
	const snapshotId = run.snapshotId === null ? undefined : snapshots.get(run.snapshotId);
	if (snapshotId !== undefined) await client.call('updateRun', { params, body: { snapshotId } });
	if (isTerminal(run.status)) {
		await client.call('changeRunStatus', {
			params,
			body: {
				status: run.status,
				...(run.endTime !== null && { time: run.endTime }),
				...(run.statusReason !== null && { reason: run.statusReason }),
				...(run.error !== null && { error: run.error }),
			},
		});
		// One that has not ended may have more in a later export.
		await client.call('updateRun', { params, body: { properties: { [DONE_PROPERTY]: `run ${run.id}` } } });
		if (run.lifecycle !== 'active') await client.call('changeLifecycle', { params, body: { lifecycle: run.lifecycle } });
	}
	report.runs += 1;
}

async function modelsOf(folder: string): Promise<Parameters<typeof importModels>[2]> {
	const places = new Map<string, readonly { readonly path: string; readonly file: string }[]>();
	const models: SourceModel[] = [];
	for await (const { versions, ...model } of linesOf(folder, 'models')) {
		models.push({
			...model,
			versions: versions.map((version) => {
				const place = `export:${model.name}/${version.version}`;
				if (version.files.length > 0) places.set(place, version.files);
				const { properties, framework, frameworkVersion, details, createdTime } = version;
				return {
					version: version.version,
					description: version.description,
					stage: version.stage,
					source: version.source,
					location: version.files.length > 0 ? place : '',
					runId: version.runId,
					tags: version.tags,
					createdTimeMs: Date.parse(version.createdTime),
					more: { properties, framework, frameworkVersion, details, createdTime },
				};
			}),
		});
	}
	return {
		models: () => Promise.resolve(models),
		files: (place) => Promise.resolve((places.get(place) ?? []).map(({ path, file }) => ({ path, open: () => bodyOf(folder, file) }))),
	};
}

async function importViews(
	client: Client,
	workspace: string,
	folder: string,
	experiments: ReadonlyMap<string, string>,
	report: ExportImportReport,
): Promise<void> {
	const { views: there } = await client.call('listViews', { params: { workspace }, query: { limit: LIMITS.pageSize.max } });
	const names = new Map<string, string>();
	for await (const { id, name } of linesOf(folder, 'experiments')) names.set(id, name);
	for await (const { name, scope, experimentId, state } of linesOf(folder, 'views')) {
		const experiment = experimentId === null ? null : (experiments.get(names.get(experimentId) ?? '') ?? null);
		if (there.some((view) => view.name === name && view.scope === scope && view.experimentId === experiment)) continue;
		await client.call('createView', {
			params: { workspace },
			body: { name, scope, state, ...(experiment !== null && { experimentId: experiment }) },
		});
		report.views += 1;
	}
}
