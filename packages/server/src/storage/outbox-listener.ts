/** A listener of the outbox: applies events in their order, each once, whatever is killed when. */
import type { Selectable } from 'kysely';
import type { Database } from './database.ts';
import type { EventTable } from './tables.ts';
import type { StoredEvent, UnitOfWork } from './unit-of-work.ts';

/** Events of one transaction. */
const EVENTS_PER_STEP = 500;

export interface OutboxListenerOptions {
	readonly database: Database;
	/** Its cursor is kept under it. */
	readonly name: string;
	/** Where a listener begins that was never there before: with the first event of all, or with those that come. */
	readonly begin: 'first' | 'now';
	/** Applies events in the transaction that also moves the cursor. */
	readonly apply: (unit: UnitOfWork, events: readonly StoredEvent[]) => Promise<void>;
}

export interface OutboxListener {
	/** Applies all that there is; a call while another one works waits for it and looks again. */
	catchUp(): Promise<void>;
}

export function createOutboxListener({ database, name, begin, apply }: OutboxListenerOptions): OutboxListener {
	let cursor: number | null = null;
	let underWay: Promise<void> | null = null;

	const readCursor = (): Promise<number> =>
		database.write(async ({ db }) => {
			const row = await db.selectFrom('event_cursor').select('sequence').where('name', '=', name).executeTakeFirst();
			if (row) return row.sequence;
			const newest = await db.selectFrom('counter').select('value').where('name', '=', 'event').executeTakeFirst();
			const sequence = begin === 'first' ? 0 : (newest?.value ?? 0);
			await db.insertInto('event_cursor').values({ name, sequence }).execute();
			return sequence;
		});

	/** Whether there may be more. */
	const step = async (): Promise<boolean> => {
		cursor ??= await readCursor();
		const after = cursor;
		const rows = await database.read
			.selectFrom('event')
			.selectAll()
			.where('sequence', '>', after)
			.orderBy('sequence')
			.limit(EVENTS_PER_STEP)
			.execute();
		const last = rows.at(-1);
		if (last === undefined) return false;
		cursor = await database.write(async (unit) => {
			const moved = await unit.db
				.updateTable('event_cursor')
				.set({ sequence: last.sequence })
				.where('name', '=', name)
				.where('sequence', '=', after)
				.executeTakeFirst();
			// Another server has been here: its place is read anew.
			if (Number(moved.numUpdatedRows) === 0) return null;
			await apply(unit, rows.map(eventOf));
			return last.sequence;
		});
		return cursor === null || rows.length === EVENTS_PER_STEP;
	};

	const work = async (): Promise<void> => {
		try {
			while (await step());
		} catch (error) {
			cursor = null;
			throw error;
		}
	};

	return {
		async catchUp() {
			// What is under way may have looked before the latest event.
			await underWay?.catch(() => undefined);
			underWay ??= work().finally(() => {
				underWay = null;
			});
			await underWay;
		},
	};
}

function eventOf({ workspace_key, data, ...event }: Selectable<EventTable>): StoredEvent {
	return { ...event, workspaceKey: workspace_key, data: JSON.parse(data) as Record<string, unknown> };
}
