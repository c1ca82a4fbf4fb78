/** The support bundle of a run: its logs, what it was and on what it ran, in one zip file without secrets, to be shown to somebody else. */
import { arch, cpus, release, totalmem, type } from 'node:os';
import type { Readable } from 'node:stream';
import { isTerminal, type Job, type RunFile, RunsteadError } from '@runstead/contract';
import { ZipFile } from 'yazl';
import type { ComputeService } from '../compute/service.ts';
import type { JobService } from '../jobs/service.ts';
import type { RunFileService } from '../run-files/service.ts';
import type { RunService } from '../runs/service.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import { createRedactor, type Redactor } from './redaction.ts';

const LOG_FOLDERS = ['azureml-logs/', 'logs/'];
const FILES_PER_PAGE = 1_000;
/** Files are opened one after the other, but their names are known at once. */
const FILES_MAX = 2_000;
const EVENTS_MAX = 1_000;

const README = `Support bundle of a run of Runstead.

run.json       what the run is, its tags, properties and metrics
job.json       what was executed, where and how it ended; absent if nothing was
events.json    what happened to the run, oldest first
nodes.json     the nodes of its cluster as they are now; absent without a cluster
versions.json  the server and its machine
files.json     every file of the run with size and hash; of outputs only these
files/         its logs, whole

Removed: values of variables, options and fields whose names are those of secrets (password, token, key, ...) wherever
they stand, web tokens, passwords in addresses, account keys and private keys. Look at it before you give it away: a secret that a
script prints under no such name cannot be known.
`;

export interface SupportOptions {
	readonly runs: RunService;
	readonly jobs: JobService;
	readonly compute: ComputeService;
	readonly runFiles: RunFileService;
	readonly workspaces: WorkspaceService;
	/** A run as the API shows it. */
	readonly present: (runId: string) => Promise<unknown>;
	readonly version: string;
}

export type SupportService = ReturnType<typeof createSupportService>;

export function createSupportService({ runs, jobs, compute, runFiles, workspaces, present, version }: SupportOptions) {
	const jobOrNull = async (runId: string): Promise<Job | null> => {
		try {
			return await jobs.get(runId);
		} catch (error) {
			if (error instanceof RunsteadError && error.code === 'not-found') return null;
			throw error;
		}
	};

	/** The nodes of the cluster; null for `local`, and for a cluster that is gone. */
	const nodesOrNull = async (workspaceKey: number, target: string | null): Promise<unknown> => {
		if (target === null || target === 'local') return null;
		try {
			return await compute.nodes(await workspaces.byKey(workspaceKey), target);
		} catch (error) {
			if (error instanceof RunsteadError && error.code === 'not-found') return null;
			throw error;
		}
	};

	const filesOf = async (runId: string): Promise<RunFile[]> => {
		const files: RunFile[] = [];
		let cursor: string | undefined;
		do {
			const page = await runFiles.list(runId, { limit: FILES_PER_PAGE, ...(cursor !== undefined && { cursor }) });
			files.push(...page.files);
			cursor = page.nextCursor ?? undefined;
		} while (cursor !== undefined && files.length < FILES_MAX);
		return files.slice(0, FILES_MAX);
	};

	const addLog = (zip: ZipFile, runId: string, path: string, redactor: Redactor): void =>
		zip.addReadStreamLazy(`files/${path}`, {}, (give) => {
			runFiles
				.find(runId, path)
				.then((file) => {
					const content: Readable = runFiles.read(file, { first: 0, last: file.size_bytes - 1 });
					const clean = redactor.stream();
					content.on('error', (error) => clean.destroy(error));
					give(null, content.pipe(clean));
				})
				.catch((error: unknown) => give(error as Error, null as never));
		});

	return {
		/** A zip file, streamed. @throws {RunsteadError} not-found. */
		async bundle(runId: string): Promise<Readable> {
			const run = await runs.find(runId);
			const [job, files] = await Promise.all([jobOrNull(runId), filesOf(runId)]);
			const redactor = createRedactor(await jobs.secrets(runId));
			const documents: Record<string, unknown> = {
				'run.json': await present(runId),
				'job.json': job,
				'events.json': await runs.events(runId, 0, EVENTS_MAX),
				'nodes.json': await nodesOrNull(run.workspace_key, run.target),
				'versions.json': {
					runstead: version,
					node: process.version,
					system: `${type()} ${release()} ${arch()}`,
					cores: cpus().length,
					memoryMib: Math.round(totalmem() / 1024 ** 2),
					runHasEnded: isTerminal(run.status),
				},
				'files.json': files,
			};
			const zip = new ZipFile();
			const output = zip.outputStream as Readable;
			zip.on('error', (error) => output.destroy(error as Error));
			zip.addBuffer(Buffer.from(README), 'README.txt');
			for (const [name, document] of Object.entries(documents))
				if (document !== null) zip.addBuffer(Buffer.from(`${JSON.stringify(redactor.value(document), null, '\t')}\n`), name);
			for (const { path, sizeBytes } of files)
				if (sizeBytes > 0 && LOG_FOLDERS.some((folder) => path.startsWith(folder))) addLog(zip, runId, path, redactor);
			zip.end();
			return output;
		},
	};
}
