/** The moment in which the studio is opened: there is no page yet, and what comes in it is drawn with the page, not after it. */

/** How long a page may wait for what it begins with. */
const OPENING_MS_MAX = 150;

export class Opening {
	readonly #over = Promise.withResolvers<void>();
	#isOver = false;

	constructor() {
		setTimeout(() => this.#end(), OPENING_MS_MAX);
	}

	/** For as long as the opening lasts: a page that is gone to is shown at once, and what it reads comes to it. */
	async waitFor(reads: readonly Promise<unknown>[]): Promise<void> {
		if (this.#isOver) return;
		await Promise.race([Promise.all(reads), this.#over.promise]);
	}

	/** Until the first page is loaded; without it if that takes longer. */
	async untilLoaded(loading: Promise<unknown>): Promise<void> {
		// What waited for its reads alone is loaded a moment after nobody waits for them any more.
		const late = this.#over.promise.then(() => new Promise((resolve) => setTimeout(resolve)));
		await Promise.race([loading, late]);
		this.#end();
	}

	#end(): void {
		this.#isOver = true;
		this.#over.resolve();
	}
}
