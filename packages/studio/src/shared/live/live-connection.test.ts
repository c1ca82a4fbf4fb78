import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LiveConnection } from './live-connection.ts';
import type { LiveMessage } from './live-message.ts';
import type { LiveStart } from './live-start.ts';

/** Stands for the browser's EventSource, which Node has not; only what the connection uses. */
class HandSource extends EventTarget {
	readyState = 0;
	readonly url: string;

	constructor(url: string) {
		super();
		this.url = url;
	}

	close(): void {
		this.readyState = 2;
	}

	opens(): void {
		this.readyState = 1;
		this.dispatchEvent(new Event('open'));
	}

	fails(readyState: number): void {
		this.readyState = readyState;
		this.dispatchEvent(new Event('error'));
	}

	says(type: string, data: unknown): void {
		this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) }));
	}
}

function startConnection(start: LiveStart | null = null) {
	const sources: HandSource[] = [];
	const messages: LiveMessage[] = [];
	const connection = new LiveConnection('http://127.0.0.1:8155/api/v1/workspaces/w/live', (url) => {
		const source = new HandSource(url);
		sources.push(source);
		return source as unknown as EventSource;
	});
	const stop = connection.listen((message) => messages.push(message), start);
	const source = (index: number): HandSource => {
		const found = sources[index];
		if (found === undefined) throw new Error(`no source ${index} was opened`);
		return found;
	};
	return { connection, sources, source, messages, stop };
}

beforeEach(() => {
	vi.useFakeTimers({ now: 1000 });
});
afterEach(() => {
	vi.useRealTimers();
});

test('what the stream says reaches the listener', () => {
	const { source, messages } = startConnection();
	const change = { sequence: 7, type: 'run.created', subject: 'r', time: '', actor: 'a', data: {} };
	source(0).opens();
	source(0).says('change', change);
	source(0).says('signal', { run: 'r', metrics: ['mse'] });
	expect(messages).toEqual([
		{ kind: 'state', state: { kind: 'connecting' } },
		{ kind: 'state', state: { kind: 'connected' } },
		{ kind: 'resumed' },
		{ kind: 'change', change },
		{ kind: 'signal', signal: { run: 'r', metrics: ['mse'] } },
	]);
});

test('a lost stream is told once with its time, and its return says so', () => {
	const { source, messages, sources } = startConnection();
	source(0).opens();
	messages.length = 0;
	source(0).fails(0);
	vi.setSystemTime(2000);
	source(0).fails(0);
	source(0).opens();
	expect(messages).toEqual([
		{ kind: 'state', state: { kind: 'lost', sinceMs: 1000 } },
		{ kind: 'state', state: { kind: 'connected' } },
		{ kind: 'resumed' },
	]);
	expect(sources.length).toBe(1);
});

test('a stream that the server refused is opened anew after the last event, each time later', async () => {
	const { source, sources } = startConnection();
	source(0).opens();
	source(0).says('change', { sequence: 41 });
	source(0).fails(2);
	await vi.advanceTimersByTimeAsync(500);
	expect(sources.map((one) => new URL(one.url).search)).toEqual(['', '?after=41']);
	source(1).fails(2);
	await vi.advanceTimersByTimeAsync(999);
	expect(sources.length).toBe(2);
	await vi.advanceTimersByTimeAsync(1);
	expect(sources.length).toBe(3);
});

test('without a listener the stream is closed and stays so', async () => {
	const { source, sources, stop } = startConnection();
	source(0).opens();
	stop();
	expect(source(0).readyState).toBe(2);
	await vi.advanceTimersByTimeAsync(60_000);
	expect(sources.length).toBe(1);
});

const START = { mark: 'server.12', sinceMs: 400, markedMs: 500 };

test('a stream that begins where the page does makes nobody read again', () => {
	const { source, sources, messages } = startConnection(START);
	source(0).opens();
	source(0).says('signal', { run: 'r', metrics: ['mse'] });
	expect(sources.map((one) => new URL(one.url).search)).toEqual(['?from=server.12']);
	expect(messages.slice(2)).toEqual([{ kind: 'signal', signal: { run: 'r', metrics: ['mse'] } }]);
});

test('where the server no longer knows what was said since, all is read again', () => {
	const { source, messages } = startConnection(START);
	source(0).opens();
	source(0).says('gap', {});
	expect(messages.slice(2)).toEqual([{ kind: 'resumed' }]);
});

test('a stream that was lost before it stood asks for what is shown to be read again', async () => {
	const { source, sources, messages } = startConnection(START);
	source(0).fails(2);
	await vi.advanceTimersByTimeAsync(500);
	source(1).opens();
	expect(new URL(sources[1]?.url ?? '').search).toBe('');
	expect(messages.at(-1)).toEqual({ kind: 'resumed' });
});

test('another page is told what was said since it was asked for, not what was said before', () => {
	const { source, connection } = startConnection(START);
	source(0).opens();
	source(0).says('signal', { run: 'a' });
	vi.setSystemTime(2000);
	source(0).says('signal', { run: 'b' });
	const heard: LiveMessage[] = [];
	connection.listen((message) => heard.push(message), { mark: 'server.13', sinceMs: 1500, markedMs: 1600 });
	expect(heard.slice(1)).toEqual([{ kind: 'signal', signal: { run: 'b' } }]);
});

test('a page that was asked for before the stream stood is told to read again', () => {
	const { source, connection } = startConnection();
	source(0).opens();
	const heard: LiveMessage[] = [];
	connection.listen((message) => heard.push(message), { mark: 'server.13', sinceMs: 900, markedMs: 950 });
	expect(heard.slice(1)).toEqual([{ kind: 'resumed' }]);
});

test('who comes to a stream that stands is told to read again, since it may have missed what was said before', () => {
	const { source, connection } = startConnection();
	source(0).opens();
	const heard: LiveMessage[] = [];
	connection.listen((message) => heard.push(message));
	expect(heard).toEqual([{ kind: 'state', state: { kind: 'connected' } }, { kind: 'resumed' }]);
});
