/** Limits how often something happens: at once, then at most once an interval, the last call never lost. */

export interface Throttled {
	(): void;
	/** Forgets a call that still waits. */
	cancel(): void;
}

/** While a call's promise is pending no further one starts, so a slow server is never asked twice at once. */
export function throttle(action: () => void | Promise<unknown>, intervalMs: number): Throttled {
	let timer: ReturnType<typeof setTimeout> | null = null;
	let isRunning = false;
	let isWanted = false;

	const finished = () => {
		isRunning = false;
		if (isWanted && timer === null) run();
	};
	const run = () => {
		isWanted = false;
		isRunning = true;
		timer = setTimeout(() => {
			timer = null;
			if (isWanted && !isRunning) run();
		}, intervalMs);
		void Promise.resolve(action()).then(finished, finished);
	};
	const call = () => {
		isWanted = true;
		if (!isRunning && timer === null) run();
	};
	return Object.assign(call, {
		cancel() {
			isWanted = false;
			if (timer !== null) clearTimeout(timer);
			timer = null;
		},
	});
}
