/** What the stream said of late: for those who begin to listen after they, or the page before them, read what they show. */
import { mergedSignals } from '@runstead/contract';
import type { LiveMessage } from './live-message.ts';

/** Of the server. */
export type LiveNews = Extract<LiveMessage, { kind: 'change' | 'signal' }>;

/** What was read is not read again for so long, unless the stream says that it changed. */
export const FRESH_MS = 30_000;
/** The reading itself may have taken as long again. */
const REMEMBERED_MS = 2 * FRESH_MS;

export class LiveMemory {
	/** In the order in which they were said; signals of one run are one. */
	readonly #news = new Map<string, { readonly atMs: number; readonly news: LiveNews }>();

	add(news: LiveNews): void {
		const nowMs = Date.now();
		const key = news.kind === 'change' ? `change ${news.change.sequence}` : `signal ${news.signal.run}`;
		const before = this.#news.get(key)?.news;
		this.#news.delete(key);
		const both =
			news.kind === 'signal' && before?.kind === 'signal' ? { ...news, signal: mergedSignals(before.signal, news.signal) } : news;
		this.#news.set(key, { atMs: nowMs, news: both });
		for (const [oldest, { atMs }] of this.#news) {
			if (nowMs - atMs <= REMEMBERED_MS) break;
			this.#news.delete(oldest);
		}
	}

	/** What was heard since a time; null where that is too long ago. */
	since(sinceMs: number): LiveNews[] | null {
		if (sinceMs < Date.now() - REMEMBERED_MS) return null;
		return [...this.#news.values()].filter(({ atMs }) => atMs >= sinceMs).map(({ news }) => news);
	}

	all(): LiveNews[] {
		return [...this.#news.values()].map(({ news }) => news);
	}

	clear(): void {
		this.#news.clear();
	}
}
