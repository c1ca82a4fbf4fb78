/** What a destination of diagnostic data is to those who ship: it takes lines in their order, and says when they are safe there. */

/** One record as it leaves. */
export interface DiagnosticLine {
	/** Of the event; 0 for a metric. */
	readonly sequence: number;
	readonly category: string;
	/** When it happened, in microseconds. */
	readonly time: number;
	/** Upper-cased, as archives name their folders. */
	readonly resourceId: string;
	/** The record as JSON, on one line. */
	readonly text: string;
}

export interface Destination {
	/** How long records are gathered before they are sent together. */
	readonly gatherMs: number;
	/**
	 * Resolves when all are safe there. After a failure, or a kill, the same lines come again, perhaps with more behind them.
	 * @throws whatever says why it did not work; it is tried again later.
	 */
	deliver(lines: readonly DiagnosticLine[]): Promise<void>;
	/** Does what shows that deliveries would work, and leaves nothing behind but at most an empty container. */
	test(): Promise<string>;
	/** Removes what happened before a time; archives alone do. */
	prune?(before: Date, resourceId: string): Promise<void>;
	close(): Promise<void>;
}

/** Lines by a key, in their order. */
export function groupLines(
	lines: readonly DiagnosticLine[],
	keyOf: (line: DiagnosticLine) => string,
): Map<string, readonly DiagnosticLine[]> {
	const groups = new Map<string, DiagnosticLine[]>();
	for (const line of lines) {
		const key = keyOf(line);
		const group = groups.get(key);
		if (group) group.push(line);
		else groups.set(key, [line]);
	}
	return groups;
}
