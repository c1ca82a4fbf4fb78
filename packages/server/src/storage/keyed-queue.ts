/** Work on one thing at a time: pieces of work under the same name wait for each other, others do not. */

export interface KeyedQueue {
	run<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
	/** Resolves when nothing runs or waits any more. */
	drain(): Promise<void>;
}

export function createKeyedQueue(): KeyedQueue {
	const last = new Map<string, Promise<unknown>>();
	return {
		run<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
			const result = (last.get(name) ?? Promise.resolve()).then(work);
			const done = result.then(
				() => undefined,
				() => undefined,
			);
			last.set(name, done);
			void done.then(() => {
				if (last.get(name) === done) last.delete(name);
			});
			return result;
		},
		async drain() {
			while (last.size > 0) await Promise.all(last.values());
		},
	};
}
