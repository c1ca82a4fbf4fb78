import { expect, test } from 'vitest';
import { completionsAt } from './filter-complete.ts';

const names = { metrics: ['mse', 'val/loss', 'odd name'], params: ['alpha'], tags: ['quality'], properties: [] };
const at = (filter: string, caret = filter.length) => completionsAt(filter, caret, names).map(({ label }) => label);
const applied = (filter: string, label: string) => {
	const chosen = completionsAt(filter, filter.length, names).find((one) => one.label === label);
	return chosen && filter.slice(0, chosen.from) + chosen.text;
};

test('a filter begins with a field', () => {
	expect(at('').slice(0, 4)).toEqual(['metrics.', 'params.', 'tags.', 'datasets.']);
	expect(at('sta')).toEqual(['status', 'startTime']);
	expect(at('(st')).toContain('status');
	expect(at('alp')).toEqual(['params.alpha']);
	expect(applied('alp', 'params.alpha')).toBe('params.alpha ');
});

test('after a kind come its names, and after a metric its statistics', () => {
	expect(at('metrics.')).toEqual(['mse', 'val/loss', 'odd name']);
	expect(at('metrics.los')).toEqual(['val/loss']);
	expect(applied('metrics.od', 'odd name')).toBe('metrics."odd name"');
	expect(at('metrics.mse.')).toEqual(['last', 'min', 'max', 'mean', 'first']);
	expect(at('metrics."odd name".m')).toEqual(['min', 'max', 'mean']);
	expect(applied("status = 'Failed' and metrics.mse.mi", 'min')).toBe("status = 'Failed' and metrics.mse.min ");
});

test('after a field come comparisons, after these the values that are known', () => {
	expect(at('status ')[0]).toBe('=');
	expect(at('status i')).toEqual(['ilike', 'in', 'is null', 'is not null']);
	expect(at('status = ')).toContain('Running');
	expect(applied("status = 'Fa", 'Failed')).toBe("status = 'Failed' ");
	expect(at("status in ('Failed', 'Can")).toEqual(['CancelRequested', 'Canceled'].toSorted());
	expect(at('metrics.mse < ')).not.toContain('Running');
});

test('datasets that a run read are asked for by what a filter can ask of them', () => {
	expect(at('dat')).toEqual(['datasets.']);
	expect(at('datasets.')).toEqual(['name', 'digest', 'context']);
	expect(applied('not datasets.c', 'context')).toBe('not datasets.context ');
	expect(at('datasets.name ')).toEqual(['=', '!=', 'like', 'ilike']);
	expect(applied('datasets.name il', 'ilike')).toBe("datasets.name ilike '");
	expect(at("datasets.context = 'training' ")).toEqual(['and', 'or']);
});

test('after a value come and, or; within a text comes nothing', () => {
	expect(at("status = 'Failed' ")).toEqual(['and', 'or']);
	expect(at('metrics.mse.min < 3000 a')).toEqual(['and']);
	expect(at('tags.quality is null ')).toEqual(['and', 'or']);
	expect(at("displayName = 'sta")).toEqual([]);
	expect(at("status = 'Failed' and ")[0]).toBe('metrics.');
});
