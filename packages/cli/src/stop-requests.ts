/** What the signals that reach a running server ask for. */

/** Ctrl-C, the first and the second; SIGTERM; and what `runstead stop --jobs` sends. */
export type StopRequest = 'interrupt' | 'stop' | 'stop-with-jobs';

/** Sent by `runstead stop --jobs`. */
export const STOP_WITH_JOBS_SIGNAL = 'SIGUSR2';

/** One Ctrl-C under npm arrives twice: from the terminal and from npm, which passes it on. A person is not that fast. */
const SAME_INTERRUPT_MS = 300;

export interface StopRequests {
	/** The next request; those that came in the meantime are not lost. */
	next(): Promise<StopRequest>;
	close(): void;
}

export function listenForStopRequests(): StopRequests {
	const arrived: StopRequest[] = [];
	let waiting: ((request: StopRequest) => void) | null = null;
	let lastInterruptMs = Number.NEGATIVE_INFINITY;

	const arrive = (request: StopRequest) => {
		if (waiting === null) arrived.push(request);
		else waiting(request);
		waiting = null;
	};
	const onInterrupt = () => {
		const nowMs = performance.now();
		if (nowMs - lastInterruptMs >= SAME_INTERRUPT_MS) arrive('interrupt');
		lastInterruptMs = nowMs;
	};
	const onTerminate = () => arrive('stop');
	const onStopWithJobs = () => arrive('stop-with-jobs');

	process.on('SIGINT', onInterrupt);
	process.on('SIGTERM', onTerminate);
	process.on('SIGHUP', onTerminate);
	process.on(STOP_WITH_JOBS_SIGNAL, onStopWithJobs);
	return {
		next() {
			const request = arrived.shift();
			if (request !== undefined) return Promise.resolve(request);
			return new Promise((resolve) => {
				waiting = resolve;
			});
		},
		close() {
			process.off('SIGINT', onInterrupt);
			process.off('SIGTERM', onTerminate);
			process.off('SIGHUP', onTerminate);
			process.off(STOP_WITH_JOBS_SIGNAL, onStopWithJobs);
		},
	};
}
