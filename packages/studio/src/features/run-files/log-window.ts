/** The part of a log that is held in the browser: whole lines between two byte offsets, growing at either end. */
import { terminalLine } from '@runstead/contract';

/** More than this is not held: lines at the far end are let go, and read again when they are scrolled to. */
const HELD_BYTES_MAX = 32 * 1024 * 1024;
/** A line longer than this is cut for display; the file has it whole. */
const LINE_CHARACTERS_MAX = 10_000;
const NEWLINE = 0x0a;

export class LogWindow {
	/** As a terminal would show them, without the unfinished line at the end. */
	#lines: string[] = [];
	/** Bytes of each of these lines with its line end. */
	#sizes: number[] = [];
	/** After the last line end: a line that is still being written. */
	#unfinished = new Uint8Array();
	#start: number;
	#end: number;
	/** Number of the first line, from 0, counted from where the window was opened. */
	#firstLine = 0;
	readonly #heldMax: number;

	/** Opens an empty window at a byte offset, which must be the beginning of a line for `append` to be right. */
	constructor(at: number, heldBytesMax = HELD_BYTES_MAX) {
		this.#start = at;
		this.#end = at;
		this.#heldMax = heldBytesMax;
	}

	/** Offset of the first byte held. */
	get start(): number {
		return this.#start;
	}

	/** Offset after the last byte held. */
	get end(): number {
		return this.#end;
	}

	get lineCount(): number {
		return this.#lines.length + (this.#unfinished.length > 0 ? 1 : 0);
	}

	line(index: number): string {
		return index < this.#lines.length ? (this.#lines[index] ?? '') : shown(decode(this.#unfinished));
	}

	/** The line that a byte of the file lies in; null if it is not held. */
	indexAt(offset: number): number | null {
		if (offset < this.#start || offset >= this.#end) return null;
		let lineEnd = this.#start;
		for (const [index, size] of this.#sizes.entries()) {
			lineEnd += size;
			if (offset < lineEnd) return index;
		}
		return this.#lines.length;
	}

	/** Stays the same for a line when lines come before it. */
	keyOf(index: number): number {
		return this.#firstLine + index;
	}

	/** Takes bytes that follow the end. Gives how many lines were let go at the start. */
	append(bytes: Uint8Array): number {
		const all = joined(this.#unfinished, bytes);
		const cut = all.lastIndexOf(NEWLINE) + 1;
		this.#add(all.subarray(0, cut), 'end');
		this.#unfinished = all.slice(cut);
		this.#end += bytes.length;
		return this.#letGoAtStart();
	}

	/**
	 * Takes bytes that lie before the start. What stands before their first line end belongs to an earlier line and is left
	 * for the reading before this one, unless they begin the file. Gives how many lines came.
	 */
	prepend(bytes: Uint8Array): number {
		const from = this.#start - bytes.length;
		const firstEnd = from === 0 ? -1 : bytes.indexOf(NEWLINE);
		// A line longer than what was read is cut where the reading was.
		const whole = firstEnd === bytes.length - 1 ? bytes : bytes.subarray(firstEnd + 1);
		const before = this.#lines.length;
		this.#add(whole, 'start');
		this.#start -= whole.length;
		const count = this.#lines.length - before;
		this.#firstLine -= count;
		this.#letGoAtEnd();
		return count;
	}

	#add(bytes: Uint8Array, where: 'start' | 'end'): void {
		if (bytes.length === 0) return;
		const sizes: number[] = [];
		for (let at = 0; at < bytes.length; ) {
			const next = bytes.indexOf(NEWLINE, at);
			const end = next < 0 ? bytes.length : next + 1;
			sizes.push(end - at);
			at = end;
		}
		const texts = decode(bytes).split('\n');
		const lines = sizes.map((_, index) => shown(texts[index] ?? ''));
		this.#lines = where === 'end' ? this.#lines.concat(lines) : lines.concat(this.#lines);
		this.#sizes = where === 'end' ? this.#sizes.concat(sizes) : sizes.concat(this.#sizes);
	}

	#letGoAtStart(): number {
		let count = 0;
		while (this.#end - this.#start > this.#heldMax && count < this.#sizes.length) {
			this.#start += this.#sizes[count] ?? 0;
			count += 1;
		}
		if (count === 0) return 0;
		this.#lines = this.#lines.slice(count);
		this.#sizes = this.#sizes.slice(count);
		this.#firstLine += count;
		return count;
	}

	#letGoAtEnd(): void {
		let kept = this.#sizes.length;
		if (this.#end - this.#start > this.#heldMax) {
			this.#end -= this.#unfinished.length;
			this.#unfinished = new Uint8Array();
		}
		while (this.#end - this.#start > this.#heldMax && kept > 1) {
			kept -= 1;
			this.#end -= this.#sizes[kept] ?? 0;
		}
		this.#lines = this.#lines.slice(0, kept);
		this.#sizes = this.#sizes.slice(0, kept);
	}
}

function decode(bytes: Uint8Array): string {
	return new TextDecoder().decode(bytes);
}

function shown(raw: string): string {
	const line = terminalLine(raw);
	if (line.length <= LINE_CHARACTERS_MAX) return line;
	return `${line.slice(0, LINE_CHARACTERS_MAX)} … ${line.length - LINE_CHARACTERS_MAX} more characters in the file`;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
	const all = new Uint8Array(a.length + b.length);
	all.set(a);
	all.set(b, a.length);
	return all;
}
