import { expect, it } from 'vitest';
import { createRecentMessages } from './recent-messages.ts';

const signal = (run: string, name: string) => ({ workspaceKey: 1, event: null, signal: { run, metrics: [name] } });

function startMemory() {
	let now = 0;
	const memory = createRecentMessages(() => now);
	return { memory, pass: (seconds: number) => (now += seconds * 1_000_000) };
}

it('what was said after a mark is told, signals of one run as one', () => {
	const { memory } = startMemory();
	memory.add(signal('a', 'before'));
	const mark = memory.mark();
	memory.add(signal('a', 'mse'));
	memory.add(signal('b', 'mse'));
	const later = memory.mark();
	memory.add(signal('a', 'rate'));
	expect(memory.since(mark)?.map((message) => message.signal)).toEqual([
		{ run: 'b', metrics: ['mse'] },
		{ run: 'a', metrics: ['mse', 'rate'] },
	]);
	expect(memory.since(later)?.map((message) => message.signal?.run)).toEqual(['a']);
});

it('a mark that is too old, or of another server, is not known', () => {
	const { memory, pass } = startMemory();
	const mark = memory.mark();
	expect(memory.since(mark)).toEqual([]);
	pass(61);
	memory.add(signal('a', 'mse'));
	expect(memory.since(mark)).toBe(null);
	expect(memory.since(startMemory().memory.mark())).toBe(null);
	expect(memory.since('nothing')).toBe(null);
});

it('nothing is kept while nobody may ask', () => {
	const { memory, pass } = startMemory();
	expect(memory.isKept()).toBe(false);
	memory.mark();
	expect(memory.isKept()).toBe(true);
	pass(60);
	expect(memory.isKept()).toBe(false);
});

it('of very many messages the oldest are forgotten, and a mark before them with them', () => {
	const { memory } = startMemory();
	const mark = memory.mark();
	memory.add(signal('first', 'mse'));
	const next = memory.mark();
	for (let count = 0; count < 10_000; count++) memory.add(signal(`run-${count}`, 'mse'));
	expect(memory.since(mark)).toBe(null);
	expect(memory.since(next)?.length).toBe(10_000);
});
