/** The clock of the collection: events soon after they happened, gauges with each minute, usage twice a minute. */
import type { LiveHub } from '../../live/hub.ts';
import type { Clock } from '../../storage/unit-of-work.ts';
import type { Collecting } from './collecting.ts';
import { MICROS_PER_MINUTE } from './samples.ts';

/** Events that come together are counted together. */
const EVENTS_DELAY_MS = 500;
const USAGE_PERIOD_MS = 30_000;
const MICROS_PER_MILLISECOND = 1_000;

export interface RunningCollection {
	/** Begins nothing more; resolves when what is under way is done. */
	stop(): Promise<void>;
}

export function startCollecting(
	collecting: Collecting,
	{ hub, clock, onError }: { hub: LiveHub; clock: Clock; onError: (error: unknown) => void },
): RunningCollection {
	let stopped = false;
	let underWay: Promise<void> = Promise.resolve();
	const enqueue = (work: () => Promise<void>): void => {
		underWay = underWay.then(() => (stopped ? undefined : work().catch(onError)));
	};

	let eventsTimer: NodeJS.Timeout | null = null;
	const countSoon = (): void => {
		eventsTimer ??= setTimeout(() => {
			eventsTimer = null;
			enqueue(collecting.catchUp);
		}, EVENTS_DELAY_MS);
		eventsTimer.unref();
	};
	const unwatch = hub.watch(countSoon);
	countSoon();

	let minuteTimer: NodeJS.Timeout;
	const waitForMinute = (): void => {
		const micros = MICROS_PER_MINUTE - (clock() % MICROS_PER_MINUTE);
		minuteTimer = setTimeout(
			() => {
				enqueue(collecting.sampleMinute);
				waitForMinute();
			},
			micros / MICROS_PER_MILLISECOND + 1,
		);
		minuteTimer.unref();
	};
	// The minute of the start has its gauges, too.
	enqueue(collecting.sampleMinute);
	waitForMinute();

	const usageTimer = setInterval(() => enqueue(collecting.takeUsage), USAGE_PERIOD_MS);
	usageTimer.unref();

	return {
		async stop() {
			stopped = true;
			unwatch();
			if (eventsTimer) clearTimeout(eventsTimer);
			clearTimeout(minuteTimer);
			clearInterval(usageTimer);
			await underWay;
		},
	};
}
