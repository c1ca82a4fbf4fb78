/** Bytes outside the heap that texts are added to. They are used again and again: millions of short-lived buffers would have the heap tidied all the time. */

const FIRST_BYTES = 16 * 1024;
/** As UTF-8 a character of JavaScript takes at most so many bytes. */
const BYTES_PER_CHARACTER_MAX = 3;
/** What is kept for others: as many as the batches under way have columns, and none that is large by chance. */
const KEPT_MAX = 400;
const KEPT_BYTES_MAX = 4 * 1024 * 1024;

export class GrowingBytes {
	#buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
	#length = 0;

	append(text: string): void {
		const needed = this.#length + text.length * BYTES_PER_CHARACTER_MAX;
		if (needed > this.#buffer.length) {
			const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
			this.#buffer.copy(larger, 0, 0, this.#length);
			this.#buffer = larger;
		}
		this.#length += this.#buffer.write(text, this.#length);
	}

	/** Valid until they are given back. */
	written(): Buffer {
		return this.#buffer.subarray(0, this.#length);
	}

	/** Whether they are worth keeping then. */
	empty(): boolean {
		this.#length = 0;
		return this.#buffer.length <= KEPT_BYTES_MAX;
	}
}

const free: GrowingBytes[] = [];

export function takeBytes(): GrowingBytes {
	return free.pop() ?? new GrowingBytes();
}

/** Nobody uses them any more. */
export function giveBack(bytes: GrowingBytes): void {
	if (bytes.empty() && free.length < KEPT_MAX) free.push(bytes);
}
