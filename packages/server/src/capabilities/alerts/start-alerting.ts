/** The clock of alerts: events at once, windows just after their minute, deliveries when they are due. */
import type { LiveHub } from '../../live/hub.ts';
import type { Database } from '../../storage/database.ts';
import type { Clock } from '../../storage/unit-of-work.ts';
import type { AlertService } from './service.ts';

const EVENTS_DELAY_MS = 200;
/** Of what other servers on the same database do nobody tells. */
const LOOK_MS = 2_000;
const MINUTE_MS = 60_000;
/** After a minute has ended: clusters have been sampled, and what happened in it is counted. */
const AFTER_MINUTE_MS = 1_000;
const MICROS_PER_MILLISECOND = 1_000;

export interface RunningAlerts {
	/** Begins nothing more; resolves when what is under way is done. */
	stop(): Promise<void>;
}

/** Resolves when what happened while the server was down is looked at: what happens from then on is missed by no rule. */
export async function startAlerting(
	alerts: AlertService,
	{ engine, hub, clock, onError }: { engine: Database['engine']; hub: LiveHub; clock: Clock; onError: (error: unknown) => void },
): Promise<RunningAlerts> {
	let stopped = false;
	const lane = () => {
		let underWay: Promise<void> = Promise.resolve();
		return {
			enqueue: (work: () => Promise<void>): void => {
				underWay = underWay.then(() => (stopped ? undefined : work().catch(onError)));
			},
			settled: () => underWay,
		};
	};
	// A receiver that is slow holds up no rule.
	const [looking, sending] = [lane(), lane()];

	let eventsTimer: NodeJS.Timeout | null = null;
	const lookSoon = (): void => {
		eventsTimer ??= setTimeout(() => {
			eventsTimer = null;
			looking.enqueue(alerts.catchUp);
		}, EVENTS_DELAY_MS);
		eventsTimer.unref();
	};
	const unwatch = hub.watch(lookSoon);
	await alerts.catchUp().catch(onError);

	let minuteTimer: NodeJS.Timeout;
	const waitForMinute = (): void => {
		const millis = MINUTE_MS - ((clock() / MICROS_PER_MILLISECOND) % MINUTE_MS) + AFTER_MINUTE_MS;
		minuteTimer = setTimeout(() => {
			looking.enqueue(alerts.evaluateDue);
			waitForMinute();
		}, millis);
		minuteTimer.unref();
	};
	// Windows that ended while the server was down.
	looking.enqueue(alerts.evaluateDue);
	waitForMinute();

	let deliveryTimer: NodeJS.Timeout | null = null;
	const deliver = async (): Promise<void> => {
		if (deliveryTimer) clearTimeout(deliveryTimer);
		const nextTime = await alerts.delivering.deliverDue(() => stopped);
		if (nextTime === null || stopped) return;
		deliveryTimer = setTimeout(() => sending.enqueue(deliver), Math.max(0, (nextTime - clock()) / MICROS_PER_MILLISECOND));
		deliveryTimer.unref();
	};
	alerts.onDeliveries(() => sending.enqueue(deliver));
	sending.enqueue(deliver);

	const others =
		engine === 'postgres'
			? setInterval(() => {
					lookSoon();
					sending.enqueue(deliver);
				}, LOOK_MS).unref()
			: undefined;

	return {
		async stop() {
			stopped = true;
			clearInterval(others);
			unwatch();
			for (const timer of [eventsTimer, minuteTimer, deliveryTimer]) if (timer) clearTimeout(timer);
			await Promise.all([looking.settled(), sending.settled()]);
			alerts.delivering.close();
		},
	};
}
