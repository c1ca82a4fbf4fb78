/** Tidying: clearing away, at start and every hour, what crashes and vanished clients have left behind. */

const PERIOD_MS = 3_600_000;

export interface Tidying {
	/** Begins no further work; resolves when what is under way is done. */
	stop(): Promise<void>;
}

export function startTidying(tasks: readonly (() => Promise<void>)[], onError: (error: unknown) => void): Tidying {
	let stopped = false;
	const tidy = async (): Promise<void> => {
		for (const task of tasks) if (!stopped) await task().catch(onError);
	};
	let underWay = tidy();
	const timer = setInterval(() => {
		underWay = underWay.then(tidy);
	}, PERIOD_MS);
	timer.unref();
	return {
		async stop() {
			stopped = true;
			clearInterval(timer);
			await underWay;
		},
	};
}
