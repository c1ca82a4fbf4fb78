/** Which run has which colour: the one that it had before, so that it is found again when others are drawn or the list has another order. */

/** Places among the colours of series. A run that has none yet, or whose colour another has taken meanwhile, gets the first that is free. */
export function keptColours(runs: readonly string[], known: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
	const taken = new Set<number>();
	const kept = new Map<string, number>();
	for (const run of runs) {
		const colour = known.get(run);
		if (colour === undefined || taken.has(colour)) continue;
		taken.add(colour);
		kept.set(run, colour);
	}
	let next = 0;
	const firstFree = () => {
		while (taken.has(next)) next += 1;
		taken.add(next);
		return next;
	};
	return new Map(runs.map((run) => [run, kept.get(run) ?? firstFree()]));
}
