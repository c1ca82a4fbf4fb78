/** Sends what is to be sent: from the database, again and again with pauses that grow, until it is taken or given up. */
import { afterAttempt, type SendOutcome } from '../../http/delivery-attempt.ts';
import { createRounds, RECEIVERS_PER_ROUND, unsendable } from '../../http/delivery-rounds.ts';
import { keyOfSecret, sendWebhook, signature } from '../../http/webhook.ts';
import type { Database } from '../../storage/database.ts';
import type { Clock } from '../../storage/unit-of-work.ts';
import { commonAlert } from './common-alert-schema.ts';
import { mailMessage } from './mail-message.ts';
import type { Mailer } from './mailer.ts';
import { type Notification, pageOf } from './notification.ts';
import type { ReceiverBox } from './receivers.ts';
import { slackMessage } from './slack-message.ts';
import * as store from './store.ts';

const MICROS_PER_SECOND = 1_000_000;
const KEPT_MICROS = 30 * 86_400 * MICROS_PER_SECOND;

export interface DeliveringOptions {
	readonly database: Database;
	readonly clock: Clock;
	readonly mailer: Mailer;
	readonly box: ReceiverBox;
	/** Where the studio is, for links. */
	readonly studioUrl: () => string;
}

export function createDelivering({ database, clock, mailer, box, studioUrl }: DeliveringOptions) {
	const send = async (delivery: store.DeliveryRecord): Promise<SendOutcome> => {
		const receiver = box.openOne(delivery.receiver);
		const notification = JSON.parse(delivery.payload) as Notification;
		const pageUrl = `${studioUrl()}${pageOf(notification)}`;
		if (receiver.type === 'email') return mailer.send(receiver.to, mailMessage(notification, pageUrl));
		if (receiver.type === 'slack')
			return sendWebhook({
				url: receiver.url,
				body: JSON.stringify(slackMessage(notification, pageUrl)),
				headers: {},
				reach: receiver.reach,
			});
		const body = JSON.stringify(commonAlert(notification, pageUrl));
		const timestamp = Math.floor(clock() / MICROS_PER_SECOND);
		const headers = {
			// The same at each attempt: who has had it knows it again.
			'webhook-id': delivery.id,
			'webhook-timestamp': String(timestamp),
			'webhook-signature': signature(keyOfSecret(receiver.secret), delivery.id, timestamp, body),
		};
		return sendWebhook({ url: receiver.url, body, headers, reach: receiver.reach });
	};

	/** Sends once, and writes down what became of it. */
	const attempt = async (delivery: store.DeliveryRecord, isOnly = false): Promise<store.DeliveryRecord> => {
		const outcome = await send(delivery).catch(unsendable);
		const now = clock();
		const change = {
			...afterAttempt(delivery.attempts, isOnly ? { ...outcome, isFinal: true } : outcome, now),
			last_time: now,
		};
		await database.write((unit) => store.updateDelivery(unit.db, delivery.key, change));
		return { ...delivery, ...change };
	};

	/** Of what waits, by its key: who gets it, and what it waits behind. A receiver's own name is sealed; one that cannot be opened is alone. */
	let places = new Map<number, { readonly receiver: string; readonly line: string }>();
	const placesOf = async (waiting: readonly store.WaitingDelivery[]): Promise<typeof places> => {
		const unknown = waiting.filter(({ key }) => !places.has(key)).map(({ key }) => key);
		const sealed = await store.receiversOf(database.read, unknown);
		return new Map(
			waiting.map(({ key, id, alert_id: alert }) => {
				const receiver = box.openOneOrNull(sealed.get(key) ?? '')?.id ?? id;
				return [key, places.get(key) ?? { receiver, line: `${alert ?? id} ${receiver}` }];
			}),
		);
	};

	/** The next one of each receiver; what concerns the same alert waits for what came before it. */
	const next = async (): Promise<store.DeliveryRecord[]> => {
		const waiting = await store.waitingDeliveries(database.read);
		places = await placesOf(waiting);
		const held = new Set<string>();
		const turns = new Map<string, store.WaitingDelivery>();
		for (const delivery of waiting) {
			const place = places.get(delivery.key);
			if (place === undefined || held.has(place.line)) continue;
			held.add(place.line);
			const turn = turns.get(place.receiver);
			if (turn === undefined || delivery.next_time < turn.next_time) turns.set(place.receiver, delivery);
		}
		const round = [...turns.values()].sort((a, b) => a.next_time - b.next_time).slice(0, RECEIVERS_PER_ROUND);
		return store.deliveriesByKey(
			database.read,
			round.map(({ key }) => key),
		);
	};

	return {
		attempt,

		deliverDue: createRounds({ next, attempt: (delivery: store.DeliveryRecord) => attempt(delivery), clock }),

		tidy: () => database.write((unit) => store.dropDeliveriesBefore(unit.db, clock() - KEPT_MICROS)),
		close: () => mailer.close(),
	};
}

export type Delivering = ReturnType<typeof createDelivering>;
