import { expect, test } from 'vitest';
import { LogReader } from './log-reader.ts';

const MEBIBYTE = 1024 * 1024;

/** A log of lines of 16 bytes, `line 0000000012`, that can grow, and a reader of it. */
function startReader(lineCount: number) {
	const lineOf = (index: number) => `line ${String(index).padStart(10, '0')}\n`;
	let text = Array.from({ length: lineCount }, (_, index) => lineOf(index)).join('');
	const ranges: [number, number][] = [];
	let wake: () => void = () => undefined;
	const reader = new LogReader(
		text.length,
		async (from, to) => {
			ranges.push([from, to]);
			return new TextEncoder().encode(text.slice(from, to));
		},
		() => wake(),
	);
	const changed = () => new Promise<void>((resolve) => (wake = resolve));
	const lines = () => [reader.window.line(0), reader.window.line(reader.window.lineCount - 1)];
	return {
		reader,
		ranges,
		changed,
		lines,
		lineOf,
		grow(added: string) {
			text += added;
			reader.grow(text.length);
		},
	};
}

test('a short log is read whole, and then what is appended', async () => {
	const log = startReader(2);
	let done = log.changed();
	log.reader.start();
	await done;
	done = log.changed();
	log.grow('more\n');
	await done;
	expect(log.lines()).toEqual(['line 0000000000', 'more']);
	expect(log.ranges).toEqual([
		[0, 32],
		[32, 37],
	]);
});

test('a long log is opened at its end, at the beginning of a line, and read backwards', async () => {
	const log = startReader(100_000);
	let done = log.changed();
	log.reader.start();
	await done;
	const size = 1_600_000;
	expect(log.ranges).toEqual([[size - MEBIBYTE, size]]);
	expect(log.reader.window.start % 16).toBe(0);
	expect(log.lines()[1]).toBe('line 0000099999');
	done = log.changed();
	log.reader.want('earlier');
	await done;
	expect(log.lines()).toEqual(['line 0000000000', 'line 0000099999']);
	expect(log.reader.window.lineCount).toBe(100_000);
	expect(log.reader.prepended).toBe(log.reader.window.lineCount - MEBIBYTE / 16 + 1);
});

test('a window at the start does not follow; read on, it reaches the end and follows', async () => {
	const log = startReader(70_000);
	log.reader.start();
	await log.changed();
	let done = log.changed();
	log.reader.want('open-start');
	await done;
	log.ranges.length = 0;
	log.grow('new\n');
	expect(log.ranges).toEqual([]);
	done = log.changed();
	log.reader.want('later');
	await done;
	expect(log.lines()).toEqual(['line 0000000000', 'new']);
	done = log.changed();
	log.grow('newer\n');
	await done;
	expect(log.lines()[1]).toBe('newer');
});

test('a place that is gone to is read with what is around it, and stays to be shown until it was', async () => {
	const log = startReader(200_000);
	log.reader.start();
	await log.changed();
	const at = 16 * 50_000;
	let done = log.changed();
	log.reader.goTo(at);
	log.reader.want('earlier');
	await done;
	expect(log.reader.target).toBe(at);
	expect(log.reader.window.line(log.reader.window.indexAt(at) ?? -1)).toBe('line 0000050000');
	log.reader.reached();
	expect(log.reader.target).toBeNull();
	const { length } = log.ranges;
	done = log.changed();
	log.reader.goTo(at + 16);
	await done;
	expect([log.reader.target, log.ranges.length]).toEqual([at + 16, length]);
});

test('a reading that fails says so, and can be tried again', async () => {
	let isAway = true;
	let wake: () => void = () => undefined;
	const reader = new LogReader(
		3,
		async () => {
			if (isAway) throw new Error('away');
			return new TextEncoder().encode('ab\n');
		},
		() => wake(),
	);
	let done = new Promise<void>((resolve) => (wake = resolve));
	reader.start();
	await done;
	expect(reader.error).toEqual(new Error('away'));
	isAway = false;
	done = new Promise<void>((resolve) => (wake = resolve));
	reader.want('open-end');
	await done;
	expect([reader.error, reader.window.line(0)]).toEqual([null, 'ab']);
});
