/**
 * Appending exactly once to what can only grow: after a failure or a kill nobody knows how much of the last append arrived, so its end is
 * compared with what is to be appended now, which begins with the same bytes.
 */

/** How many bytes at the start of `next` are at the end of the file already; `tail` is the end of the file, as long as `next` or all of it. */
export function bytesAlreadyThere(tail: Buffer, next: Buffer): number {
	if (tail.length === 0) return 0;
	const end = next.indexOf(0x0a) + 1;
	const firstLine = next.subarray(0, end);
	// Whole lines arrived: the first of them stands somewhere at a line's begin, and from there on all is the same.
	for (let at = tail.indexOf(firstLine); at >= 0; at = tail.indexOf(firstLine, at + 1)) {
		const isLineBegin = at === 0 || tail[at - 1] === 0x0a;
		const there = tail.length - at;
		if (isLineBegin && there <= next.length && tail.subarray(at).equals(next.subarray(0, there))) return there;
	}
	// The first line itself was torn.
	const torn = tail.subarray(tail.lastIndexOf(0x0a) + 1);
	return torn.length > 0 && torn.length < end && firstLine.subarray(0, torn.length).equals(torn) ? torn.length : 0;
}
