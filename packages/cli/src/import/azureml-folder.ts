/** Reads a folder that `examples/azureml/export_azureml.py` has written: run documents, metrics and files as Azure ML has them. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '../command.ts';
import { filesBelow } from './local-artifacts.ts';
import type { SourceFile } from './mlflow-source.ts';

/** A metric with its rows, as the service of Azure ML sends and takes it. */
export interface AzureMetric {
	readonly name: string;
	readonly value: readonly object[];
}

export interface AzureRun {
	readonly runId: string;
	readonly parentRunId: string | null;
	readonly displayName: string;
	readonly description: string;
	readonly status: string;
	readonly startTime: string | null;
	readonly endTime: string | null;
	readonly target: string | null;
	readonly error: string | null;
	readonly submittedBy: string | null;
	readonly tags: Readonly<Record<string, string | null>>;
	readonly properties: Readonly<Record<string, string>>;
	metrics(): Promise<readonly AzureMetric[]>;
	files(): Promise<readonly SourceFile[]>;
}

export interface AzureExperiment {
	readonly name: string;
	readonly tags: Readonly<Record<string, string>>;
	/** Parents before their children. */
	runs(): Promise<readonly AzureRun[]>;
}

type Fields = Readonly<Record<string, unknown>>;

async function documentIn(path: string): Promise<unknown> {
	const text = await readFile(path, 'utf8');
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new CommandError(`${path} cannot be read: ${(error as Error).message}.`, 'Remove it, and run the exporter once more.');
	}
}

function fieldsOf(value: unknown, path: string): Fields {
	if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
	throw new CommandError(`${path} holds no JSON object.`, 'Remove it, and run the exporter once more.');
}

function textOrNull(value: unknown): string | null {
	return typeof value === 'string' && value !== '' ? value : null;
}

function textsOf(value: unknown): Record<string, string> {
	const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
	return Object.fromEntries(entries.map(([key, text]) => [key, text === null ? '' : String(text)]));
}

function nullableTextsOf(value: unknown): Record<string, string | null> {
	const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
	return Object.fromEntries(entries.map(([key, text]) => [key, text === null ? null : String(text)]));
}

/** The message within an error, wherever it stands. */
function messageOf(error: unknown): string | null {
	if (typeof error !== 'object' || error === null) return null;
	const fields = error as Fields;
	return textOrNull(fields.message) ?? messageOf(fields.error);
}

async function runIn(folder: string): Promise<AzureRun | null> {
	const path = join(folder, 'run.json');
	const text = await readFile(path, 'utf8').catch(() => null);
	if (text === null) return null;
	const run = fieldsOf(await documentIn(path), path);
	const runId = textOrNull(run.runId);
	if (runId === null) throw new CommandError(`${path} names no run.`, 'Remove it, and run the exporter once more.');
	const createdBy = run.createdBy as Fields | null | undefined;
	return {
		runId,
		parentRunId: textOrNull(run.parentRunId),
		displayName: textOrNull(run.displayName) ?? textOrNull(run.name) ?? runId,
		description: textOrNull(run.description) ?? '',
		status: textOrNull(run.status) ?? 'Completed',
		startTime: textOrNull(run.startTimeUtc) ?? textOrNull(run.createdUtc),
		endTime: textOrNull(run.endTimeUtc),
		target: textOrNull(run.target),
		error: messageOf(run.error),
		submittedBy: textOrNull(createdBy?.userName),
		tags: nullableTextsOf(run.tags),
		properties: textsOf(run.properties),
		async metrics() {
			const file = join(folder, 'metrics.json');
			const metrics = await documentIn(file).catch((error: NodeJS.ErrnoException) => {
				if (error.code === 'ENOENT') return [];
				throw error;
			});
			if (!Array.isArray(metrics))
				throw new CommandError(`${file} holds no list.`, 'Remove run.json beside it, and run the exporter once more.');
			return metrics as AzureMetric[];
		},
		files: () => filesBelow(join(folder, 'files')),
	};
}

/** Parents before their children; a parent that is not there holds up nothing. */
function inOrder(runs: readonly AzureRun[]): AzureRun[] {
	const left = new Map(runs.map((run) => [run.runId, run]));
	const ordered: AzureRun[] = [];
	const take = (run: AzureRun): void => {
		if (!left.delete(run.runId)) return;
		const parent = run.parentRunId === null ? undefined : left.get(run.parentRunId);
		if (parent) take(parent);
		ordered.push(run);
	};
	for (const run of runs.toSorted((one, other) => (one.startTime ?? '').localeCompare(other.startTime ?? ''))) take(run);
	return ordered;
}

async function foldersIn(folder: string): Promise<string[]> {
	const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
	return entries
		.filter((entry) => entry.isDirectory())
		.map((entry) => join(folder, entry.name))
		.toSorted();
}

/** @throws {CommandError} for a folder that no exporter has written. */
export async function openAzureFolder(folder: string): Promise<AzureExperiment[]> {
	const experiments: AzureExperiment[] = [];
	for (const place of await foldersIn(join(folder, 'experiments'))) {
		const path = join(place, 'experiment.json');
		if ((await readFile(path, 'utf8').catch(() => null)) === null) continue;
		const experiment = fieldsOf(await documentIn(path), path);
		experiments.push({
			name: textOrNull(experiment.name) ?? 'imported',
			tags: textsOf(experiment.tags),
			async runs() {
				const runs = await Promise.all((await foldersIn(join(place, 'runs'))).map(runIn));
				return inOrder(runs.filter((run) => run !== null));
			},
		});
	}
	if (experiments.length === 0)
		throw new CommandError(
			`${folder} holds no experiments/*/experiment.json.`,
			'Name the folder that examples/azureml/export_azureml.py has written.',
		);
	return experiments;
}
