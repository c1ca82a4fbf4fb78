/** Bytes outside the heap that texts are added to. They are used again and again: millions of short-lived buffers would have the heap tidied all the time. */

const FIRST_BYTES = 16 * 1024;
/** As UTF-8 a character of JavaScript takes at most so many bytes. */
const BYTES_PER_CHARACTER_MAX = 3;
/** What is kept for others: some hundred columns of some hundred kilobytes, and none that is large by chance. */
const KEPT_BYTES_MAX = 64 * 1024 * 1024;
const KEPT_BYTES_EACH_MAX = 4 * 1024 * 1024;

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

	empty(): void {
		this.#length = 0;
	}

	/** Of memory that they take, written or not. */
	sizeBytes(): number {
		return this.#buffer.length;
	}
}

const free: GrowingBytes[] = [];
let freeBytes = 0;

export function takeBytes(): GrowingBytes {
	const bytes = free.pop();
	if (bytes === undefined) return new GrowingBytes();
	freeBytes -= bytes.sizeBytes();
	return bytes;
}

/** Nobody uses them any more. */
export function giveBack(bytes: GrowingBytes): void {
	const sizeBytes = bytes.sizeBytes();
	if (sizeBytes > KEPT_BYTES_EACH_MAX || freeBytes + sizeBytes > KEPT_BYTES_MAX) return;
	bytes.empty();
	free.push(bytes);
	freeBytes += sizeBytes;
}
