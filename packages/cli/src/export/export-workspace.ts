/** Writes what a workspace has, or some runs of it, into a folder that other programs can read. */
import { createWriteStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@runstead/client';
import {
	type EvaluationDataset,
	type Experiment,
	type LoggedModel,
	type ModelFile,
	type ModelVersion,
	parseExactJson,
	type Run,
	type RunFile,
	type Trace,
	type View,
	type WireValue,
} from '@runstead/contract';
import { makeFolder } from '../folders.ts';
import { pages } from '../output/answer.ts';
import { destination, writeReply } from '../run/download.ts';
import {
	FORMAT,
	FORMAT_VERSION,
	type Lines,
	type LoggedModelLine,
	MANIFEST,
	type Manifest,
	METRICS_FOLDER,
	type ModelLine,
	TABLES,
} from './layout.ts';
import { openPointWriter, type PointWriter } from './metric-points.ts';

const PAGE = 500;
const POINTS_PER_PAGE = 50_000;

export interface ExportSource {
	readonly client: Client;
	readonly workspace: string;
	/** The runs to be written, parents before their children. */
	readonly runs: AsyncIterable<Run>;
	/** Their experiments; null: all. */
	readonly experiments: ReadonlySet<string> | null;
	/** Whether it is the workspace as a whole, with what belongs to no run. */
	readonly isWhole: boolean;
	readonly onRun: (run: Run) => void;
}

type Table = keyof typeof TABLES;

/** Writes lines of each table, and counts them. */
function openTables(folder: string) {
	const streams = new Map<Table, ReturnType<typeof createWriteStream>>();
	const counts: Record<string, number> = {};
	for (const table of Object.keys(TABLES) as Table[]) {
		streams.set(table, createWriteStream(join(folder, TABLES[table])));
		counts[table] = 0;
	}
	return {
		counts,
		async add<Name extends Table>(table: Name, line: Lines[Name]): Promise<void> {
			counts[table] = (counts[table] ?? 0) + 1;
			const stream = streams.get(table)!;
			if (!stream.write(`${JSON.stringify(line)}\n`)) await new Promise((resolve) => stream.once('drain', resolve));
		},
		async end(): Promise<void> {
			for (const stream of streams.values())
				await new Promise<void>((resolve, reject) => {
					stream.once('error', reject);
					stream.end(resolve);
				});
		},
	};
}

type Tables = ReturnType<typeof openTables>;

/** @returns how many of each there are. */
export async function exportWorkspace(folder: string, source: ExportSource): Promise<Record<string, number>> {
	const { client, workspace, isWhole } = source;
	await makeFolder(folder);
	const tables = openTables(folder);
	const points = await openPointWriter(join(folder, METRICS_FOLDER));
	const snapshots = new Set<string>();
	let pointCount = 0;

	for await (const experiment of experimentsOf(client, workspace)) {
		if (source.experiments !== null && !source.experiments.has(experiment.id)) continue;
		await tables.add('experiments', experiment);
		if (isWhole) await exportOfExperiment(client, experiment, folder, tables);
	}
	for await (const run of source.runs) {
		await tables.add('runs', run);
		pointCount += await exportPoints(client, run, points);
		const { datasets, modelInputs, modelOutputs } = await client.call('getRunLineage', { params: { run: run.id } });
		if (modelInputs.length + modelOutputs.length > 0) await tables.add('runModels', { run: run.id, modelInputs, modelOutputs });
		for (const { dataset, tags } of datasets) await tables.add('datasets', { run: run.id, dataset, tags });
		await exportFiles(client, run, folder, tables);
		if (run.snapshotId !== null && !snapshots.has(run.snapshotId)) {
			snapshots.add(run.snapshotId);
			await exportSnapshot(client, workspace, run.snapshotId, folder, tables);
		}
		source.onRun(run);
	}
	if (isWhole) {
		await exportModels(client, workspace, folder, tables);
		await exportEvaluationDatasets(client, workspace, tables);
		const views = pages<View>(async (cursor) => {
			const page = await client.call('listViews', { params: { workspace }, query: { limit: PAGE, cursor } });
			return { items: page.views, nextCursor: page.nextCursor };
		});
		for await (const view of views) await tables.add('views', view);
	}
	await points.end();
	await tables.end();
	const counts = { ...tables.counts, points: pointCount };
	const manifest: Manifest = {
		format: FORMAT,
		version: FORMAT_VERSION,
		workspace,
		exportedTime: new Date().toISOString(),
		isWhole,
		counts,
	};
	await writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
	return counts;
}

function experimentsOf(client: Client, workspace: string): AsyncGenerator<Experiment> {
	return pages<Experiment>(async (cursor) => {
		const page = await client.call('listExperiments', { params: { workspace }, query: { limit: PAGE, lifecycle: 'all', cursor } });
		return { items: page.experiments, nextCursor: page.nextCursor };
	});
}

async function exportOfExperiment(client: Client, { id }: Experiment, folder: string, tables: Tables): Promise<void> {
	const params = { experiment: id };
	const models = pages<LoggedModel>(async (cursor) => {
		const page = await client.call('listLoggedModels', { params, query: { limit: PAGE, cursor } });
		return { items: page.models, nextCursor: page.nextCursor };
	});
	for await (const model of models) {
		const place = { ...params, loggedModel: model.id };
		const listed = pages<ModelFile>(async (cursor) => {
			const page = await client.call('listLoggedModelFiles', { params: place, query: { limit: PAGE, cursor } });
			return { items: page.files, nextCursor: page.nextCursor };
		});
		const files = await fetchFiles(folder, `logged-models/${folderNameOf(model.id)}`, listed, (path) =>
			client.open('readLoggedModelFile', { params: { ...place, '*': path } }),
		);
		await tables.add('loggedModels', { ...model, files });
	}
	const traces = pages<Trace>(async (cursor) => {
		const page = await client.call('listTraces', { params, query: { limit: PAGE, cursor } });
		return { items: page.traces, nextCursor: page.nextCursor };
	});
	for await (const { id: trace } of traces) await tables.add('traces', await client.call('getTrace', { params: { ...params, trace } }));
}

/** Integers say that they are. */
function valuesOf({ type, values }: { type?: 'float' | 'integer'; values: WireValue[] }): WireValue[] {
	return type === 'integer' ? values.map((value) => (typeof value === 'number' ? { integer: String(value) } : value)) : values;
}

async function exportPoints(client: Client, run: Run, writer: PointWriter): Promise<number> {
	let count = 0;
	for (const { name, kind } of Object.values(run.metrics)) {
		let after = -1;
		for (;;) {
			const page = await client.call('getMetricPoints', { params: { run: run.id }, query: { name, after, limit: POINTS_PER_PAGE } });
			const columns = page.columns.map((column) => ({ name: column.name, values: valuesOf(column) }));
			for (const [index, arrival] of page.arrivals.entries()) {
				const point = { run: run.id, name, kind, arrival, step: page.steps[index] ?? null, time: page.times[index] ?? 0 };
				for (const column of columns) await writer.add({ ...point, column: column.name, value: column.values[index] ?? null });
			}
			count += page.arrivals.length;
			if (page.next === null) break;
			after = page.next;
		}
	}
	return count;
}

/** Where a path can lie on a disk: the server takes a file and a folder of one name, no disk does. */
async function freePlace(folder: string, path: string): Promise<string> {
	const parts = path.split('/');
	let place = '';
	for (const [index, part] of parts.entries()) {
		const wanted = `${place}${part}`;
		const there = await stat(destination(folder, wanted)).catch(() => null);
		if (index === parts.length - 1) return there?.isDirectory() ? `${wanted}.file` : wanted;
		place = there?.isFile() ? `${wanted}.folder/` : `${wanted}/`;
	}
	return place;
}

/** Fetches a file to its path below a folder of the export. Its place within the export. */
async function fetchTo(folder: string, below: string, path: string, open: () => Promise<Response>): Promise<string> {
	const place = await freePlace(join(folder, below), path);
	await writeReply(await open(), destination(join(folder, below), place), () => undefined);
	return `${below}/${place}`;
}

/** A name of a model may hold anything but a slash. */
function folderNameOf(name: string): string {
	return encodeURIComponent(name).replace(/^\./, '%2E');
}

/** Fetches files of a model to their paths below a folder of the export. */
async function fetchFiles(
	folder: string,
	below: string,
	listed: AsyncIterable<ModelFile>,
	open: (path: string) => Promise<Response>,
): Promise<LoggedModelLine['files'][number][]> {
	const files: LoggedModelLine['files'][number][] = [];
	for await (const { path, sizeBytes } of listed)
		files.push({ path, sizeBytes, file: await fetchTo(folder, below, path, () => open(path)) });
	return files;
}

async function exportFiles(client: Client, run: Run, folder: string, tables: Tables): Promise<void> {
	const files = pages<RunFile>(async (cursor) => {
		const page = await client.call('listRunFiles', { params: { run: run.id }, query: { limit: PAGE, cursor } });
		return { items: page.files, nextCursor: page.nextCursor };
	});
	for await (const { path, kind, sizeBytes, sha256, sealed, contentType, version } of files) {
		// A log that grows is taken as long as it was when it was listed.
		const headers: Record<string, string> = sealed || sizeBytes === 0 ? {} : { range: `bytes=0-${sizeBytes - 1}` };
		const file = await fetchTo(folder, `files/${run.id}`, path, () =>
			client.open('readRunFile', { params: { run: run.id, '*': path }, query: { version }, headers }),
		);
		await tables.add('files', { run: run.id, path, kind, sizeBytes, sha256, sealed, contentType, file });
	}
}

async function exportSnapshot(client: Client, workspace: string, id: string, folder: string, tables: Tables): Promise<void> {
	const params = { workspace, snapshot: id };
	const snapshot = await client.call('getSnapshot', { params });
	const files: Lines['snapshots']['files'][number][] = [];
	for (const one of snapshot.files) {
		const file = await fetchTo(folder, `snapshots/${id}`, one.path, () =>
			client.open('readSnapshotFile', { params: { ...params, '*': one.path } }),
		);
		files.push({ ...one, file });
	}
	await tables.add('snapshots', { id, files });
}

async function exportModels(client: Client, workspace: string, folder: string, tables: Tables): Promise<void> {
	const models = pages(async (cursor) => {
		const page = await client.call('listModels', { params: { workspace }, query: { limit: PAGE, cursor } });
		return { items: page.models, nextCursor: page.nextCursor };
	});
	for await (const model of models) {
		const params = { workspace, model: model.name };
		const listed = pages<ModelVersion>(async (cursor) => {
			const page = await client.call('listModelVersions', { params, query: { limit: PAGE, cursor } });
			return { items: page.versions, nextCursor: page.nextCursor };
		});
		const versions: ModelLine['versions'][number][] = [];
		for await (const version of listed)
			versions.unshift({ ...version, files: await exportModelFiles(client, { ...params, version: String(version.version) }, folder) });
		await tables.add('models', { ...model, versions });
	}
}

async function exportEvaluationDatasets(client: Client, workspace: string, tables: Tables): Promise<void> {
	const datasets = pages<EvaluationDataset>(async (cursor) => {
		const page = await client.call('listEvaluationDatasets', { params: { workspace }, query: { limit: PAGE, cursor } });
		return { items: page.datasets, nextCursor: page.nextCursor };
	});
	for await (const dataset of datasets) {
		await tables.add('evaluationDatasets', dataset);
		const params = { workspace, dataset: dataset.id };
		const records = pages<Lines['evaluationRecords']['record']>(async (cursor) => {
			const page = await client.call('listEvaluationRecords', { params, query: { limit: PAGE, cursor } });
			return { items: parseExactJson(page.records) as Lines['evaluationRecords']['record'][], nextCursor: page.nextCursor };
		});
		for await (const record of records) await tables.add('evaluationRecords', { dataset: dataset.id, record });
	}
}

function exportModelFiles(
	client: Client,
	params: { workspace: string; model: string; version: string },
	folder: string,
): Promise<ModelLine['versions'][number]['files'][number][]> {
	const listed = pages<ModelFile>(async (cursor) => {
		const page = await client.call('listModelFiles', { params, query: { limit: PAGE, cursor } });
		return { items: page.files, nextCursor: page.nextCursor };
	});
	return fetchFiles(folder, `models/${folderNameOf(params.model)}/${params.version}`, listed, (path) =>
		client.open('readModelFile', { params: { ...params, '*': path } }),
	);
}
