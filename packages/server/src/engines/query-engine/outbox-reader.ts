/** Brings the log tables up to the outbox: events in their order, exactly once, since the cursor is written with their records. */
import type { Kysely } from 'kysely';
import type { LogRecord, LogRecordService } from '../../capabilities/log-records/service.ts';
import type { Tables } from '../../storage/tables.ts';
import type { StoredEvent } from '../../storage/unit-of-work.ts';
import type { LogStore, RecordPage } from './log-store.ts';
import type { DynamicTexts } from './row-batch.ts';

/** Events that are made into records at a time: few, so that little is alive whenever the heap is tidied. */
const PAGE_EVENTS = 250;
/** Of a backlog so many are written at once: more than DuckDB puts through the log that it writes ahead. */
const TRANSACTION_EVENTS = 150_000;

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
	const page = async (after: number): Promise<{ events: StoredEvent[]; texts: DynamicTexts }> => {
		const rows = await db.selectFrom('event').selectAll().where('sequence', '>', after).orderBy('sequence').limit(PAGE_EVENTS).execute();
		const texts = new Map<unknown, string>();
		const events = rows.map((row) => {
			const data = JSON.parse(row.data) as Record<string, unknown>;
			texts.set(data, row.data);
			return {
				sequence: Number(row.sequence),
				workspaceKey: row.workspace_key,
				type: row.type,
				subject: row.subject,
				time: Number(row.time),
				actor: row.actor,
				data,
			};
		});
		return { events, texts };
	};

	/** Page after page until there is no more, the time is over or a transaction is large enough; then tells how it was. */
	async function* pages(untilMs: number, onEnd: (isComplete: boolean) => void): AsyncGenerator<RecordPage> {
		let after = store.cursor();
		for (let count = 0; count < TRANSACTION_EVENTS; ) {
			const { events, texts } = await page(after);
			const last = events.at(-1);
			if (!last) return onEnd(true);
			const isSent = await sent();
			yield { records: (await records.recordsOf(events)).filter(isSent), texts, upTo: last.sequence };
			if (events.length < PAGE_EVENTS) return onEnd(true);
			if (performance.now() >= untilMs) break;
			after = last.sequence;
			count += events.length;
		}
		onEnd(false);
	}

	/** One transaction; whether all is in. */
	const step = async (untilMs: number): Promise<boolean> => {
		let isComplete = false;
		await store.append(pages(untilMs, (complete) => (isComplete = complete)));
		return isComplete;
	};

	// One at a time: whoever comes while another reads waits for it, and then looks again.
	let turn: Promise<unknown> = Promise.resolve();
	const inTurn = (untilMs: number): Promise<boolean> => {
		const mine = turn.then(() => step(untilMs));
		turn = mine.catch(() => undefined);
		return mine;
	};

	return {
		async catchUp(untilMs) {
			while (performance.now() < untilMs) if (await inTurn(untilMs)) return true;
			return false;
		},
	};
}
