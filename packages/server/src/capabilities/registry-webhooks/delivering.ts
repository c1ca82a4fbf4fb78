/** Sends what webhooks of the registry are to be told: signed as MLflow signs it, again with pauses that grow until it is taken. */
import { afterAttempt, type SendOutcome } from '../../http/delivery-attempt.ts';
import { sendWebhook, signature } from '../../http/webhook.ts';
import type { LiveHub } from '../../live/hub.ts';
import type { Database } from '../../storage/database.ts';
import type { Clock } from '../../storage/unit-of-work.ts';
import * as store from './store.ts';
import type { Target, TargetBox } from './target.ts';

const MICROS_PER_SECOND = 1_000_000;
const MICROS_PER_MILLISECOND = 1_000;
/** The next one of so many webhooks. */
const READ_AT_ONCE = 200;
const SENT_AT_ONCE = 8;
const DAY_MICROS = 86_400 * MICROS_PER_SECOND;
/** What was given up is kept for whoever looks into the database for the reason. */
const FAILED_KEPT_MICROS = 30 * DAY_MICROS;
const EVENTS_DELAY_MS = 200;
/** Of what other servers on the same database do nobody tells. */
const LOOK_MS = 2_000;

export interface Message {
	readonly id: string;
	/** `entity.action`. */
	readonly event: string;
	readonly data: unknown;
	/** When it happened, in microseconds. */
	readonly time: number;
}

/** Sends once. Never throws. */
export function sendMessage({ url, secret, reach }: Target, { id, event, data, time }: Message, now: number): Promise<SendOutcome> {
	const [entity, action] = event.split('.');
	const body = JSON.stringify({ entity, action, timestamp: new Date(time / MICROS_PER_MILLISECOND).toISOString(), data });
	const timestamp = Math.floor(now / MICROS_PER_SECOND);
	const headers = {
		// The same at each attempt: who has had it knows it again.
		'x-mlflow-delivery-id': id,
		'x-mlflow-timestamp': String(timestamp),
		...(secret !== null && { 'x-mlflow-signature': signature(secret, id, timestamp, body) }),
	};
	return sendWebhook({ url, body, headers, reach });
}

export function createRegistryDelivering({ database, clock, box }: { database: Database; clock: Clock; box: TargetBox }) {
	type Waiting = Awaited<ReturnType<typeof store.nextDeliveries>>[number];

	const send = async ({ id, event, data, created_time: time, target }: Waiting): Promise<SendOutcome> =>
		sendMessage(box.open(target), { id, event, data: JSON.parse(data), time }, clock());

	const attempt = async (delivery: Waiting): Promise<void> => {
		const { key, attempts, created_time } = delivery;
		// A target that cannot be opened any more is one of another server's folder: no other try opens it.
		const outcome = await send(delivery).catch((error: Error) => ({ statusCode: null, error: error.message, isFinal: true }));
		const now = clock();
		// Of many that wait for one webhook each is sent once at least, and none is kept for longer than a day.
		const isLast = outcome.isFinal || created_time + DAY_MICROS <= now;
		const { state, ...change } = afterAttempt(attempts, { ...outcome, isFinal: isLast }, now);
		await database.write((unit) =>
			state === 'delivered' ? store.deleteDelivery(unit.db, key) : store.updateDelivery(unit.db, key, { ...change, state }),
		);
	};

	/**
	 * Sends all whose time has come, in rounds of one for each webhook: many that wait for one that does not answer keep no other from its
	 * own. Ends when it is told to stop; says when the next one's time is.
	 */
	const deliverDue = async (isStopped: () => boolean = () => false): Promise<number | null> => {
		for (;;) {
			const waiting = await store.nextDeliveries(database.read, READ_AT_ONCE);
			const now = clock();
			const due = waiting.filter(({ next_time }) => next_time <= now);
			if (due.length === 0 || isStopped()) return waiting[0]?.next_time ?? null;
			for (let at = 0; at < due.length && !isStopped(); at += SENT_AT_ONCE)
				await Promise.all(due.slice(at, at + SENT_AT_ONCE).map(attempt));
		}
	};

	return {
		deliverDue,

		tidy: () => database.write((unit) => store.dropDeliveriesBefore(unit.db, clock() - FAILED_KEPT_MICROS)),

		/** Delivers by itself: soon after something happened, and when a time comes. */
		start({ hub, onError }: { hub: LiveHub; onError: (error: unknown) => void }): () => Promise<void> {
			let stopped = false;
			let soonTimer: NodeJS.Timeout | null = null;
			let dueTimer: NodeJS.Timeout | undefined;
			let underWay: Promise<void> = Promise.resolve();
			const look = async (): Promise<void> => {
				clearTimeout(dueTimer);
				const nextTime = stopped ? null : await deliverDue(() => stopped);
				if (nextTime === null || stopped) return;
				dueTimer = setTimeout(enqueue, Math.max(0, (nextTime - clock()) / MICROS_PER_MILLISECOND)).unref();
			};
			const enqueue = (): void => {
				underWay = underWay.then(look).catch(onError);
			};
			const lookSoon = (): void => {
				soonTimer ??= setTimeout(() => {
					soonTimer = null;
					enqueue();
				}, EVENTS_DELAY_MS).unref();
			};
			const unwatch = hub.watch(lookSoon);
			const others = database.engine === 'postgres' ? setInterval(lookSoon, LOOK_MS).unref() : undefined;
			enqueue();
			return async () => {
				stopped = true;
				unwatch();
				clearInterval(others);
				if (soonTimer) clearTimeout(soonTimer);
				clearTimeout(dueTimer);
				await underWay;
			};
		},
	};
}
