/** Pieces of work under the same name that are under way at once end together: what follows each of them then shares a commit. */

export interface Gathering {
	/** The result of a piece of work, when all that were under way with it have ended too, however they did. */
	with<Result>(name: string, work: Promise<Result>): Promise<Result>;
}

export function createGathering(): Gathering {
	const underWay = new Map<string, Set<Promise<unknown>>>();
	return {
		async with<Result>(name: string, work: Promise<Result>): Promise<Result> {
			const all = underWay.get(name) ?? new Set();
			underWay.set(name, all);
			const ended = work.then(
				() => undefined,
				() => undefined,
			);
			all.add(ended);
			try {
				return await work;
			} finally {
				all.delete(ended);
				if (all.size === 0) underWay.delete(name);
				else await Promise.all(all);
			}
		},
	};
}
