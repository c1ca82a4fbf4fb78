/**
 * The least that can do what ingest does: takes JSON over HTTP, packs the numbers, and commits what came together with one sync.
 * No routes, no checks, no runs, no summaries: how fast this machine could be at best.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import type { SeriesPoints } from '@runstead/contract';

interface Waiting {
	readonly chunks: readonly { readonly series: string; readonly count: number; readonly data: Uint8Array }[];
	readonly reply: ServerResponse;
}

const [port, file] = process.argv.slice(2) as [string, string];
const database = new DatabaseSync(file);
database.exec(
	'pragma journal_mode = wal; pragma synchronous = full; create table chunk (key integer primary key, series text, count integer, data blob)',
);
const insert = database.prepare('insert into chunk (series, count, data) values (?, ?, ?)');

let waiting: Waiting[] = [];

function commit(): void {
	const batch = waiting;
	waiting = [];
	database.exec('begin immediate');
	for (const { chunks } of batch) for (const { series, count, data } of chunks) insert.run(series, count, data);
	database.exec('commit');
	for (const { chunks, reply } of batch) reply.end(JSON.stringify({ stored: chunks.reduce((sum, { count }) => sum + count, 0) }));
}

function pack(run: string, { name, times, steps, columns }: SeriesPoints): Waiting['chunks'][number] {
	const count = times.length;
	const numbers = new Float64Array(count * 3);
	numbers.set(times);
	numbers.set(steps as number[], count);
	numbers.set(columns[0]?.values as number[], count * 2);
	return { series: `${run}/${name}`, count, data: new Uint8Array(numbers.buffer) };
}

function take(request: IncomingMessage, reply: ServerResponse): void {
	const parts: Buffer[] = [];
	request.on('data', (part: Buffer) => parts.push(part));
	request.on('end', () => {
		const { series } = JSON.parse(Buffer.concat(parts).toString()) as { series: SeriesPoints[] };
		if (waiting.length === 0) setImmediate(commit);
		waiting.push({ chunks: series.map((one) => pack(request.url ?? '', one)), reply });
	});
}

const server = createServer(take);
server.listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'));
