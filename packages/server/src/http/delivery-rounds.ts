/** Sends what waits, in rounds of one for each receiver, by itself: many that wait for one that does not answer keep no other from its own. */
import { RunsteadError } from '@runstead/contract';
import type { Clock } from '../storage/unit-of-work.ts';
import type { SendOutcome } from './delivery-attempt.ts';

const MICROS_PER_MILLISECOND = 1_000;
const SENT_AT_ONCE = 8;
/** Receivers of one round at most; the others have their turn in the next. */
export const RECEIVERS_PER_ROUND = 200;

export interface RoundsOptions<Delivery> {
	/** The next one of each receiver, by when their time comes. */
	readonly next: () => Promise<readonly Delivery[]>;
	/** Sends one, and writes down what became of it. */
	readonly attempt: (delivery: Delivery) => Promise<unknown>;
	readonly clock: Clock;
}

/** Sends all whose time has come; ends when it is told to stop, and says when the next one's time is. */
export type DeliverDue = (isStopped?: () => boolean) => Promise<number | null>;

export function createRounds<Delivery extends { readonly next_time: number }>({
	next,
	attempt,
	clock,
}: RoundsOptions<Delivery>): DeliverDue {
	return async (isStopped = () => false) => {
		for (;;) {
			const waiting = await next();
			const now = clock();
			const due = waiting.filter(({ next_time }) => next_time <= now);
			if (due.length === 0 || isStopped()) return waiting[0]?.next_time ?? null;
			for (let at = 0; at < due.length && !isStopped(); at += SENT_AT_ONCE)
				await Promise.all(due.slice(at, at + SENT_AT_ONCE).map(attempt));
		}
	};
}

/** What cannot be made ready to be sent. No other try opens what was sealed in another server's folder; anything else may go another time. */
export function unsendable(error: Error): SendOutcome {
	const isFinal = error instanceof RunsteadError && error.code === 'secret-unreadable';
	return { statusCode: null, error: error.message, isFinal };
}

export interface RunningRounds {
	/** There may be something to send. */
	look(): void;
	/** Begins nothing more; resolves when what is under way is done. */
	stop(): Promise<void>;
}

/** Looks at once, when it is told to, and when a time comes. */
export function startRounds(
	deliverDue: DeliverDue,
	{ clock, onError }: { readonly clock: Clock; readonly onError: (error: unknown) => void },
): RunningRounds {
	let stopped = false;
	let timer: NodeJS.Timeout | undefined;
	let underWay: Promise<void> = Promise.resolve();
	const round = async (): Promise<void> => {
		clearTimeout(timer);
		const nextTime = stopped ? null : await deliverDue(() => stopped);
		if (nextTime === null || stopped) return;
		timer = setTimeout(look, Math.max(0, (nextTime - clock()) / MICROS_PER_MILLISECOND)).unref();
	};
	const look = (): void => {
		underWay = underWay.then(round).catch(onError);
	};
	look();
	return {
		look,
		async stop() {
			stopped = true;
			clearTimeout(timer);
			await underWay;
		},
	};
}
