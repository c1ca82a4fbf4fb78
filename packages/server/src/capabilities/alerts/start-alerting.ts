/** The clock of alerts: events at once, windows just after their minute, deliveries when they are due. */
import { startRounds } from '../../http/delivery-rounds.ts';
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
	// A receiver that is slow holds up no rule: what is sent has rounds of its own.
	let underWay: Promise<void> = Promise.resolve();
	const enqueue = (work: () => Promise<void>): void => {
		underWay = underWay.then(() => (stopped ? undefined : work().catch(onError)));
	};

	let eventsTimer: NodeJS.Timeout | null = null;
	const lookSoon = (): void => {
		eventsTimer ??= setTimeout(() => {
			eventsTimer = null;
			enqueue(alerts.catchUp);
		}, EVENTS_DELAY_MS);
		eventsTimer.unref();
	};
	const unwatch = hub.watch(lookSoon);
	await alerts.catchUp().catch(onError);

	let minuteTimer: NodeJS.Timeout;
	const waitForMinute = (): void => {
		const millis = MINUTE_MS - ((clock() / MICROS_PER_MILLISECOND) % MINUTE_MS) + AFTER_MINUTE_MS;
		minuteTimer = setTimeout(() => {
			enqueue(alerts.evaluateDue);
			waitForMinute();
		}, millis);
		minuteTimer.unref();
	};
	// Windows that ended while the server was down.
	enqueue(alerts.evaluateDue);
	waitForMinute();

	const sending = startRounds(alerts.delivering.deliverDue, { clock, onError });
	alerts.onDeliveries(sending.look);

	const others =
		engine === 'postgres'
			? setInterval(() => {
					lookSoon();
					sending.look();
				}, LOOK_MS).unref()
			: undefined;

	return {
		async stop() {
			stopped = true;
			clearInterval(others);
			unwatch();
			for (const timer of [eventsTimer, minuteTimer]) if (timer) clearTimeout(timer);
			await Promise.all([underWay, sending.stop()]);
			alerts.delivering.close();
		},
	};
}
