import { expect, test } from 'vitest';
import { chartOptions, stepRange, valueRange } from './line-chart-options.ts';

const LOOK = {
	lines: [{ label: 'predicted', values: [1], colour: 0 }],
	colours: { series: ['#0f6cbd'], text: '#616161', grid: '#e0e0e0', bad: '#b10e1c', notice: '#8a5c00', font: '11px sans-serif' },
	xKind: 'number',
	isLog: false,
	isLogX: false,
	widthPx: 400,
	heightPx: 200,
} as const;

test('axes are titled where the chart says what they mean', () => {
	const titles = { x: 'true value', y: 'predicted value' };
	expect(chartOptions({ ...LOOK, titles }).axes?.map((axis) => axis.label)).toEqual(['true value', 'predicted value']);
	expect(chartOptions({ ...LOOK, titles: undefined }).axes?.map((axis) => axis.label)).toEqual([undefined, undefined]);
});

test('steps are labelled by whole numbers, and a single one stands in the middle', () => {
	const [x] = chartOptions({ ...LOOK, xKind: 'step', titles: undefined }).axes ?? [];
	expect((x?.incrs as number[] | undefined)?.slice(0, 6)).toEqual([1, 2, 5, 10, 20, 50]);
	expect(stepRange({} as never, 7, 7)).toEqual([6, 8]);
	expect(stepRange({} as never, 0, 1)).toEqual([0, 1]);
	expect(stepRange({} as never, null, null)).toEqual([null, null]);
});

test('what is zero all the time lies on its axis; other values have room around them', () => {
	expect(valueRange({} as never, 0, 0)).toEqual([0, 1]);
	expect(valueRange({} as never, null, null)).toEqual([null, null]);
	expect(valueRange({} as never, 10, 20)).toEqual([9, 21]);
});
