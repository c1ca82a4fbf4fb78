import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startTestApp } from '../testing/test-app.ts';

interface Message {
	readonly event: string;
	readonly id: string | undefined;
	readonly data: { type?: string; subject?: string; run?: string; metrics?: string[]; sequence?: number };
}

/** Messages of a stream until one is the last that is wanted. */
async function messagesUntil(
	url: string,
	headers: Record<string, string>,
	isLast: (message: Message) => boolean,
	meanwhile: () => Promise<unknown> = async () => undefined,
): Promise<Message[]> {
	const response = await fetch(url, { headers });
	expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
	const acted = meanwhile();
	const decoder = new TextDecoder();
	const messages: Message[] = [];
	let text = '';
	for await (const part of response.body as ReadableStream<Uint8Array>) {
		text += decoder.decode(part, { stream: true });
		const blocks = text.split('\n\n');
		text = blocks.pop() as string;
		for (const block of blocks) {
			const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
			const data = field('data');
			if (data === undefined) continue;
			messages.push({ event: field('event') ?? '', id: field('id'), data: JSON.parse(data) as Message['data'] });
			if (isLast(messages.at(-1) as Message)) {
				await acted;
				return messages;
			}
		}
	}
	throw new Error('The stream ended too early.');
}

it('a stream tells of changes and of what grew, and begins where a client left off', async () => {
	await using app = await startTestApp();
	const { client, experiment, url } = app;
	const stream = `${url}/api/v1/workspaces/lab/live`;
	const live = await messagesUntil(
		stream,
		{},
		({ data }) => data.metrics !== undefined,
		async () => {
			await client.call('createRun', { params: { experiment }, body: { id: 'one' } });
			await client.call('logMetrics', {
				params: { run: 'one' },
				body: { series: [{ name: 'mse', kind: 'scalar', times: [1], columns: [{ name: 'mse', values: [1] }] }] },
			});
		},
	);
	expect(live.map(({ event, data }) => [event, data.type ?? data.metrics, data.subject ?? data.run])).toEqual([
		['change', 'run.created', 'one'],
		['change', 'run.status', 'one'],
		['signal', ['mse'], 'one'],
	]);
	await client.call('cancelRun', { params: { run: 'one' }, body: {} });
	const missed = await messagesUntil(
		stream,
		{ 'last-event-id': live[0]?.id as string },
		({ data }) => data.type === 'run.status' && data.sequence === Number(live[0]?.id) + 3,
	);
	expect(missed.map(({ data }) => [data.type, data.sequence])).toEqual(
		[1, 2, 3].map((after) => ['run.status', Number(live[0]?.id) + after]),
	);
});

it("a run's stream tells of its children, and of nobody else", async () => {
	await using app = await startTestApp();
	const { client, experiment, url } = app;
	await client.call('createRun', { params: { experiment }, body: { id: 'parent' } });
	const seen = await messagesUntil(
		`${url}/api/v1/runs/parent/live`,
		{},
		({ data }) => data.subject === 'grandchild' && data.type === 'run.status',
		async () => {
			await client.call('createRun', { params: { experiment }, body: { id: 'stranger' } });
			await client.call('createChildren', { params: { run: 'parent' }, body: { children: [{ id: 'child' }] } });
			await client.call('createChildren', { params: { run: 'child' }, body: { children: [{ id: 'grandchild' }] } });
		},
	);
	expect(new Set(seen.map(({ data }) => data.subject))).toEqual(new Set(['child', 'grandchild']));
});

it('a stream begins with what happened since the page was sent, metrics and logs too', async () => {
	using folder = mkdtempDisposableSync(join(tmpdir(), 'runstead-studio-'));
	writeFileSync(join(folder.path, 'index.html'), '<base href="/" />');
	await using app = await startTestApp({ config: { studioFolder: folder.path } });
	const { client, experiment, url } = app;
	const page = await (await fetch(`${url}/w/lab/experiments`)).text();
	const mark = /<meta name="runstead-live" content="([^"]+)"/.exec(page)?.[1];
	await client.call('createRun', { params: { experiment }, body: { id: 'one' } });
	for (const name of ['mse', 'rate'])
		await client.call('logMetrics', {
			params: { run: 'one' },
			body: { series: [{ name, kind: 'scalar', times: [1], columns: [{ name, values: [1] }] }] },
		});
	const said = await messagesUntil(
		`${url}/api/v1/workspaces/lab/live?from=${mark}`,
		{},
		({ data }) => data.metrics?.includes('rate') === true,
	);
	expect(said.filter(({ event }) => event === 'change').map(({ data }) => [data.type, data.subject])).toEqual([
		['run.created', 'one'],
		['run.status', 'one'],
	]);
	expect(new Set(said.flatMap(({ data }) => data.metrics ?? []))).toEqual(new Set(['mse', 'rate']));
	const strange = await messagesUntil(`${url}/api/v1/workspaces/lab/live?from=other.1`, {}, () => true);
	expect(strange.map(({ event }) => event)).toEqual(['gap']);
});
