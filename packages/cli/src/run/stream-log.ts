/** Follows a log of a run as it grows, across outages of the server. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Client, RequestError } from '@runstead/client';

const RETRY_MS = 500;

const BUILD_LOG = /^azureml-logs\/([^/]+\/)?20_image_build_log\.txt$/;
/** Logs among which that of the script is looked for. */
const MOST_SEARCHED = 1_000;

async function isSealedAt(client: Client, run: string, path: string, offset: number): Promise<boolean> {
	const { files } = await client.call('listRunFiles', { params: { run }, query: { prefix: path, limit: 10 } });
	const file = files.find((candidate) => candidate.path === path);
	if (file === undefined) return false;
	return file.sealed && offset >= file.sizeBytes;
}

/** Whether going on later may help: the server is away, or nothing is there beyond what was read. */
function passesByItself(error: unknown): boolean {
	if (!(error instanceof RequestError)) return error instanceof TypeError;
	return error.status === 0 || error.status === 416 || error.status >= 500;
}

/** The bytes of a log as they are written, until it is sealed or `signal` says that nothing more is wanted. */
export async function* followLog(client: Client, run: string, path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
	let offset = 0;
	while (!signal.aborted) {
		try {
			const headers: Record<string, string> = offset === 0 ? {} : { range: `bytes=${offset}-` };
			const reply = await client.open('readRunFile', { params: { run, '*': path }, query: { follow: true }, headers, signal });
			for await (const piece of reply.body ?? []) {
				offset += piece.length;
				yield piece;
			}
			if (await isSealedAt(client, run, path, offset)) return;
		} catch (error) {
			if (signal.aborted) return;
			if (!passesByItself(error)) throw error;
		}
		await wait(RETRY_MS, undefined, { signal }).catch(() => {});
	}
}

/** Of several processes that of the first, in the folder of its node where there are several. */
const DRIVER_LOG = /^azureml-logs\/([^/]+\/)?70_driver_log(_0)?\.txt$/;

/** Names of logs of a job, each where there is one yet. */
export interface JobLogs {
	/** How the environment is built. */
	build: string | null;
	/** What the script says; of several processes the first one. */
	driver: string | null;
}

export async function jobLogs(client: Client, run: string): Promise<JobLogs> {
	const { files } = await client.call('listRunFiles', { params: { run }, query: { prefix: 'azureml-logs/', limit: MOST_SEARCHED } });
	const paths = files.map(({ path }) => path);
	return { build: paths.find((path) => BUILD_LOG.test(path)) ?? null, driver: paths.find((path) => DRIVER_LOG.test(path)) ?? null };
}
