/** Brings the log tables up to the outbox: events in their order, exactly once, since the cursor is written with their records. */
import type { Kysely } from 'kysely';
import type { LogRecord, LogRecordService } from '../../capabilities/log-records/service.ts';
import type { Tables } from '../../storage/tables.ts';
import type { StoredEvent } from '../../storage/unit-of-work.ts';
import type { LogStore } from './log-store.ts';

/** Events of one transaction: some ten megabytes of records. */
const PAGE_EVENTS = 2_500;

export interface OutboxReader {
	/** Reads on until what was there at the call is in, or the time is over. False: more is to come. */
	catchUp(untilMs: number): Promise<boolean>;
}

export interface OutboxReaderOptions {
	readonly db: Kysely<Tables>;
	readonly store: LogStore;
	readonly records: LogRecordService;
	/** Whether a workspace sends a category to the log tables, as it is now. */
	readonly sent: () => Promise<(record: LogRecord) => boolean>;
}

export function createOutboxReader({ db, store, records, sent }: OutboxReaderOptions): OutboxReader {
	const page = async (): Promise<StoredEvent[]> => {
		const rows = await db
			.selectFrom('event')
			.selectAll()
			.where('sequence', '>', store.cursor())
			.orderBy('sequence')
			.limit(PAGE_EVENTS)
			.execute();
		return rows.map((row) => ({
			sequence: Number(row.sequence),
			workspaceKey: row.workspace_key,
			type: row.type,
			subject: row.subject,
			time: Number(row.time),
			actor: row.actor,
			data: JSON.parse(row.data) as Record<string, unknown>,
		}));
	};

	/** One page; how many events it had. */
	const step = async (): Promise<number> => {
		const events = await page();
		const last = events.at(-1);
		if (!last) return 0;
		const isSent = await sent();
		await store.append((await records.recordsOf(events)).filter(isSent), last.sequence);
		return events.length;
	};

	// One at a time: whoever comes while another reads waits for it, and then looks again.
	let turn: Promise<unknown> = Promise.resolve();
	const inTurn = (): Promise<number> => {
		const mine = turn.then(step);
		turn = mine.catch(() => undefined);
		return mine;
	};

	return {
		async catchUp(untilMs) {
			while (performance.now() < untilMs) if ((await inTurn()) < PAGE_EVENTS) return true;
			return false;
		},
	};
}
