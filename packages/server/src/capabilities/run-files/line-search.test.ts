import type { FileSearchMessage } from '@runstead/contract';
import { describe, expect, it, test } from 'vitest';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';
import { type LineHit, type LineQuery, LineScanner } from './line-scanner.ts';
import { createLineSearches } from './line-search.ts';

const PLAIN: LineQuery = { pattern: '', regex: false, caseSensitive: false, level: null };

/** What is found when the bytes come in parts of so many. */
function scan(text: string, query: Partial<LineQuery>, partBytes: number): LineHit[] {
	const scanner = new LineScanner({ ...PLAIN, ...query }, 0);
	const bytes = Buffer.from(text);
	const hits: LineHit[] = [];
	for (let at = 0; at < bytes.length; at += partBytes) hits.push(...scanner.feed(bytes.subarray(at, at + partBytes)));
	return [...hits, ...scanner.finish()];
}

const LOG = [
	'2026-11-21 08:05:31,123 INFO loading 0 errors',
	'größe Loss=0.5',
	' 10%|#\r100%|##########',
	'WARNING the loss is large',
	'Traceback (most recent call last):',
	'  File "train.py", line 3, in <module>',
	'    fit()',
	'ValueError: no data',
	'loss=0.25',
].join('\n');

describe.each([1, 7, 64, 4096])('in parts of %d bytes', (partBytes) => {
	test('a text is found whatever its case, with line and byte', () => {
		const hits = scan(LOG, { pattern: 'loss' }, partBytes);
		expect(hits.map(({ line, text }) => [line, text])).toEqual([
			[2, 'größe Loss=0.5'],
			[4, 'WARNING the loss is large'],
			[9, 'loss=0.25'],
		]);
		for (const { offset, text } of hits)
			expect(
				Buffer.from(LOG)
					.subarray(offset, offset + Buffer.byteLength(text))
					.toString(),
			).toBe(text);
	});

	test('a regular expression is held to one line', () => {
		expect(scan(LOG, { pattern: '^loss=\\d', regex: true }, partBytes).map(({ line }) => line)).toEqual([9]);
		expect(scan(LOG, { pattern: 'large\\s+Traceback', regex: true }, partBytes)).toEqual([]);
		expect(scan(LOG, { pattern: 'LOSS', caseSensitive: true }, partBytes)).toEqual([]);
	});

	test('what a carriage return wrote over is not there', () => {
		expect(scan(LOG, { pattern: ' 10%' }, partBytes)).toEqual([]);
		expect(scan(LOG, { pattern: '100%' }, partBytes).map(({ text }) => text)).toEqual(['100%|##########']);
	});

	test('an error has its traceback, a word in a sentence is none', () => {
		expect(scan(LOG, { level: 'error' }, partBytes).map(({ line, level }) => [line, level])).toEqual([
			[5, 'error'],
			[6, 'error'],
			[7, 'error'],
			[8, 'error'],
		]);
		expect(scan(LOG, { level: 'warning' }, partBytes).map(({ line }) => line)).toEqual([4, 5, 6, 7, 8]);
		expect(scan(LOG, { level: 'info', pattern: 'loading' }, partBytes).map(({ line }) => line)).toEqual([1]);
	});
});

test('a pattern that never comes to an end is ended, and holds up nobody else', async () => {
	const searches = createLineSearches(200);
	const run = (pattern: string, text: string) =>
		searches.search({
			query: { ...PLAIN, pattern, regex: true },
			from: 0,
			limit: 10,
			bytes: (async function* () {
				yield Buffer.from(text);
			})(),
			gone: new AbortController().signal,
		});
	const endless = Array.fromAsync(run('^(a+)+$', `${'a'.repeat(60)}b\n`));
	const quick = await Array.fromAsync(run('b', 'abc\n'));
	expect(quick.at(-1)).toMatchObject({ ended: 'whole', lines: 1 });
	expect((await endless).at(-1)).toEqual({ searchedBytes: 0, lines: 0, ended: 'time' });
});

async function messages(app: TestApp, path: string, query: object): Promise<FileSearchMessage[]> {
	const reply = await app.client.open('searchRunFile', { params: { run: 'r', '*': path }, query: query as never });
	expect(reply.headers.get('content-type')).toBe('application/x-ndjson');
	return (await reply.text())
		.trimEnd()
		.split('\n')
		.map((line) => JSON.parse(line) as FileSearchMessage);
}

describe.each(ENGINES)('search in files on %s', (engine) => {
	it('logs and artifacts are searched, from a byte on, up to a limit', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { client, experiment } = app;
		await client.call('createRun', { params: { experiment }, body: { id: 'r' } });
		await client.call('appendLog', { params: { run: 'r', '*': 'logs/a.txt' }, query: { offset: 0 }, body: LOG });
		await client.call('writeRunFile', { params: { run: 'r', '*': 'outputs/b.txt' }, body: 'one\ntwo\nthree' });
		expect(await messages(app, 'logs/a.txt', { pattern: 'loss', limit: 1 })).toEqual([
			{ offset: 46, line: 2, text: 'größe Loss=0.5', level: null },
			{ searchedBytes: LOG.lastIndexOf('\n') + 3, lines: 8, ended: 'limit' },
		]);
		expect(await messages(app, 'outputs/b.txt', { pattern: '^t', regex: true, from: 4 })).toEqual([
			{ offset: 4, line: 1, text: 'two', level: null },
			{ searchedBytes: 4, lines: 1, ended: null },
			{ offset: 8, line: 2, text: 'three', level: null },
			{ searchedBytes: 9, lines: 2, ended: 'whole' },
		]);
		expect(await messages(app, 'outputs/b.txt', { pattern: 'x', from: 1_000 })).toEqual([{ searchedBytes: 0, lines: 0, ended: 'whole' }]);
	});

	it('a search that cannot be made is refused', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { client, experiment } = app;
		await client.call('createRun', { params: { experiment }, body: { id: 'r' } });
		await client.call('writeRunFile', { params: { run: 'r', '*': 'a.txt' }, body: 'one' });
		const search = (path: string, query: object) =>
			client.open('searchRunFile', { params: { run: 'r', '*': path }, query: query as never });
		await expect(search('a.txt', { pattern: '(', regex: true })).rejects.toMatchObject({
			code: 'invalid-pattern',
			status: 400,
			message: 'The pattern "(" is no regular expression: /(/i: Unterminated group.',
		});
		await expect(search('a.txt', {})).rejects.toMatchObject({ code: 'invalid-request' });
		await expect(search('no.txt', { pattern: 'x' })).rejects.toMatchObject({ code: 'not-found' });
		await expect(search('a.txt', { pattern: 'x'.repeat(1_001) })).rejects.toMatchObject({ status: 400 });
	});
});
