/** Deliveries: what an agent has of many small files in one request. They share their commits, and each stands for itself. */
import { RunsteadError } from '@runstead/contract';
import type { ArtifactContent, Artifacts } from './artifacts.ts';
import type { AgentLease, LogAppend, Logs } from './logs.ts';

export interface Delivery {
	readonly lease: AgentLease;
	readonly logs: readonly (Pick<LogAppend, 'path' | 'offset' | 'writer'> & { readonly content: string })[];
	readonly artifacts: readonly (Pick<ArtifactContent, 'path' | 'contentType'> & { readonly content: string })[];
}

export interface Delivered {
	readonly logs: { path: string; sizeBytes: number | null }[];
	readonly artifacts: { path: string; stored: boolean }[];
}

/** Refusals of one file. What is wrong with the whole request, or with the server, fails all of it: it is sent again. */
const OF_ONE_FILE: ReadonlySet<string> = new Set([...['already-exists', 'invalid-path', 'limit-exceeded', 'log-gap', 'log-sealed']]);

export async function deliver(logs: Logs, artifacts: Artifacts, runId: string, delivery: Delivery): Promise<Delivered> {
	const { lease } = delivery;
	const gather = <Result>(work: Promise<Result>): Promise<Result> => logs.gather(runId, work);
	const appends = delivery.logs.map(async ({ path, offset, writer, content }) => {
		const bytes = Buffer.from(content, 'base64');
		return { path, sizeBytes: await orNull(logs.append(runId, { path, offset, writer, bytes, seal: false, lease })) };
	});
	const stores = delivery.artifacts.map(async ({ path, contentType, content }) => {
		const stored = await orNull(artifacts.put(runId, path, bytesOf(content), { contentType }, lease.agent, gather));
		return { path, stored: stored !== null };
	});
	// Waited for together: where one fails the request, another may fail as well.
	const [storedLogs, storedArtifacts] = await Promise.all([Promise.all(appends), Promise.all(stores)]);
	return { logs: storedLogs, artifacts: storedArtifacts };
}

async function* bytesOf(content: string): AsyncGenerator<Uint8Array> {
	yield Buffer.from(content, 'base64');
}

async function orNull<Result>(work: Promise<Result>): Promise<Result | null> {
	try {
		return await work;
	} catch (error) {
		if (error instanceof RunsteadError && OF_ONE_FILE.has(error.code)) return null;
		throw error;
	}
}
