/** Sends what webhooks of the registry are to be told: signed as MLflow signs it, again with pauses that grow until it is taken. */
import { afterAttempt, type SendOutcome } from '../../http/delivery-attempt.ts';
import { createRounds, RECEIVERS_PER_ROUND, startRounds, unsendable } from '../../http/delivery-rounds.ts';
import { sendWebhook, signature } from '../../http/webhook.ts';
import type { LiveHub } from '../../live/hub.ts';
import type { Database } from '../../storage/database.ts';
import type { Clock } from '../../storage/unit-of-work.ts';
import * as store from './store.ts';
import type { Target, TargetBox } from './target.ts';

const MICROS_PER_SECOND = 1_000_000;
const MICROS_PER_MILLISECOND = 1_000;
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
		const outcome = await send(delivery).catch(unsendable);
		const now = clock();
		// Of many that wait for one webhook each is sent once at least, and none is kept for longer than a day.
		const isLast = outcome.isFinal || created_time + DAY_MICROS <= now;
		const { state, ...change } = afterAttempt(attempts, { ...outcome, isFinal: isLast }, now);
		await database.write((unit) =>
			state === 'delivered' ? store.deleteDelivery(unit.db, key) : store.updateDelivery(unit.db, key, { ...change, state }),
		);
	};

	const deliverDue = createRounds({ next: () => store.nextDeliveries(database.read, RECEIVERS_PER_ROUND), attempt, clock });

	return {
		deliverDue,

		tidy: () => database.write((unit) => store.dropDeliveriesBefore(unit.db, clock() - FAILED_KEPT_MICROS)),

		/** Delivers by itself: soon after something happened, and when a time comes. */
		start({ hub, onError }: { hub: LiveHub; onError: (error: unknown) => void }): () => Promise<void> {
			const rounds = startRounds(deliverDue, { clock, onError });
			let timer: NodeJS.Timeout | null = null;
			const lookSoon = (): void => {
				timer ??= setTimeout(() => {
					timer = null;
					rounds.look();
				}, EVENTS_DELAY_MS).unref();
			};
			const unwatch = hub.watch(lookSoon);
			const others = database.engine === 'postgres' ? setInterval(lookSoon, LOOK_MS).unref() : undefined;
			return async () => {
				unwatch();
				clearInterval(others);
				if (timer) clearTimeout(timer);
				await rounds.stop();
			};
		},
	};
}
