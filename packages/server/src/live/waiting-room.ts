/** A waiting room: callers wait for their name to be called, for a time, or until they have gone. */

export interface WaitingRoom {
	/** Calls everyone who waits under a name. */
	call(name: string): void;
	/** True when called, false when the time is over or the caller has gone. */
	wait(name: string, timeMs: number, gone: AbortSignal): Promise<boolean>;
}

export function createWaitingRoom(): WaitingRoom {
	const waiting = new Map<string, Set<() => void>>();
	return {
		call(name) {
			const callers = waiting.get(name);
			waiting.delete(name);
			for (const caller of callers ?? []) caller();
		},
		wait(name, timeMs, gone) {
			if (timeMs <= 0 || gone.aborted) return Promise.resolve(false);
			return new Promise((resolve) => {
				const finish = (called: boolean): void => {
					clearTimeout(timer);
					gone.removeEventListener('abort', leave);
					waiting.get(name)?.delete(caller);
					resolve(called);
				};
				const caller = (): void => finish(true);
				const leave = (): void => finish(false);
				const timer = setTimeout(leave, timeMs);
				gone.addEventListener('abort', leave);
				const callers = waiting.get(name) ?? new Set();
				waiting.set(name, callers.add(caller));
			});
		},
	};
}
