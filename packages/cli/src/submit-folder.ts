/** Submits a folder as a job: a snapshot of its files, then a run that executes a script in it. */
import { createHash } from 'node:crypto';
import { createReadStream, openAsBlob } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Client } from '@runstead/client';
import { LIMITS, type SnapshotFile, type SubmitJob } from '@runstead/contract';
import ignore, { type Ignore } from 'ignore';
import { CommandError } from './command.ts';

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

async function createSnapshot(client: Client, workspace: string, folder: string): Promise<string> {
	const paths = await pathsBelow(folder, await ignoreRules(folder));
	const files: SnapshotFile[] = [];
	for (const path of paths) files.push(await describeFile(folder, path));
	checkLimits(folder, files);
	const { missing } = await client.call('checkSnapshot', { params: { workspace }, body: { files } });
	for (const sha256 of missing) {
		const { path } = files.find((file) => file.sha256 === sha256)!;
		await client.call('uploadSnapshotContent', { params: { workspace, sha256 }, body: await openAsBlob(join(folder, path)) });
	}
	return (await client.call('createSnapshot', { params: { workspace }, body: { files } })).id;
}

/** Gives the id of the run, which is Queued then. */
export async function submitFolder(client: Client, { workspace, experimentId, folder, job }: FolderSubmission): Promise<string> {
	const snapshotId = await createSnapshot(client, workspace, folder);
	const body = { ...job, definition: { ...job.definition, snapshotId } };
	return (await client.call('submitJob', { params: { experiment: experimentId }, body })).runId;
}
