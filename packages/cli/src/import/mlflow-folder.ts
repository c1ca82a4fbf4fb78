/** Reads an `mlruns` folder, as MLflow keeps runs without a server. */
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { parse } from 'yaml';
import { CommandError } from '../command.ts';
import { filesBelow, localFolderOrNull } from './local-artifacts.ts';
import { datasetsOfRunFolder } from './mlflow-folder-datasets.ts';
import { folderLoggedModels, modelsOfRunFolder } from './mlflow-folder-logged-models.ts';
import { folderTraces } from './mlflow-folder-traces.ts';
import { type MlflowSource, portions, type SourceFile, type SourceModel, type SourcePoint, type SourceRun } from './mlflow-source.ts';
import { timeOf } from './source-logged-model.ts';

type Meta = Readonly<Record<string, unknown>>;

const STATUSES = ['', 'RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'] as const;
const TRASH = '.trash';

async function metaOrNull(folder: string): Promise<Meta | null> {
	const text = await readFile(join(folder, 'meta.yaml'), 'utf8').catch(() => null);
	const meta: unknown = text === null ? null : parse(text);
	return typeof meta === 'object' && meta !== null ? (meta as Meta) : null;
}

async function foldersIn(folder: string): Promise<string[]> {
	const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
	return entries
		.filter((entry) => entry.isDirectory())
		.map((entry) => join(folder, entry.name))
		.toSorted();
}

/** Files by their path below a folder: names of metrics and tags may have slashes. */
async function namesBelow(folder: string): Promise<string[]> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
	return entries
		.filter((entry) => entry.isFile())
		.map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
		.toSorted();
}

async function valuesBelow(folder: string): Promise<Record<string, string>> {
	const values: Record<string, string> = {};
	for (const name of await namesBelow(folder)) values[name] = await readFile(join(folder, name), 'utf8');
	return values;
}

const READING = { metaOrNull, foldersIn, valuesBelow };

async function sizesBelow(folder: string): Promise<Record<string, string>> {
	const sizes: Record<string, string> = {};
	for (const name of await namesBelow(folder)) sizes[name] = `bytes ${(await stat(join(folder, name))).size}`;
	return sizes;
}

function* pointsIn(text: string): Generator<SourcePoint> {
	for (const line of text.split('\n')) {
		const [time, value, step = '0'] = line.split(' ');
		if (time === undefined || value === undefined) continue;
		yield { timeMs: Number(time), value: numberOf(value), step: Number(step) };
	}
}

/** As Python writes numbers. */
function numberOf(text: string): number {
	if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
	return Number(text);
}

export async function openMlflowFolder(path: string, artifacts: string | undefined): Promise<MlflowSource> {
	const root = resolve(path.replace(/^file:(\/\/)?(?=\/)|^file:/, ''));
	const folderOf = new Map<string, string>();
	const runFolders = new Map<string, string>();
	for (const parent of [root, join(root, TRASH)])
		for (const folder of await foldersIn(parent)) {
			const meta = await metaOrNull(folder);
			// Runs name their experiment too.
			if (meta?.experiment_id !== undefined && meta.run_id === undefined && meta.run_uuid === undefined)
				folderOf.set(String(meta.experiment_id), folder);
		}
	if (folderOf.size === 0) await refuseFolder(root);
	const places = { base: root, artifacts: artifacts ?? root };

	const runOf = async (folder: string): Promise<SourceRun | null> => {
		const meta = await metaOrNull(folder);
		const id = meta?.run_id ?? meta?.run_uuid;
		if (!meta || typeof id !== 'string') return null;
		const tags = await valuesBelow(join(folder, 'tags'));
		runFolders.set(id, folder);
		return {
			id,
			name: String(meta.run_name || tags['mlflow.runName'] || ''),
			status: (STATUSES[Number(meta.status)] || 'FINISHED') as SourceRun['status'],
			startTimeMs: typeof meta.start_time === 'number' ? meta.start_time : null,
			endTimeMs: typeof meta.end_time === 'number' ? meta.end_time : null,
			isDeleted: meta.lifecycle_stage === 'deleted',
			user: String(meta.user_id ?? ''),
			params: await valuesBelow(join(folder, 'params')),
			tags,
			metrics: await sizesBelow(join(folder, 'metrics')),
			datasets: await datasetsOfRunFolder(READING, dirname(folder), folder),
			models: await modelsOfRunFolder(READING, folder),
			// The folder may have been moved since it was written.
			artifactUri: existsSync(join(folder, 'artifacts')) ? join(folder, 'artifacts') : String(meta.artifact_uri ?? ''),
		};
	};

	const files = async (uri: string): Promise<SourceFile[] | null> => {
		const folder = localFolderOrNull(uri, places);
		if (folder === null) return null;
		if (await stat(folder).catch(() => null)) return filesBelow(folder);
		// Written before the folder was moved: the same place within it.
		const moved = movedTo(root, folder);
		return moved === null ? [] : filesBelow(moved);
	};

	return {
		name: root,
		async countRuns() {
			let count = 0;
			for (const folder of folderOf.values()) for (const run of await foldersIn(folder)) if (existsSync(join(run, 'meta.yaml'))) count += 1;
			return count;
		},

		async experiments() {
			const experiments = [];
			for (const [id, folder] of folderOf) {
				const meta = (await metaOrNull(folder)) as Meta;
				const isDeleted = meta.lifecycle_stage === 'deleted';
				experiments.push({ id, name: String(meta.name), tags: await valuesBelow(join(folder, 'tags')), isDeleted });
			}
			return experiments;
		},

		async *runs(experimentId) {
			const runs: SourceRun[] = [];
			for (const folder of await foldersIn(folderOf.get(experimentId) as string)) {
				const run = await runOf(folder);
				if (run) runs.push(run);
			}
			yield* runs.toSorted((one, other) => (one.startTimeMs ?? 0) - (other.startTimeMs ?? 0));
		},

		modelsOf: (run) => Promise.resolve(run.models),

		async *points(runId, metric) {
			yield* portions(pointsIn(await readFile(join(runFolders.get(runId) as string, 'metrics', metric), 'utf8')));
		},

		files,

		async models(): Promise<SourceModel[]> {
			const models: SourceModel[] = [];
			for (const folder of await foldersIn(join(root, 'models'))) {
				const meta = await metaOrNull(folder);
				if (meta?.name === undefined) continue;
				const aliases = await valuesBelow(join(folder, 'aliases'));
				const versions = [];
				for (const versionFolder of (await foldersIn(folder)).filter((one) => basename(one).startsWith('version-'))) {
					const one = await metaOrNull(versionFolder);
					if (!one || one.current_stage === 'Deleted_Internal') continue;
					versions.push({
						version: Number(one.version),
						description: typeof one.description === 'string' ? one.description : null,
						stage: String(one.current_stage),
						source: String(one.source ?? ''),
						location: typeof one.storage_location === 'string' ? one.storage_location : null,
						runId: typeof one.run_id === 'string' && one.run_id !== '' ? one.run_id : null,
						tags: await valuesBelow(join(versionFolder, 'tags')),
						createdTimeMs: Number(one.creation_timestamp),
					});
				}
				models.push({
					name: String(meta.name),
					description: typeof meta.description === 'string' ? meta.description : null,
					tags: await valuesBelow(join(folder, 'tags')),
					aliases: Object.fromEntries(Object.entries(aliases).map(([alias, version]) => [alias, Number(version)])),
					createdTime: meta.creation_timestamp === undefined ? null : timeOf(meta.creation_timestamp),
					versions: versions.toSorted((one, other) => one.version - other.version),
				});
			}
			return models;
		},

		loggedModels: (experimentId) => folderLoggedModels({ ...READING, files }, folderOf.get(experimentId) as string),

		// MLflow keeps none in folders.
		async *evaluationDatasets() {},

		async *traces(experimentId) {
			yield* await folderTraces(folderOf.get(experimentId) as string, foldersIn, valuesBelow);
		},

		problems: () => [],

		close: () => Promise.resolve(),
	};
}

/** @throws {CommandError} */
async function refuseFolder(root: string): Promise<never> {
	if (!existsSync(root))
		throw new CommandError(
			`There is no folder ${root}.`,
			'Name an mlruns folder, a database (sqlite:///mlflow.db, postgresql://…) or a server (http://127.0.0.1:5000).',
		);
	const meta = await metaOrNull(root);
	if (meta?.experiment_id !== undefined)
		throw new CommandError(
			`${root} is one ${meta.run_id === undefined && meta.run_uuid === undefined ? 'experiment' : 'run'} of an mlruns folder.`,
			'Name the folder that holds all experiments: they come over together.',
		);
	throw new CommandError(
		`${root} is no mlruns folder: no experiment lies in it.`,
		'Name the folder that holds a folder with meta.yaml for each experiment.',
	);
}

/** The longest end of a path that there is below the root. */
function movedTo(root: string, path: string): string | null {
	const parts = path.split(sep).filter((part) => part !== '');
	for (let skip = 1; skip < parts.length; skip += 1) {
		const candidate = join(root, ...parts.slice(skip));
		if (existsSync(candidate)) return candidate;
	}
	return null;
}
