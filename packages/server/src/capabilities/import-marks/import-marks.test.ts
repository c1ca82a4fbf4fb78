import { LIMITS } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp } from '../../testing/test-app.ts';

describe.each(ENGINES)('import marks on %s', (engine) => {
	it('a mark is kept, replaced, read and listed in pages', async () => {
		await using app = await startTestApp({ engine });
		const { client, workspace } = app;
		const [first, second] = ['a'.repeat(64), 'b'.repeat(64)];
		const digest = 'd'.repeat(64);
		const put = (subject: string, body: object) =>
			client.call('putImportMark', { params: { workspace, subject }, body: body as { digest: string; seen: Record<string, string> } });
		await expect(client.call('getImportMark', { params: { workspace, subject: first } })).rejects.toMatchObject({ code: 'not-found' });
		await put(first, { digest: first, seen: { 'tag:a': '1' } });
		await put(first, { digest, seen: { 'tag:a': '2', 'metric:"ü"': 'count 3' } });
		await put(second, { digest: second, seen: {} });
		expect(await client.call('getImportMark', { params: { workspace, subject: first } })).toEqual({
			digest,
			seen: { 'tag:a': '2', 'metric:"ü"': 'count 3' },
		});
		const page = await client.call('listImportMarks', { params: { workspace }, query: { limit: 1 } });
		const rest = await client.call('listImportMarks', { params: { workspace }, query: { limit: 1, cursor: page.nextCursor as string } });
		expect([page.marks, rest]).toEqual([[{ subject: first, digest }], { marks: [{ subject: second, digest: second }], nextCursor: null }]);
		await expect(put('nothing', { digest, seen: {} })).rejects.toMatchObject({ code: 'invalid-request' });
		await expect(put(first, { digest, seen: { a: 1 } })).rejects.toMatchObject({ code: 'invalid-request' });
		const sizeOf = (seen: object) => Buffer.byteLength(JSON.stringify(seen));
		const room = LIMITS.importMarkBytes.max - sizeOf({ a: '' });
		await put(first, { digest, seen: { a: 'x'.repeat(room) } });
		await expect(put(first, { digest, seen: { a: 'x'.repeat(room + 1) } })).rejects.toMatchObject({ code: 'limit-exceeded' });
	});
});
