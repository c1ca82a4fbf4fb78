/** Where the first live stream of a page begins: with the page's own document, since what the page reads, it reads after. */

export interface LiveStart {
	/** How the server names that moment. */
	readonly mark: string;
	/** By this machine's clock: one moment before it, and one after. */
	readonly sinceMs: number;
	readonly markedMs: number;
}

let isTaken = false;

/** Null for a later stream, of another workspace, and where the document does not say: such a stream begins when it is opened. */
export function takeLiveStartOrNull(): LiveStart | null {
	const mark = isTaken ? undefined : document.querySelector<HTMLMetaElement>('meta[name="runstead-live"]')?.content;
	isTaken = true;
	const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
	if (mark === undefined || navigation === undefined) return null;
	const { timeOrigin } = performance;
	return { mark, sinceMs: Math.floor(timeOrigin), markedMs: Math.ceil(timeOrigin + navigation.responseStart) };
}
