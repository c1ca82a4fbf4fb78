/** Brings an export back, into the server that it came from or another: what is here already is passed over, what was begun is ended. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Client, RequestError } from '@runstead/client';
import { isTerminal, LIMITS, type Run } from '@runstead/contract';
import type { RunFileLine, SnapshotLine } from '../export/layout.ts';
import { bodyOf, linesOf, namesOfExperiments } from './export-folder.ts';
import { importExportedEvaluationDatasets } from './exported-evaluation-datasets.ts';
import { exportedModels, importLoggedModels, importRunModels } from './exported-models.ts';
import { importPoints, type OpenRun } from './exported-points.ts';
import { importExportedTraces } from './exported-traces.ts';
import { importModels } from './import-models.ts';
import { addModels, beginModelReport, type ModelImportReport } from './import-report.ts';

/** Of a run that was made by an import: so it is told from one that was here before. */
const BEGUN_PROPERTY = 'runstead.import';
/** Set once all of a run is here. */
const DONE_PROPERTY = 'runstead.imported';
const LOG_PIECE_BYTES = 4 * 1024 * 1024;

export interface ExportImportReport extends ModelImportReport {
	views: number;
}

const nullIfNotFound = (error: unknown): null => {
	if (error instanceof RequestError && error.code === 'not-found') return null;
	throw error;
};

export async function importExport(
	client: Client,
	workspace: string,
	folder: string,
	onRun: (run: Run) => void,
): Promise<ExportImportReport> {
	const report: ExportImportReport = { ...beginModelReport(), views: 0 };
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
		const begun = open.get(run.id);
		if (begun !== undefined) {
			await endRun(client, run, snapshots);
			// One that has not ended was brought as far as it is.
			report[begun.wasBegun && !isTerminal(run.status) ? 'runsThere' : 'runs'] += 1;
		}
		onRun(run);
	}
	addModels(report, await importModels({ client, workspace, source: await exportedModels(folder), marks: null }, () => undefined));
	await importLoggedModels(client, folder, experiments, report);
	await importRunModels(client, folder, open);
	await importExportedTraces(client, folder, experiments, report);
	await importExportedEvaluationDatasets(client, workspace, folder, experiments, report);
	await importViews(client, workspace, folder, experiments, report);
	for await (const { name, lifecycle } of linesOf(folder, 'experiments')) {
		const id = experiments.get(name);
		if (id !== undefined && lifecycle !== 'active')
			await client.call('updateExperiment', { params: { experiment: id }, body: { lifecycle } });
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

async function endRun(client: Client, run: Run, snapshots: ReadonlyMap<string, string>): Promise<void> {
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
}

async function importViews(
	client: Client,
	workspace: string,
	folder: string,
	experiments: ReadonlyMap<string, string>,
	report: ExportImportReport,
): Promise<void> {
	const { views: there } = await client.call('listViews', { params: { workspace }, query: { limit: LIMITS.pageSize.max } });
	const names = await namesOfExperiments(folder);
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
