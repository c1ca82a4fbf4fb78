/** Rows with those that are opened below them, as one list: asked for by place, however many there are. */

export interface OpenedRows<Row> {
	/** The place of the row among those at the top. */
	readonly place: number;
	/** All that is shown below it. */
	readonly below: readonly Row[];
}

export class FlatRows<Row> {
	readonly #topCount: number;
	readonly #topAt: (place: number) => Row | null;
	/** In order of place, with the number of rows below those before it. */
	readonly #opened: readonly (OpenedRows<Row> & { readonly before: number })[];
	readonly #belowCount: number;

	constructor(topCount: number, topAt: (place: number) => Row | null, opened: readonly OpenedRows<Row>[]) {
		this.#topCount = topCount;
		this.#topAt = topAt;
		let before = 0;
		this.#opened = opened
			.filter(({ place }) => place >= 0)
			.toSorted((one, other) => one.place - other.place)
			.map((one) => {
				const own = { ...one, before };
				before += one.below.length;
				return own;
			});
		this.#belowCount = before;
	}

	get length(): number {
		return this.#topCount + this.#belowCount;
	}

	at(index: number): Row | null {
		const opened = this.#lastOpenedBefore(index);
		if (opened === null) return this.#topAt(index);
		const start = opened.place + opened.before + 1;
		const within = index - start;
		return within < opened.below.length ? (opened.below[within] ?? null) : this.#topAt(index - opened.before - opened.below.length);
	}

	/** Places at the top of the rows from one to another. */
	topRange(first: number, last: number): { first: number; last: number } {
		return { first: this.#topPlace(first), last: this.#topPlace(last) };
	}

	#topPlace(index: number): number {
		const opened = this.#lastOpenedBefore(index);
		if (opened === null) return index;
		const within = index - (opened.place + opened.before + 1);
		return within < opened.below.length ? opened.place : index - opened.before - opened.below.length;
	}

	/** The last opened row that stands above an index; few rows are open, so they are looked at one by one. */
	#lastOpenedBefore(index: number): (OpenedRows<Row> & { readonly before: number }) | null {
		let found: (OpenedRows<Row> & { readonly before: number }) | null = null;
		for (const one of this.#opened) {
			if (one.place + one.before >= index) break;
			found = one;
		}
		return found;
	}
}
