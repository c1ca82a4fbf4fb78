/**
 * Ships to one destination: reads what comes after its cursor, delivers, and moves the cursor when the other side has it. While it does
 * not, nothing is lost: events wait in the outbox, and are tried again after a pause that grows.
 */
import { ALL_METRICS, RunsteadError } from '@runstead/contract';
import type { Database } from '../../storage/database.ts';
import type { Clock } from '../../storage/unit-of-work.ts';
import { type MinuteRecord, settledUntil } from '../workspace-metrics/minute-records.ts';
import { chooses, choosesLogs } from './categories.ts';
import type { Destination, DiagnosticLine } from './destinations/destination.ts';
import type { EventPages } from './event-pages.ts';
import { metricLine } from './resource-log.ts';
import * as store from './store.ts';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** Records of one delivery: enough to be quick, little enough to be held in memory several times. */
const LINES_MAX = 5_000;
/** Events of other servers on the same database are not told of. */
const LOOK_MS = { sqlite: 30_000, postgres: 2_000 };
const MICROS_PER_MINUTE = 60_000_000;
const MICROS_PER_DAY = 86_400_000_000;
/** Metrics of so many minutes go together after a time without the destination. */
const METRICS_MINUTES_MAX = 60;

export interface ShippedDestination {
	readonly key: number;
	readonly workspaceKey: number;
	readonly categories: readonly string[];
}

export interface ShippingOptions {
	readonly database: Database;
	readonly clock: Clock;
	readonly pages: EventPages;
	readonly resourceIdOf: (workspaceKey: number) => Promise<string>;
	/** Metrics of a workspace, minute by minute, between two times. */
	readonly metricsOf: (workspaceKey: number, from: number, to: number) => Promise<readonly MinuteRecord[]>;
	readonly open: () => Promise<Destination>;
	readonly onError: (error: unknown) => void;
}

export interface Shipper {
	/** There may be something new. */
	wake(): void;
	/** When it is tried again; null: it works, or is being tried. */
	nextTryTimeOrNull(): number | null;
	/** Tries now what would be tried later. */
	retry(): void;
	stop(): Promise<void>;
}

interface Cursor {
	readonly sequence: number;
	readonly metricsTime: number;
}

interface Batch {
	readonly lines: readonly DiagnosticLine[];
	readonly to: Cursor;
}

export function startShipping(destination: ShippedDestination, options: ShippingOptions): Shipper {
	const { database, clock, pages, resourceIdOf, metricsOf, open, onError } = options;
	const { key, workspaceKey, categories } = destination;
	let opened: Destination | null = null;
	let cursor: Cursor | null = null;
	let hasError = false;
	let pauseMs = FIRST_PAUSE_MS;
	let nextTry: number | null = null;
	let hasNews = true;
	let ended = false;
	let sleepsUntilWoken = false;
	let rouse: () => void = () => undefined;

	/** Waits, at most so long; a wake ends it early only where that is asked for. */
	const sleep = (ms: number, untilWoken: boolean): Promise<void> =>
		new Promise((resolve) => {
			if (ended || (untilWoken && hasNews)) return resolve();
			const timer = setTimeout(resolve, ms);
			timer.unref();
			rouse = () => {
				clearTimeout(timer);
				resolve();
			};
			sleepsUntilWoken = untilWoken;
		});
	const nextLogs = async (from: Cursor): Promise<Batch | null> => {
		if (!choosesLogs(categories)) return null;
		const lines: DiagnosticLine[] = [];
		let { sequence } = from;
		while (lines.length < LINES_MAX) {
			const page = await pages.next(workspaceKey, sequence);
			if (page === null) break;
			sequence = page.last;
			for (const line of page.lines) if (chooses(categories, line.category)) lines.push(line);
		}
		return sequence === from.sequence ? null : { lines, to: { ...from, sequence } };
	};

	const nextMetrics = async (from: Cursor): Promise<Batch | null> => {
		if (!chooses(categories, ALL_METRICS)) return null;
		const until = Math.min(settledUntil(clock()), from.metricsTime + METRICS_MINUTES_MAX * MICROS_PER_MINUTE);
		if (until <= from.metricsTime) return null;
		const resourceId = await resourceIdOf(workspaceKey);
		const minutes = await metricsOf(workspaceKey, from.metricsTime, until);
		return { lines: minutes.map((minute) => metricLine(minute, resourceId)), to: { ...from, metricsTime: until } };
	};

	const ship = async (from: Cursor, { lines, to }: Batch): Promise<void> => {
		opened ??= await open();
		if (lines.length > 0) await opened.deliver(lines);
		const volumes = volumesOf(lines);
		const moved = await database.write(async ({ db, now }) => {
			const change = {
				sequence: to.sequence,
				metrics_time: to.metricsTime,
				...(lines.length > 0 && { sent_time: now }),
				...(hasError && { error: null, error_time: null }),
			};
			if (!(await store.advance(db, key, from, change))) return false;
			await store.addVolumes(db, key, volumes);
			return true;
		});
		// It was changed meanwhile, or another server ships it too: its place is read anew.
		cursor = moved ? to : null;
		if (moved) hasError = false;
	};

	const readCursor = async (): Promise<Cursor | null> => {
		const found = await store.destinationByKey(database.read, key);
		if (!found) return null;
		hasError = found.error !== null;
		return { sequence: found.sequence, metricsTime: found.metrics_time };
	};

	/** Ships all that there is. */
	const work = async (): Promise<void> => {
		for (;;) {
			if (ended) return;
			cursor ??= await readCursor();
			if (cursor === null) return;
			const batch = (await nextLogs(cursor)) ?? (await nextMetrics(cursor));
			if (batch === null) return;
			await ship(cursor, batch);
			pauseMs = FIRST_PAUSE_MS;
			if (batch.lines.length < LINES_MAX) await sleep(opened?.gatherMs ?? 0, false);
		}
	};

	const fail = async (error: unknown): Promise<void> => {
		cursor = null;
		const closing = opened;
		opened = null;
		await closing?.close().catch(() => undefined);
		if (!(error instanceof Error)) onError(error);
		const message = messageOf(error);
		if (!hasError) {
			hasError = true;
			await database
				.write(({ db, now }) => store.updateDestination(db, key, { error: message, error_time: now }))
				// The database itself may be what is away.
				.catch(() => (hasError = false));
		}
		nextTry = clock() + pauseMs * 1_000;
		// Not all of them knock at the same moment.
		await sleep(pauseMs * (0.75 + Math.random() / 2), false);
		nextTry = null;
		pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
	};

	const run = async (): Promise<void> => {
		while (!ended) {
			hasNews = false;
			try {
				await work();
				if (!ended) await sleep(LOOK_MS[database.engine], true);
			} catch (error) {
				if (!ended) await fail(error);
			}
		}
		await opened?.close().catch(() => undefined);
	};
	const running = run();

	return {
		wake() {
			hasNews = true;
			if (sleepsUntilWoken) rouse();
		},
		nextTryTimeOrNull: () => nextTry,
		retry() {
			hasNews = true;
			pauseMs = FIRST_PAUSE_MS;
			rouse();
		},
		async stop() {
			ended = true;
			rouse();
			await running;
		},
	};
}

/** What went wrong, in one line. */
export function messageOf(error: unknown): string {
	if (error instanceof RunsteadError) return error.message;
	const { message = '', code, errors } = error as { message?: string; code?: string; errors?: unknown[] };
	if (message === '' && Array.isArray(errors) && errors.length > 0) return messageOf(errors[0]);
	const [line = ''] = message.split('\n');
	return line || code || String(error);
}

function volumesOf(lines: readonly DiagnosticLine[]): store.Volume[] {
	const volumes = new Map<string, { category: string; day: number; recordCount: number; sizeBytes: number }>();
	for (const { category, time, text } of lines) {
		const day = Math.floor(time / MICROS_PER_DAY);
		const id = `${day}:${category}`;
		const volume = volumes.get(id) ?? { category, day, recordCount: 0, sizeBytes: 0 };
		volume.recordCount += 1;
		volume.sizeBytes += Buffer.byteLength(text) + 1;
		volumes.set(id, volume);
	}
	return [...volumes.values()];
}
