/** Submits a folder as a job: a snapshot of its files, then a run that executes a script in it. */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, openAsBlob } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Client } from '@runstead/client';
import { LIMITS, type Snapshot, type SnapshotFile, type SubmitJob } from '@runstead/contract';
import ignore, { type Ignore } from 'ignore';
import { CommandError } from './command.ts';
import { createProgressBar } from './run/progress-bar.ts';
import { sizeText } from './run/values.ts';

export interface FolderSubmission {
	workspace: string;
	experimentId: string;
	folder: string;
	job: SubmitJob;
}

/** Never part of what a person means by the source of a script. */
const NEVER_SUBMITTED = ['.git/', '__pycache__/', '.runstead/'];

/** What `.amlignore`, or where there is none `.gitignore`, leaves out. */
async function ignoreRules(folder: string): Promise<Ignore> {
	const rules = ignore().add(NEVER_SUBMITTED);
	for (const name of ['.amlignore', '.gitignore']) {
		const text = await readFile(join(folder, name), 'utf8').catch(() => null);
		if (text !== null) return rules.add(text);
	}
	return rules;
}

/** Paths of the files below a folder, relative, with `/`, in order; links to files count as files. */
async function pathsBelow(folder: string, rules: Ignore, below = ''): Promise<string[]> {
	const paths: string[] = [];
	for (const name of (await readdir(join(folder, below))).toSorted()) {
		const path = `${below}${name}`;
		const entry = await stat(join(folder, path));
		if (entry.isDirectory() && !rules.ignores(`${path}/`)) paths.push(...(await pathsBelow(folder, rules, `${path}/`)));
		else if (entry.isFile() && !rules.ignores(path)) paths.push(path);
	}
	return paths;
}

async function describeFile(folder: string, path: string): Promise<SnapshotFile> {
	const hash = createHash('sha256');
	await pipeline(createReadStream(join(folder, path)), hash);
	const { size, mode } = await stat(join(folder, path));
	return { path, sizeBytes: size, sha256: hash.digest('hex'), executable: (mode & 0o100) !== 0 };
}

function checkLimits(folder: string, files: readonly SnapshotFile[]): void {
	const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
	if (files.length <= LIMITS.snapshotFiles.max && sizeBytes <= LIMITS.snapshotBytes.max) return;
	throw new CommandError(
		`${folder} holds ${files.length} files with ${sizeBytes} bytes; a snapshot may have ${LIMITS.snapshotFiles.max} files with ${LIMITS.snapshotBytes.max} bytes.`,
		'List what the job does not need in .amlignore (the same patterns as .gitignore).',
	);
}

/** Stores a folder as it is now; only what the server lacks is sent. */
export async function createSnapshot(client: Client, workspace: string, folder: string): Promise<Snapshot> {
	const paths = await pathsBelow(folder, await ignoreRules(folder));
	const files: SnapshotFile[] = [];
	for (const path of paths) files.push(await describeFile(folder, path));
	checkLimits(folder, files);
	const { missing } = await client.call('checkSnapshot', { params: { workspace }, body: { files } });
	const byContent = new Map(files.map((file) => [file.sha256, file]));
	const bar = createProgressBar(
		missing.reduce((sum, sha256) => sum + byContent.get(sha256)!.sizeBytes, 0),
		sizeText,
	);
	for (const sha256 of missing) {
		const { path, sizeBytes } = byContent.get(sha256)!;
		await client.call('uploadSnapshotContent', { params: { workspace, sha256 }, body: await openAsBlob(join(folder, path)) });
		bar.advance(sizeBytes, path);
	}
	bar.clear();
	return client.call('createSnapshot', { params: { workspace }, body: { files } });
}

/** `<experiment>_<seconds>_<8 hex digits>`, as azureml-core and the Python SDK make them. */
export function newJobId(experimentName: string): string {
	const name = experimentName
		.replace(/[^A-Za-z0-9_.-]/g, '-')
		.replace(/^[_.-]+/, '')
		.slice(0, 200);
	return `${name || 'run'}_${Math.floor(Date.now() / 1_000)}_${randomBytes(4).toString('hex')}`;
}

/** Gives the id of the run, which is Queued then. */
export async function submitFolder(client: Client, { workspace, experimentId, folder, job }: FolderSubmission): Promise<string> {
	const { id: snapshotId } = await createSnapshot(client, workspace, folder);
	const body = { ...job, definition: { ...job.definition, snapshotId } };
	return (await client.call('submitJob', { params: { experiment: experimentId }, body })).runId;
}
