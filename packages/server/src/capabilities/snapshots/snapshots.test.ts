/** Snapshots: sent by content, the same folder the same id, read back file by file and as a zip. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { LIMITS, type Snapshot, type SnapshotFile } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { openFolderBlobs } from '../../storage/blobs.ts';
import { openSqlite } from '../../storage/sqlite.ts';
import { systemClock } from '../../storage/unit-of-work.ts';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';
import { createWorkspaceService } from '../workspaces/service.ts';
import { createSnapshotService } from './service.ts';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const fileOf = (path: string, text: string, executable = false): SnapshotFile => ({
	path,
	sizeBytes: Buffer.byteLength(text),
	sha256: hashOf(text),
	executable,
});

const FOLDER: Readonly<Record<string, string>> = {
	'train.py': 'print("hello")\n',
	'lib/run.sh': '#!/bin/sh\n',
	'lib/ä b.txt': '',
	'copy.py': 'print("hello")\n',
};
const FILES = Object.entries(FOLDER).map(([path, text]) => fileOf(path, text, path.endsWith('.sh')));

const check = async (app: TestApp, files: SnapshotFile[], workspace = 'lab'): Promise<string[]> =>
	(await app.client.call('checkSnapshot', { params: { workspace }, body: { files } })).missing;

const create = (app: TestApp, files: SnapshotFile[], workspace = 'lab'): Promise<Snapshot> =>
	app.client.call('createSnapshot', { params: { workspace }, body: { files } });

const upload = (app: TestApp, text: string, workspace = 'lab', sha256 = hashOf(text)) =>
	app.client.call('uploadSnapshotContent', { params: { workspace, sha256 }, body: text });

async function take(app: TestApp, workspace = 'lab'): Promise<Snapshot> {
	const missing = new Set(await check(app, FILES, workspace));
	for (const text of new Set(Object.values(FOLDER))) if (missing.has(hashOf(text))) await upload(app, text, workspace);
	return create(app, FILES, workspace);
}

async function contents(app: TestApp): Promise<string[]> {
	const entries = await readdir(join(app.dataFolder, 'blobs'), { recursive: true, withFileTypes: true });
	return entries.filter((entry) => entry.isFile()).map((entry) => entry.parentPath.slice(-2) + entry.name);
}

describe.each(ENGINES)('snapshots on %s', (engine) => {
	it('are sent by content and have the same id for the same files', async () => {
		await using app = await startTestApp({ engine });
		const texts = [...new Set(Object.values(FOLDER))];
		expect((await check(app, FILES)).toSorted()).toEqual(texts.map(hashOf).toSorted());
		await expect(create(app, FILES)).rejects.toMatchObject({
			status: 422,
			code: 'snapshot-incomplete',
			details: { count: 3, path: 'copy.py' },
		});
		expect(await upload(app, texts[0] as string)).toEqual({ sha256: hashOf(texts[0] as string), sizeBytes: 15 });
		await upload(app, texts[0] as string);
		expect((await check(app, FILES)).toSorted()).toEqual(texts.slice(1).map(hashOf).toSorted());
		await expect(create(app, FILES)).rejects.toMatchObject({ code: 'snapshot-incomplete', details: { count: 2, path: 'lib/run.sh' } });
		const snapshot = await take(app);
		const sorted = ['copy.py', 'lib/run.sh', 'lib/ä b.txt', 'train.py'].map((path) => FILES.find((file) => file.path === path));
		expect(snapshot).toEqual({
			id: expect.stringMatching(/^[0-9a-f]{64}$/),
			workspaceId: expect.any(String),
			sizeBytes: 40,
			createdTime: expect.any(String),
			files: sorted,
		});
		expect(await create(app, FILES.toReversed())).toEqual(snapshot);
		expect(await app.client.call('getSnapshot', { params: { workspace: 'lab', snapshot: snapshot.id } })).toEqual(snapshot);
		const changed = await create(app, [
			...FILES.filter(({ path }) => path !== 'train.py'),
			fileOf('train.py', FOLDER['train.py'] as string, true),
		]);
		expect(changed.id).not.toBe(snapshot.id);
		expect((await create(app, [])).files).toEqual([]);
	});

	it('tell one workspace nothing of the contents of another', async () => {
		await using app = await startTestApp({ engine });
		const { id } = await take(app);
		await app.client.call('createWorkspace', { body: { name: 'elsewhere' } });
		expect(await check(app, FILES, 'elsewhere')).toHaveLength(3);
		await expect(create(app, FILES, 'elsewhere')).rejects.toMatchObject({ code: 'snapshot-incomplete' });
		await expect(app.client.call('getSnapshot', { params: { workspace: 'elsewhere', snapshot: id } })).rejects.toMatchObject({
			status: 404,
			code: 'not-found',
		});
		expect((await take(app, 'elsewhere')).id).toBe(id);
		expect(await contents(app)).toHaveLength(3);
	});

	it('are read file by file', async () => {
		await using app = await startTestApp({ engine });
		const { id: snapshot } = await take(app);
		for (const [path, text] of Object.entries(FOLDER)) {
			expect(await (await app.client.open('readSnapshotFile', { params: { workspace: 'lab', snapshot, '*': path } })).text()).toBe(text);
		}
		const part = await app.client.open('readSnapshotFile', {
			params: { workspace: 'lab', snapshot, '*': 'train.py' },
			headers: { range: 'bytes=0-4' },
		});
		expect([part.status, await part.text(), part.headers.get('etag')]).toEqual([206, 'print', `"${hashOf(FOLDER['train.py'] as string)}"`]);
		await expect(app.client.open('readSnapshotFile', { params: { workspace: 'lab', snapshot, '*': 'lib' } })).rejects.toMatchObject({
			status: 404,
			code: 'not-found',
		});
	});
});

describe('a snapshot', () => {
	it('is downloaded as a zip, always the same bytes, with programs that can be run', async () => {
		await using app = await startTestApp();
		const { id: snapshot } = await take(app);
		const download = async (): Promise<Buffer> => {
			const reply = await app.client.open('downloadSnapshot', { params: { workspace: 'lab', snapshot } });
			expect([reply.headers.get('content-type'), reply.headers.get('content-disposition')]).toEqual([
				'application/zip',
				`attachment; filename="${snapshot}.zip"`,
			]);
			return Buffer.from(await reply.arrayBuffer());
		};
		const zip = await download();
		expect(await download()).toEqual(zip);
		const folder = await mkdtemp(join(tmpdir(), 'runstead-zip-'));
		try {
			await writeFile(join(folder, 's.zip'), zip);
			// Python's own reader, since that is what unpacks it on a node; it keeps no modes, so they are read from the entries.
			const program =
				'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2]); print([(i.filename, oct(i.external_attr >> 16)) for i in z.infolist()])';
			const { stdout } = await promisify(execFile)('python3', ['-c', program, join(folder, 's.zip'), join(folder, 'out')]);
			expect(stdout.trim()).toBe(
				"[('copy.py', '0o100644'), ('lib/run.sh', '0o100755'), ('lib/ä b.txt', '0o100644'), ('train.py', '0o100644')]",
			);
			for (const [path, text] of Object.entries(FOLDER)) expect(await readFile(join(folder, 'out', path), 'utf8')).toBe(text);
			expect((await stat(join(folder, 'out', 'lib'))).isDirectory()).toBe(true);
		} finally {
			await rm(folder, { recursive: true });
		}
	});

	it('has at most 2,000 files', async () => {
		await using app = await startTestApp();
		await upload(app, 'x');
		const files = (count: number): SnapshotFile[] => Array.from({ length: count }, (_, index) => fileOf(`f${index}`, 'x'));
		expect((await create(app, files(1_999))).files).toHaveLength(1_999);
		const { id: snapshot } = await create(app, files(2_000));
		for (const call of [check, create]) {
			await expect(call(app, files(2_001))).rejects.toMatchObject({
				status: 400,
				code: 'limit-exceeded',
				message: expect.stringContaining('The number of files of the snapshot is 2001; the limit (snapshotFiles) is 2000.'),
			});
		}
		const zip = await (await app.client.open('downloadSnapshot', { params: { workspace: 'lab', snapshot } })).arrayBuffer();
		expect(Buffer.from(zip).readUInt16LE(zip.byteLength - 22 + 10)).toBe(2_000);
	});

	it('has at most 300 MiB', async () => {
		await using app = await startTestApp();
		const { max } = LIMITS.snapshotBytes;
		const files = (sizeBytes: number): SnapshotFile[] => [
			{ path: 'a', sizeBytes: sizeBytes - 1, sha256: hashOf('a') },
			{ path: 'b', sizeBytes: 1, sha256: hashOf('b') },
		];
		for (const size of [max - 1, max]) expect(await check(app, files(size))).toEqual([hashOf('a'), hashOf('b')]);
		await expect(check(app, files(max + 1))).rejects.toMatchObject({
			code: 'limit-exceeded',
			details: { given: max + 1, limit: 'snapshotBytes', max },
		});
	});

	it('refuses names that cannot be unpacked, and contents that are not what they are said to be', async () => {
		await using app = await startTestApp();
		await upload(app, 'x');
		const refused = async (...paths: string[]): Promise<unknown> =>
			create(
				app,
				paths.map((path) => fileOf(path, 'x')),
			).then(
				() => null,
				({ code, details }: { code: string; details: { reason: string } }) => [code, details.reason],
			);
		expect(await refused('a', 'b', 'a')).toEqual(['invalid-path', 'it is given twice']);
		expect(await refused('a/b/c', 'a-b', 'a/b')).toEqual(['invalid-path', '"a/b" is a file of the same snapshot']);
		expect(await refused('../a')).toEqual(['invalid-path', 'it has a part ".."']);
		expect(await refused('/a')).toEqual(['invalid-path', 'it is absolute']);
		expect(await refused('a/b', 'a-b', 'ab')).toBeNull();
		await expect(upload(app, 'x', 'lab', hashOf('y'))).rejects.toMatchObject({
			status: 422,
			code: 'checksum-mismatch',
			details: { actual: hashOf('x'), expected: hashOf('y') },
		});
		await expect(upload(app, 'x', 'lab', 'nonsense')).rejects.toMatchObject({ status: 400, code: 'invalid-request' });
		await expect(create(app, [{ ...fileOf('a', 'x'), sizeBytes: 2 }])).rejects.toMatchObject({ code: 'invalid-request' });
		expect(await contents(app)).toEqual([hashOf('x')]);
	});
});

it('contents that no snapshot was made of within a day are dropped', async () => {
	const dataFolder = await mkdtemp(join(tmpdir(), 'runstead-snapshots-'));
	const now = systemClock();
	let aheadMicros = 0;
	const database = await openSqlite(join(dataFolder, 'runstead.db'), {
		clock: () => now() + aheadMicros,
		onEvents: () => undefined,
		onError: (error) => expect.unreachable(String(error)),
	});
	try {
		const workspaces = await createWorkspaceService(database, async () => undefined);
		await workspaces.create({ name: 'lab' }, 'tester');
		const workspace = await workspaces.find('lab');
		const blobs = await openFolderBlobs(join(dataFolder, 'blobs'));
		const snapshots = createSnapshotService({ database, blobs });
		const [used, vain, asked] = ['used', 'in vain', 'asked for again'].map((text) => fileOf(text, text)) as [
			SnapshotFile,
			SnapshotFile,
			SnapshotFile,
		];
		for (const { path, sha256 } of [used, vain, asked]) await snapshots.addContent(workspace, sha256, Readable.from([Buffer.from(path)]));
		const { snapshot } = await snapshots.create(workspace, [used]);
		const hours = 3_600_000_000;
		aheadMicros = 23 * hours;
		await snapshots.tidy();
		expect(await snapshots.check(workspace, [asked])).toEqual([]);
		aheadMicros = 25 * hours;
		await snapshots.tidy();
		expect(await snapshots.check(workspace, [used, vain, asked])).toEqual([vain.sha256]);
		await expect.poll(() => Promise.all([used, vain, asked].map(({ sha256 }) => blobs.has(sha256)))).toEqual([true, false, true]);
		expect(await snapshots.exists(workspace, snapshot.id)).toBe(true);
		expect(await snapshots.exists(workspace, vain.sha256)).toBe(false);
	} finally {
		await database.close();
		await rm(dataFolder, { recursive: true });
	}
});
