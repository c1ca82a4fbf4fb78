/** One stream of server-sent events to one client: what was missed first, then what happens, with a heartbeat. */
import type { LiveSignal } from '@runstead/contract';
import type { FastifyReply } from 'fastify';
import type { Database } from '../storage/database.ts';
import type { StoredEvent } from '../storage/unit-of-work.ts';
import { type LiveHub, presentChange } from './hub.ts';

/** Proxies and browsers drop a connection that is silent for long. */
const HEARTBEAT_MS = 15_000;
/** A client that reads too slowly is let go; it comes back with the id of the last event that it had. */
const UNREAD_BYTES_MAX = 4 * 1024 * 1024;
/** Missed events are read this many at a time. */
const REPLAY_PAGE = 1_000;

export interface EventStreamOptions {
	readonly database: Database;
	readonly hub: LiveHub;
	readonly reply: FastifyReply;
	readonly workspaceKey: number;
	/** Sequence of the last event that the client has; null: it wants what happens from now. */
	readonly after: number | null;
	/** In place of `after`: a mark of the hub, from before the client read what it shows. */
	readonly from: string | null;
	/** Which events and signals the client is shown. */
	readonly wants: { change(event: StoredEvent): boolean; signal(signal: LiveSignal): boolean };
}

export async function streamEvents({ database, hub, reply, workspaceKey, after, from, wants }: EventStreamOptions): Promise<FastifyReply> {
	reply.hijack();
	const { raw } = reply;
	raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
	raw.write('retry: 1000\n\n');

	const write = (text: string): void => {
		raw.write(text);
		if (raw.writableLength > UNREAD_BYTES_MAX) raw.destroy();
	};
	let sent = after ?? 0;
	let missed: StoredEvent[] | null = [];
	const signal = (grown: LiveSignal): void => {
		if (wants.signal(grown)) write(`event: signal\ndata: ${JSON.stringify(grown)}\n\n`);
	};
	const change = (event: StoredEvent): void => {
		if (event.sequence <= sent) return;
		sent = event.sequence;
		if (wants.change(event)) write(`event: change\nid: ${event.sequence}\ndata: ${JSON.stringify(presentChange(event))}\n\n`);
	};
	// Listening begins before the replay, so that nothing falls between the two.
	const stop = hub.listen({
		workspaceKey,
		change: (event) => (missed ? missed.push(event) : change(event)),
		signal,
	});
	const heartbeat = setInterval(() => write(': still here\n\n'), HEARTBEAT_MS);
	heartbeat.unref();
	raw.on('close', () => {
		stop();
		clearInterval(heartbeat);
	});

	const said = from === null || after !== null ? [] : hub.since(from, workspaceKey);
	if (said === null) write('event: gap\ndata: {}\n\n');
	for (const message of said ?? []) {
		if (message.event) change(message.event);
		if (message.signal) signal(message.signal);
	}
	if (after !== null) await replay(database, workspaceKey, after, change, () => raw.destroyed);
	const held = missed;
	missed = null;
	held.forEach(change);
	return reply;
}

async function replay(
	database: Database,
	workspaceKey: number,
	after: number,
	change: (event: StoredEvent) => void,
	gone: () => boolean,
): Promise<void> {
	let last = after;
	while (!gone()) {
		const rows = await database.read
			.selectFrom('event')
			.selectAll()
			.where('workspace_key', '=', workspaceKey)
			.where('sequence', '>', last)
			.orderBy('sequence')
			.limit(REPLAY_PAGE)
			.execute();
		for (const row of rows) change({ ...row, workspaceKey: row.workspace_key, data: JSON.parse(row.data) as Record<string, unknown> });
		last = rows.at(-1)?.sequence ?? last;
		if (rows.length < REPLAY_PAGE) return;
	}
}
