/** What a live stream says of things that grow. */

/** A run's metric series or logs have grown: read what you show of them again. */
export interface LiveSignal {
	run: string;
	/** Names of the series that grew. */
	metrics?: string[];
	/** Logs that grew, with their new size in bytes. */
	logs?: { path: string; sizeBytes: number; sealed: boolean }[];
}

/** Two signals of one run, in the order in which they were said, as one. */
export function mergedSignals(one: LiveSignal, other: LiveSignal): LiveSignal {
	const metrics = new Set([...(one.metrics ?? []), ...(other.metrics ?? [])]);
	const logs = new Map([...(one.logs ?? []), ...(other.logs ?? [])].map((log) => [log.path, log]));
	return {
		run: other.run,
		...(metrics.size > 0 && { metrics: [...metrics] }),
		...(logs.size > 0 && { logs: [...logs.values()] }),
	};
}
