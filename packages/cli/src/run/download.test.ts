/** A downloaded file is whole, or not there. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTemporaryFolder } from '../testing/temporary-folder.ts';
import { downloadFiles } from './download.ts';

test('what is less or more than the reply announced is refused, and leaves no file', async () => {
	const folder = await makeTemporaryFolder();
	const download = (path: string, announced: Record<string, string>, body: string | null) =>
		downloadFiles([{ path, sizeBytes: 7 }], folder, async () => new Response(body, { headers: announced }));
	await download('whole', { 'content-length': '7' }, 'weights');
	await download('growing', {}, 'weights');
	await download('packed', { 'content-length': '4', 'content-encoding': 'gzip' }, 'weights');
	for (const body of ['', null, 'weight', 'weights!']) {
		await expect(download('partial', { 'content-length': '7' }, body)).rejects.toThrow(
			`Of ${join(folder, 'partial')} ${body?.length ?? 0} of 7 bytes came.`,
		);
	}
	expect((await readdir(folder)).toSorted()).toEqual(['growing', 'packed', 'whole']);
	for (const name of await readdir(folder)) expect(await readFile(join(folder, name), 'utf8')).toBe('weights');
});

test('a folder that cannot be made is told at once', async () => {
	const folder = await makeTemporaryFolder();
	const download = (path: string, to: string) => downloadFiles([{ path, sizeBytes: 7 }], to, async () => new Response('weights'));
	await download('file', folder);
	await expect(download('weights', join(folder, 'file'))).rejects.toMatchObject({
		message: expect.stringMatching(/^The folder .*file cannot be made: EEXIST/),
		hint: 'Choose another folder.',
	});
	await expect(download('weights', '/proc/no-such-folder')).rejects.toMatchObject({ hint: 'Choose another folder.' });
});
