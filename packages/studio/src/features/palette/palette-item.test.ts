import { expect, test } from 'vitest';
import { fittingItems, groupItems, type PaletteItem } from './palette-item.ts';

const item = (group: string, label: string, detail?: string): PaletteItem => ({
	id: `${group}-${label}`,
	group,
	label,
	...(detail !== undefined && { detail }),
	act: () => undefined,
});

test('every word must stand in the label or the detail, what begins with the first comes first', () => {
	const items = [item('Go to', 'All experiments'), item('Go to', 'Experiments'), item('Do', 'Theme: dark', 'look')];
	expect(fittingItems(items, 'exp').map(({ label }) => label)).toEqual(['Experiments', 'All experiments']);
	expect(fittingItems(items, 'look DARK').map(({ label }) => label)).toEqual(['Theme: dark']);
	expect(fittingItems(items, 'dark light')).toEqual([]);
	expect(fittingItems(items, ' ')).toEqual(items);
});

test('a group keeps its members together and shows no more than twelve', () => {
	const many = Array.from({ length: 13 }, (_, index) => item('Views', `view ${index}`));
	const grouped = groupItems([item('Go to', 'a'), ...many, item('Go to', 'b')]);
	expect(grouped.map(([group, members]) => [group, members.length])).toEqual([
		['Go to', 2],
		['Views', 12],
	]);
});
