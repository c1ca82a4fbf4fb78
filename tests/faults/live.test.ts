/** A stream of events that breaks off, because its client goes or the server is killed, goes on where it was: each event once, in order. */
import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { LiveChange } from '@runstead/contract';
import { expect, it, vi } from 'vitest';
import { type ServerProcess, startServerProcess, temporaryFolder } from '../support/server-process.ts';

const ROUNDS = 4;
const KILL_WITHIN_MS = 250;
const WRITERS = 3;
const EVENTS_WITHIN_MS = 10_000;

/** Reads a stream into `seen` until it breaks off, from the last event that was seen. */
async function follow(url: string, seen: LiveChange[], signal: AbortSignal, isEnough: () => boolean = () => false): Promise<void> {
	const headers = { 'last-event-id': String(seen.at(-1)?.sequence ?? 0) };
	let text = '';
	try {
		const reply = await fetch(`${url}/api/v1/workspaces/lab/live`, { headers, signal });
		const decoder = new TextDecoder();
		for await (const part of reply.body as ReadableStream<Uint8Array>) {
			text += decoder.decode(part, { stream: true });
			const blocks = text.split('\n\n');
			text = blocks.pop() as string;
			for (const block of blocks) {
				if (!block.startsWith('event: change\n')) continue;
				const [, id, data] = /^id: (\d+)\ndata: (.*)$/m.exec(block) as RegExpExecArray;
				const change = JSON.parse(data as string) as LiveChange;
				expect(change.sequence).toBe(Number(id));
				seen.push(change);
			}
			// A reply that nobody holds is collected, and its body ends with it as if that were all.
			if (isEnough() || !reply.ok) return;
		}
	} catch (error) {
		// The server was killed, or the client left.
		if (!(error instanceof TypeError || signal.aborted)) throw error;
	}
}

/** Makes runs and ends them until the server is gone. */
async function makeRuns({ client }: ServerProcess, experiment: string): Promise<void> {
	try {
		for (;;) {
			const { id } = await client.call('createRun', { params: { experiment }, body: {} });
			await client.call('updateRun', { params: { run: id }, body: { tags: { seen: null } } });
			await client.call('changeRunStatus', { params: { run: id }, body: { status: 'Completed' } });
		}
	} catch {
		return;
	}
}

it('tells every event once and in order, whoever breaks it off', async () => {
	using folder = temporaryFolder('runstead-live-');
	let server = await startServerProcess(folder.path);
	try {
		await server.client.call('createWorkspace', { body: { name: 'lab' } });
		const { id: experiment } = await server.client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'events' } });
		const [patient, hasty]: [LiveChange[], LiveChange[]] = [[], []];
		for (let round = 0; round < ROUNDS; round++) {
			const leaving = new AbortController();
			const current = server;
			const seenBefore = patient.length;
			const writing = Promise.all(Array.from({ length: WRITERS }, () => makeRuns(current, experiment)));
			const following = follow(current.url, patient, new AbortController().signal);
			const leavingSoon = follow(current.url, hasty, leaving.signal);
			await wait(randomInt(KILL_WITHIN_MS));
			leaving.abort();
			await leavingSoon;
			const again = follow(current.url, hasty, new AbortController().signal);
			await wait(randomInt(KILL_WITHIN_MS));
			// However slow the machine is, something happened before the end.
			await vi.waitUntil(() => patient.length > seenBefore + WRITERS, { timeout: EVENTS_WITHIN_MS });
			await current.kill();
			await Promise.all([writing, following, again]);
			server = await startServerProcess(folder.path);
		}
		// One more, so that there is a last event to wait for.
		const { id: last } = await server.client.call('createRun', { params: { experiment }, body: {} });
		const all: LiveChange[] = [];
		for (const seen of [all, patient, hasty]) {
			const leaving = new AbortController();
			await follow(server.url, seen, leaving.signal, () => seen.at(-1)?.subject === last && seen.at(-1)?.type === 'run.status');
			leaving.abort();
		}
		expect(all.length).toBeGreaterThan(ROUNDS * WRITERS);
		expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, index) => index + 1));
		expect(patient).toEqual(all);
		expect(hasty).toEqual(all);
	} finally {
		await server.kill();
	}
}, 60_000);
