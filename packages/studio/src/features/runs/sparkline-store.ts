/** Courses of one metric for the rows on screen: asked for together, kept while the rows come and go. */
import type { Sparkline } from '@runstead/contract';
import { throttle } from '../../shared/live/throttle.ts';

/** Rows that come within this time are asked for at once. */
const GATHER_MS = 120;
const RUNS_PER_REQUEST = 200;
/** Of rows long gone the oldest are forgotten. */
const KEPT_MAX = 5_000;

export type ReadSparklines = (runs: readonly string[]) => Promise<readonly Sparkline[]>;

export class SparklineStore {
	readonly #read: ReadSparklines;
	/** Null: the run has none. */
	readonly #lines = new Map<string, Sparkline | null>();
	readonly #wanted = new Set<string>();
	readonly #listeners = new Map<string, Set<() => void>>();
	readonly #fetch = throttle(() => this.#readWanted(), GATHER_MS);

	constructor(read: ReadSparklines) {
		this.#read = read;
	}

	lineOf(run: string): Sparkline | null {
		return this.#lines.get(run) ?? null;
	}

	/** For as long as a row is drawn. */
	watch(run: string, listener: () => void): () => void {
		const listeners = this.#listeners.get(run) ?? new Set();
		this.#listeners.set(run, listeners.add(listener));
		if (!this.#lines.has(run)) this.#want(run);
		return () => {
			listeners.delete(listener);
			if (listeners.size > 0) return;
			this.#listeners.delete(run);
			this.#wanted.delete(run);
		};
	}

	/** The metric of a run grew: it is read again now if its row is drawn, else when it is. */
	grew(run: string): void {
		if (this.#listeners.has(run)) this.#want(run);
		else this.#lines.delete(run);
	}

	#want(run: string): void {
		this.#wanted.add(run);
		this.#fetch();
	}

	async #readWanted(): Promise<void> {
		const runs = [...this.#wanted].slice(0, RUNS_PER_REQUEST);
		for (const run of runs) this.#wanted.delete(run);
		if (runs.length === 0) return;
		const lines = new Map((await this.#read(runs)).map((line) => [line.run, line]));
		for (const run of runs) {
			this.#lines.set(run, lines.get(run) ?? null);
			for (const listener of this.#listeners.get(run) ?? []) listener();
		}
		for (const run of this.#lines.keys()) {
			if (this.#lines.size <= KEPT_MAX) break;
			if (!this.#listeners.has(run)) this.#lines.delete(run);
		}
		if (this.#wanted.size > 0) this.#fetch();
	}
}
