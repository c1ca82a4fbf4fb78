/** The events of a workspace as lines, read and made once for all the destinations that follow at the same pace. */
import type { Database } from '../../storage/database.ts';
import type { StoredEvent } from '../../storage/unit-of-work.ts';
import type { LogRecord } from '../log-records/service.ts';
import type { DiagnosticLine } from './destinations/destination.ts';
import { logLine } from './resource-log.ts';
import * as store from './store.ts';

/** Pages begin at multiples of it, so that destinations a little apart share them. */
const PAGE_SEQUENCES = 1_000;
/** Some ten megabytes at most. */
const PAGES_KEPT = 8;

export interface EventPage {
	readonly lines: readonly DiagnosticLine[];
	/** The last event that it has been through. */
	readonly last: number;
}

export interface EventPages {
	/** What comes after an event; null when nothing does. */
	next(workspaceKey: number, after: number): Promise<EventPage | null>;
}

export interface EventPagesOptions {
	readonly database: Database;
	readonly recordsOf: (events: readonly StoredEvent[]) => Promise<LogRecord[]>;
	/** Upper-cased. */
	readonly resourceIdOf: (workspaceKey: number) => Promise<string>;
}

export function createEventPages({ database, recordsOf, resourceIdOf }: EventPagesOptions): EventPages {
	const pages = new Map<string, Promise<EventPage>>();

	const read = async (workspaceKey: number, after: number, until: number): Promise<EventPage> => {
		const events = await store.eventsBetween(database.read, workspaceKey, after, until);
		const resourceId = await resourceIdOf(workspaceKey);
		const lines = (await recordsOf(events)).map((record) => logLine(record, resourceId));
		return { lines, last: events.at(-1)?.sequence ?? after };
	};

	/** A page that is over changes no more. */
	const whole = (workspaceKey: number, from: number, until: number): Promise<EventPage> => {
		const key = `${workspaceKey}:${from}`;
		const known = pages.get(key);
		if (known) return known;
		const page = read(workspaceKey, from, until);
		pages.set(key, page);
		page.catch(() => pages.delete(key));
		if (pages.size > PAGES_KEPT) pages.delete(pages.keys().next().value as string);
		return page;
	};

	return {
		async next(workspaceKey, after) {
			const first = await store.firstEventAfter(database.read, workspaceKey, after);
			if (first === undefined) return null;
			const from = Math.floor((first - 1) / PAGE_SEQUENCES) * PAGE_SEQUENCES;
			const until = from + PAGE_SEQUENCES;
			const newest = await store.newestSequence(database.read);
			if (newest < until) return read(workspaceKey, after, until);
			const page = await whole(workspaceKey, from, until);
			return after <= from ? page : { ...page, lines: page.lines.filter(({ sequence }) => sequence > after) };
		},
	};
}
