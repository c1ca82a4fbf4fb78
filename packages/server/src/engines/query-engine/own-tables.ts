/**
 * The log tables that are no events: runs as they are, points of metrics, lines of logs, metrics of workspaces. They are read from their own places when a query
 * names them, as far as they have grown since; how far that was is kept with the rows.
 */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { LevelReader, type LogTableName } from '@runstead/contract';
import type { Kysely } from 'kysely';
import type { Tables } from '../../storage/tables.ts';
import type { GrowthOptions } from './growth.ts';
import type { LogStore, TableRow } from './log-store.ts';
import type { GrownRuns } from './messages.ts';
import { type MetricTableOptions, refreshMetrics } from './metric-table.ts';
import { createPointTable } from './point-table.ts';
import { placesOf } from './run-places.ts';
import { createRunTable } from './run-table.ts';

export interface OwnTables {
	/** Brings those of the tables up to now that are no events. */
	refresh(tables: readonly string[]): Promise<void>;
	/** The metrics of these runs have grown. */
	noteGrown(runs: GrownRuns): void;
}

const LOG_BYTES_PER_STEP = 4 * 1024 * 1024;
const NEWLINE = 0x0a;

export function createOwnTables(options: MetricTableOptions & GrowthOptions & { readonly logFolder: string }): OwnTables {
	const { db, store, logFolder } = options;
	const points = createPointTable(options);
	const runs = createRunTable(options);
	const refreshers: Readonly<Partial<Record<LogTableName, () => Promise<void>>>> = {
		RunsteadRuns: runs.refresh,
		RunsteadMetrics: points.refresh,
		RunsteadLogs: () => refreshLines(db, store, logFolder),
		AzureMetrics: () => refreshMetrics(options),
	};
	let turn: Promise<unknown> = Promise.resolve();
	return {
		noteGrown(grown) {
			points.noteGrown(grown);
			runs.noteGrown(grown);
		},
		async refresh(tables) {
			for (const table of tables) {
				const refresh = refreshers[table as LogTableName];
				if (!refresh) continue;
				const mine = turn.then(refresh);
				turn = mine.catch(() => undefined);
				await mine;
			}
		},
	};
}

const LEADING_TIME = /^\[?(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,6}))?/;

/** The time that a line begins with, if there is such a time: other digits may look like one. */
function leadingTimeOrNull(line: string): number | null {
	const [, day, clock, fraction = ''] = LEADING_TIME.exec(line) ?? [];
	if (day === undefined) return null;
	const time = new Date(`${day}T${clock}Z`);
	const isReal = !Number.isNaN(time.getTime()) && time.toISOString().startsWith(day);
	return isReal ? time.getTime() * 1_000 + Number(fraction.padEnd(6, '0')) : null;
}

/** Whole lines that have come to each log since; the last one without its end is taken when the log is sealed. */
async function refreshLines(db: Kysely<Tables>, store: LogStore, folder: string): Promise<void> {
	const done = await store.progress('lines');
	const numbers = await store.progress('line-numbers');
	const logs = await db
		.selectFrom('run_file')
		.select(['key', 'run_key', 'path', 'size_bytes', 'sealed_by', 'created_time'])
		.where('kind', '=', 'log')
		.execute();
	const grown = logs.filter(({ key, size_bytes: size }) => size > (done.get(key) ?? 0));
	const places = await placesOf(db, [...new Set(grown.map(({ run_key }) => run_key))]);
	for (const log of grown) {
		const place = places.get(log.run_key);
		if (!place) continue;
		let at = done.get(log.key) ?? 0;
		let line = numbers.get(log.key) ?? 0;
		const levels = new LevelReader();
		while (at < log.size_bytes) {
			const bytes = await readPart(
				join(folder, String(log.run_key), String(log.key)),
				at,
				Math.min(LOG_BYTES_PER_STEP, log.size_bytes - at),
			);
			if (bytes === null || bytes.length === 0) break;
			const isLast = at + bytes.length >= log.size_bytes && log.sealed_by !== null;
			const end = isLast ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1 || (bytes.length === LOG_BYTES_PER_STEP ? bytes.length : 0);
			if (end === 0) break;
			const texts = bytes.subarray(0, end).toString('utf8').replace(/\n$/, '').split('\n');
			const shared = { WorkspaceId: place.workspaceId, WorkspaceName: place.workspaceName, RunId: place.id, Path: log.path };
			const rows = texts.map((text): TableRow => {
				line++;
				const message = text.replace(/\r+$/, '').replace(/^.*\r/, '');
				return {
					workspaceKey: place.workspaceKey,
					time: leadingTimeOrNull(message) ?? Number(log.created_time),
					shared,
					columns: { LineNumber: line, Level: levels.next(message), Message: message },
				};
			});
			at += end;
			await store.add('RunsteadLogs', rows, 'lines', [[log.key, at]], 'line-numbers', [[log.key, line]]);
		}
	}
}

/** Null: the log was purged meanwhile. */
async function readPart(file: string, from: number, length: number): Promise<Buffer | null> {
	try {
		await using handle = await open(file, 'r');
		const buffer = Buffer.alloc(length);
		const { bytesRead } = await handle.read(buffer, 0, length, from);
		return buffer.subarray(0, bytesRead);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
		throw error;
	}
}
