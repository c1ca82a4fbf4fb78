/** A server that is killed with -9 again and again while files and logs are written: no acknowledged byte is lost, none is stored twice. */
import { createHash, randomBytes, randomInt } from 'node:crypto';
import type { Client } from '@runstead/client';
import { expect, it } from 'vitest';
import { type ServerProcess, startServerProcess, temporaryFolder } from '../support/server-process.ts';

const ROUNDS = 8;
/** A kill falls somewhere within this time of writing. */
const KILL_WITHIN_MS = 250;

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Something that is written bit by bit, and knows what was acknowledged. */
interface Writer {
	/** Writes on, from what was acknowledged last, until the server is gone. */
	write(client: Client): Promise<void>;
	/** Looks whether everything acknowledged is there, as it was sent. */
	verify(client: Client): Promise<void>;
}

async function readWhole(client: Client, run: string, path: string): Promise<Buffer> {
	return Buffer.from(await (await client.open('readRunFile', { params: { run, '*': path } })).arrayBuffer());
}

/** A writer ends because the server is gone, in the midst of a reply or before it; not because of anything that it answered. */
function checkGone(error: unknown): void {
	const isGone = error instanceof TypeError || (error instanceof Error && 'status' in error && error.status === 0);
	if (!isGone) throw error;
}

function logWriter(run: string, path: string): Writer {
	let sent = Buffer.alloc(0);
	let acknowledgedBytes = 0;
	const append = async (client: Client): Promise<void> => {
		const { sizeBytes } = await client.call('appendLog', {
			params: { run, '*': path },
			query: { offset: acknowledgedBytes },
			body: sent.subarray(acknowledgedBytes),
		});
		expect(sizeBytes).toBe(sent.length);
		acknowledgedBytes = sizeBytes;
	};
	return {
		async write(client) {
			for (;;) {
				sent = Buffer.concat([sent, randomBytes(randomInt(1, 50_000))]);
				await append(client);
			}
		},
		async verify(client) {
			const stored = acknowledgedBytes === 0 ? Buffer.alloc(0) : await readWhole(client, run, path);
			expect(stored.length).toBeGreaterThanOrEqual(acknowledgedBytes);
			expect(hashOf(stored)).toBe(hashOf(sent.subarray(0, stored.length)));
			if (sent.length > 0) await append(client);
		},
	};
}

function artifactWriter(run: string): Writer {
	const acknowledged: { path: string; sha256: string; version: number }[] = [];
	return {
		async write(client) {
			for (;;) {
				const bytes = randomBytes(randomInt(1, 200_000));
				const path = `artifacts/${randomInt(4)}.bin`;
				const { version } = await client.call('writeRunFile', { params: { run, '*': path }, body: bytes });
				acknowledged.push({ path, sha256: hashOf(bytes), version });
			}
		},
		async verify(client) {
			for (const { path, sha256, version } of acknowledged) {
				const reply = await client.open('readRunFile', { params: { run, '*': path }, query: { version } });
				expect(hashOf(Buffer.from(await reply.arrayBuffer()))).toBe(sha256);
			}
		},
	};
}

const CHUNK_BYTES = 400_000;

function uploadWriter(run: string): Writer {
	let number = 0;
	let bytes = randomBytes(2_000_000);
	const finished: { path: string; sha256: string }[] = [];
	let acknowledgedBytes = 0;
	const begin = (client: Client) =>
		client.call('startUpload', {
			params: { run },
			body: { path: `uploads/${number}.bin`, sizeBytes: bytes.length, sha256: hashOf(bytes) },
		});
	return {
		async write(client) {
			for (;;) {
				let { upload, file } = await begin(client);
				while (upload) {
					const { id, receivedBytes } = upload;
					expect(receivedBytes).toBeGreaterThanOrEqual(acknowledgedBytes);
					({ upload, file } = await client.call('appendUpload', {
						params: { run, upload: id },
						query: { offset: receivedBytes },
						body: bytes.subarray(receivedBytes, receivedBytes + CHUNK_BYTES),
					}));
					if (upload) acknowledgedBytes = upload.receivedBytes;
				}
				expect(file).toMatchObject({ version: 1, sha256: hashOf(bytes) });
				finished.push({ path: `uploads/${number}.bin`, sha256: hashOf(bytes) });
				number += 1;
				bytes = randomBytes(2_000_000);
				acknowledgedBytes = 0;
			}
		},
		async verify(client) {
			for (const { path, sha256 } of finished) expect(hashOf(await readWhole(client, run, path))).toBe(sha256);
		},
	};
}

it('loses no acknowledged byte of logs, artifacts and uploads, and stores none twice', async () => {
	using folder = temporaryFolder('runstead-kill-files-');
	let server: ServerProcess = await startServerProcess(folder.path);
	await server.client.call('createWorkspace', { body: { name: 'lab' } });
	const { id: experiment } = await server.client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'kills' } });
	const { id: run } = await server.client.call('createRun', { params: { experiment }, body: {} });
	const writers = [logWriter(run, 'logs/a.log'), logWriter(run, 'logs/b.log'), artifactWriter(run), uploadWriter(run)];
	for (let round = 0; round < ROUNDS; round++) {
		const { client } = server;
		const writing = Promise.all(writers.map((writer) => writer.write(client).catch(checkGone)));
		await new Promise((wake) => setTimeout(wake, randomInt(KILL_WITHIN_MS)));
		await server.kill();
		await writing;
		server = await startServerProcess(folder.path);
		for (const writer of writers) await writer.verify(server.client);
	}
	const { artifactBytes, logBytes } = await server.client.call('getRunSpace', { params: { run } });
	let listed = { artifact: 0, log: 0 };
	for (const { path } of (await server.client.call('listRunFiles', { params: { run }, query: { limit: 1_000 } })).files) {
		const { versions } = await server.client.call('listRunFileVersions', { params: { run, '*': path } });
		for (const { kind, sizeBytes } of versions) listed = { ...listed, [kind]: listed[kind] + sizeBytes };
	}
	expect({ artifactBytes, logBytes }).toEqual({ artifactBytes: listed.artifact, logBytes: listed.log });
	await server.stop();
}, 120_000);
