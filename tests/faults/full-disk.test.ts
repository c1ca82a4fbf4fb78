/** A disk that is full: what does not fit is refused whole, what was acknowledged stays, and all goes on when there is room. */
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startServerProcess, temporaryFolder } from '../support/server-process.ts';

const DISK_MIB = 48;
const MIB = 1024 * 1024;

/** A disk of its own for one process needs a mount namespace, which not every system gives to everyone. */
function canMount(): boolean {
	try {
		execFileSync('unshare', ['--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

it.skipIf(!canMount())(
	'answers 507, loses nothing and recovers',
	async () => {
		using folder = temporaryFolder('runstead-full-');
		const mount = `mount -t tmpfs -o size=${DISK_MIB}m tmpfs "$0" && exec "$@"`;
		await using server = await startServerProcess(folder.path, {
			through: ['unshare', '--map-root-user', '--mount', 'sh', '-c', mount, folder.path],
		});
		const { client } = server;
		/** The disk as the server sees it. */
		const disk = (...path: string[]): string => join('/proc', String(server.pid), 'root', folder.path, ...path);
		const fillDisk = (): void => {
			const file = openSync(disk('filler'), 'w');
			try {
				for (let step = MIB; step >= 1; step = Math.floor(step / 2)) {
					for (;;) {
						try {
							if (writeSync(file, Buffer.alloc(step)) < step) break;
						} catch {
							break;
						}
					}
				}
			} finally {
				closeSync(file);
			}
		};

		await client.call('createWorkspace', { body: { name: 'lab' } });
		const { id: experiment } = await client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'full' } });
		const { id: run } = await client.call('createRun', { params: { experiment }, body: {} });
		const append = (offset: number, bytes: Uint8Array) =>
			client.call('appendLog', { params: { run, '*': 'a.log' }, query: { offset }, body: bytes as Uint8Array<ArrayBuffer> });
		const put = (path: string, bytes: Uint8Array) =>
			client.call('writeRunFile', { params: { run, '*': path }, body: bytes as Uint8Array<ArrayBuffer> });
		const read = async (path: string): Promise<Buffer> =>
			Buffer.from(await (await client.open('readRunFile', { params: { run, '*': path } })).arrayBuffer());

		const [log, upload] = [randomBytes(3 * MIB), randomBytes(4 * MIB)];
		expect(await append(0, log.subarray(0, MIB))).toEqual({ sizeBytes: MIB });
		await put('kept.bin', log.subarray(0, 1_000));
		const started = await client.call('startUpload', {
			params: { run },
			body: { path: 'u.bin', sizeBytes: upload.length, sha256: hashOf(upload) },
		});
		const uploadId = started.upload?.id as string;
		const send = (offset: number, bytes: Uint8Array) =>
			client.call('appendUpload', { params: { run, upload: uploadId }, query: { offset }, body: bytes as Uint8Array<ArrayBuffer> });
		await send(0, upload.subarray(0, MIB));

		const full = { status: 507, code: 'storage-full' };
		await expect(put('too-big.bin', randomBytes(DISK_MIB * MIB))).rejects.toMatchObject(full);
		expect(readdirSync(disk('blobs', 'incoming'))).toEqual([]);
		fillDisk();
		await expect(append(MIB, log.subarray(MIB))).rejects.toMatchObject(full);
		await expect(send(MIB, upload.subarray(MIB))).rejects.toMatchObject(full);
		await expect(put('small.bin', randomBytes(10_000))).rejects.toMatchObject(full);
		// The database can take no more either: so many tags do not fit into what it has in reserve.
		const tags = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`tag ${index}`, 'x'.repeat(5_000)]));
		await expect(client.call('updateRun', { params: { run }, body: { tags } })).rejects.toMatchObject(full);
		// Reading goes on.
		expect(hashOf(await read('a.log'))).toBe(hashOf(log.subarray(0, MIB)));
		expect(await client.call('getUpload', { params: { run, upload: uploadId } })).toMatchObject({ receivedBytes: MIB });
		expect((await client.call('getRun', { params: { run } })).tags).toEqual({});

		rmSync(disk('filler'));
		expect(await append(MIB, log.subarray(MIB))).toEqual({ sizeBytes: 3 * MIB });
		expect((await send(MIB, upload.subarray(MIB))).file).toMatchObject({ sha256: hashOf(upload) });
		await put('small.bin', log.subarray(0, 10_000));
		expect((await client.call('updateRun', { params: { run }, body: { tags } })).tags).toEqual(tags);
		expect([hashOf(await read('a.log')), hashOf(await read('u.bin')), hashOf(await read('kept.bin'))]).toEqual([
			hashOf(log),
			hashOf(upload),
			hashOf(log.subarray(0, 1_000)),
		]);
		expect((await client.call('listRunFiles', { params: { run } })).files.map(({ path }) => path)).toEqual([
			'a.log',
			'kept.bin',
			'small.bin',
			'u.bin',
		]);
	},
	60_000,
);
