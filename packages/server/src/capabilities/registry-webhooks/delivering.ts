/** Sends what webhooks of the registry are to be told: signed as MLflow signs it, again with pauses that grow until it is taken. */
import { createHmac } from 'node:crypto';
import type { LiveHub } from '../../live/hub.ts';
import type { Database } from '../../storage/database.ts';
import type { Clock } from '../../storage/unit-of-work.ts';
import { PAUSES_SECONDS } from '../alerts/delivering.ts';
import { type SendOutcome, sendWebhook } from '../alerts/webhook.ts';
import * as store from './store.ts';
import type { Target, TargetBox } from './target.ts';

const MICROS_PER_SECOND = 1_000_000;
const MICROS_PER_MILLISECOND = 1_000;
const SENT_AT_ONCE = 8;
const KEPT_MICROS = 30 * 86_400 * MICROS_PER_SECOND;
const ERROR_CHARACTERS_MAX = 1_000;
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

/** @example mlflowSignature('secret', 'id', 1700000000, '{}') gives 'v1,…' */
export function mlflowSignature(secret: string, id: string, timestampSeconds: number, body: string): string {
	return `v1,${createHmac('sha256', secret).update(`${id}.${timestampSeconds}.${body}`).digest('base64')}`;
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
		...(secret !== null && { 'x-mlflow-signature': mlflowSignature(secret, id, timestamp, body) }),
	};
	return sendWebhook({ url, body, headers, reach });
}

export function createRegistryDelivering({ database, clock, box }: { database: Database; clock: Clock; box: TargetBox }) {
	type Waiting = Awaited<ReturnType<typeof store.waitingDeliveries>>[number];

	const send = async ({ id, event, data, created_time: time, target }: Waiting): Promise<SendOutcome> =>
		sendMessage(box.open(target), { id, event, data: JSON.parse(data), time }, clock());

	const attempt = async (delivery: Waiting): Promise<void> => {
		const { key, attempts } = delivery;
		// A target that cannot be opened any more is one of another server's folder: no other try opens it.
		const outcome = await send(delivery).catch((error: Error) => ({ statusCode: null, error: error.message, isFinal: true }));
		const { statusCode, error, isFinal } = outcome;
		const pause = PAUSES_SECONDS[attempts];
		const isGivenUp = error !== null && (isFinal || pause === undefined);
		const change = {
			state: error === null ? ('delivered' as const) : isGivenUp ? ('failed' as const) : ('waiting' as const),
			attempts: attempts + 1,
			status_code: statusCode,
			error: error?.slice(0, ERROR_CHARACTERS_MAX) ?? null,
			next_time: clock() + (pause ?? 0) * MICROS_PER_SECOND,
		};
		await database.write((unit) => store.updateDelivery(unit.db, key, change));
	};

	/** Sends all whose time has come; when the next one's time is. */
	const deliverDue = async (): Promise<number | null> => {
		for (;;) {
			const waiting = await store.waitingDeliveries(database.read, SENT_AT_ONCE);
			const now = clock();
			const due = waiting.filter(({ next_time }) => next_time <= now);
			if (due.length === 0) return waiting[0]?.next_time ?? null;
			await Promise.all(due.map(attempt));
		}
	};

	return {
		deliverDue,

		tidy: () => database.write((unit) => store.dropDeliveriesBefore(unit.db, clock() - KEPT_MICROS)),

		/** Delivers by itself: soon after something happened, and when a time comes. */
		start({ hub, onError }: { hub: LiveHub; onError: (error: unknown) => void }): () => Promise<void> {
			let stopped = false;
			let soonTimer: NodeJS.Timeout | null = null;
			let dueTimer: NodeJS.Timeout | undefined;
			let underWay: Promise<void> = Promise.resolve();
			const look = async (): Promise<void> => {
				clearTimeout(dueTimer);
				const nextTime = stopped ? null : await deliverDue();
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
