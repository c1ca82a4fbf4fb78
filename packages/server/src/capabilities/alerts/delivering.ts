/** Sends what is to be sent: from the database, again and again with pauses that grow, until it is taken or given up. */
import { afterAttempt, type SendOutcome } from '../../http/delivery-attempt.ts';
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
const READ_AT_ONCE = 500;
const SENT_AT_ONCE = 8;
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
	const send = (delivery: store.DeliveryRecord): Promise<SendOutcome> => {
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
		const outcome = await send(delivery);
		const now = clock();
		const change = {
			...afterAttempt(delivery.attempts, isOnly ? { ...outcome, isFinal: true } : outcome, now),
			last_time: now,
		};
		await database.write((unit) => store.updateDelivery(unit.db, delivery.key, change));
		return { ...delivery, ...change };
	};

	/** Those whose time has come; what concerns the same alert and receiver waits for what came before it. */
	const due = async (): Promise<{ ready: store.DeliveryRecord[]; nextTime: number | null }> => {
		const waiting = await store.waitingDeliveries(database.read, READ_AT_ONCE);
		const now = clock();
		const held = new Set<string>();
		const ready: store.DeliveryRecord[] = [];
		let nextTime: number | null = null;
		for (const delivery of waiting) {
			const { id: receiver } = box.openOne(delivery.receiver);
			const line = `${delivery.alert_id ?? delivery.id} ${receiver}`;
			if (held.has(line)) continue;
			held.add(line);
			if (delivery.next_time <= now) ready.push(delivery);
			else nextTime = Math.min(nextTime ?? Number.POSITIVE_INFINITY, delivery.next_time);
		}
		return { ready, nextTime };
	};

	return {
		attempt,

		/** Sends all whose time has come, until it is told to stop; when the next one's time is. */
		async deliverDue(isStopped: () => boolean = () => false): Promise<number | null> {
			for (;;) {
				const { ready, nextTime } = await due();
				if (ready.length === 0 || isStopped()) return nextTime;
				for (let at = 0; at < ready.length && !isStopped(); at += SENT_AT_ONCE)
					await Promise.all(ready.slice(at, at + SENT_AT_ONCE).map((delivery) => attempt(delivery)));
			}
		},

		tidy: () => database.write((unit) => store.dropDeliveriesBefore(unit.db, clock() - KEPT_MICROS)),
		close: () => mailer.close(),
	};
}

export type Delivering = ReturnType<typeof createDelivering>;
