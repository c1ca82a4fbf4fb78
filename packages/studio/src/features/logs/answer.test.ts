import { expect, it } from 'vitest';
import { answerCategories } from './answer-categories.ts';
import { answerChart } from './answer-chart.ts';
import { answerCsv } from './answer-csv.ts';
import { compareNumbers, drawnSize } from './column-types.ts';
import { parseLogsSearch } from './logs-search.ts';

it('an answer becomes a file that spreadsheets read', () => {
	const columns = [
		{ name: 'a', type: 'string' },
		{ name: 'b,c', type: 'long' },
	];
	expect(
		answerCsv({
			columns,
			rows: [
				['say "hi"', 1],
				['', null],
			],
		}),
	).toBe('a,"b,c"\r\n"say ""hi""",1\r\n,\r\n');
});

it('an answer becomes a line for each value of its text', () => {
	const answer = {
		columns: [
			{ name: 'at', type: 'datetime' },
			{ name: 'kind', type: 'string' },
			{ name: 'n', type: 'long' },
		],
		rows: [
			['2026-11-21T09:00:00Z', 'x', 2],
			['2026-11-21T08:00:00Z', 'x', 1],
			['2026-11-21T08:00:00Z', 'y', 5],
		],
		visualization: { visualization: 'timechart' },
	};
	const chart = answerChart(answer);
	expect(chart?.xKind).toBe('time');
	expect(chart?.data.x).toEqual([Date.UTC(2026, 10, 21, 8), Date.UTC(2026, 10, 21, 9)]);
	expect(chart?.data.lines.map(({ label, values }) => [label, values])).toEqual([
		['x', [1, 2]],
		['y', [5, undefined]],
	]);
	expect(answerChart({ ...answer, visualization: null })).toBeNull();
});

it('what stands in the address is what the page shows', () => {
	expect(parseLogsSearch({ query: 'print 1', span: 'P7D', scope: 'all' })).toEqual({ query: 'print 1', span: 'P7D', scope: 'all' });
	expect(parseLogsSearch({ span: 'nonsense', scope: 'mine' })).toEqual({});
	expect([2, '3', 1, 0, 2.5, 'x'].map((table) => parseLogsSearch({ table }).table)).toEqual([2, 3, ...Array(4).fill(undefined)]);
});

it('numbers of named things are bars, columns, slices or one number', () => {
	const columns = [
		{ name: 'Status', type: 'string' },
		{ name: 'Count', type: 'long' },
	];
	const rows = [
		['Completed', 3],
		['Failed', null],
	];
	const of = (kind: string) => answerCategories({ columns, rows, visualization: { visualization: kind } });
	const drawn = { names: ['Completed', 'Failed'], series: [{ name: 'Count', values: [3, null] }], leftCount: 0 };
	expect(of('piechart')).toEqual({ shape: 'pie', ...drawn });
	expect(of('columnchart')).toEqual({ shape: 'columns', ...drawn });
	expect(of('timechart')).toBeNull();
	const single = { columns: columns.slice(1), rows: [[7]], visualization: { visualization: 'card' } };
	expect(answerCategories(single)).toEqual({ shape: 'card', names: [''], series: [{ name: 'Count', values: [7] }], leftCount: 0 });
});

it('a second text splits things into series, and what is not drawn is counted', () => {
	const columns = [
		{ name: 'Hour', type: 'datetime' },
		{ name: 'Type', type: 'string' },
		{ name: 'Count', type: 'long' },
	];
	const rows = Array.from({ length: 110 }, (_, index) => [`2026-01-01T${index}`, index % 2 ? 'a' : 'b', index]);
	const drawn = answerCategories({ columns, rows, visualization: { visualization: 'barchart' } });
	expect([drawn?.names.length, drawn?.series.map(({ name }) => name), drawn?.leftCount]).toEqual([100, ['b', 'a'], 10]);
});

it('NaN and infinities, which come as texts, are told and ordered, and drawn as nothing', () => {
	const columns = [
		{ name: 'Run', type: 'string' },
		{ name: 'Loss', type: 'real' },
	];
	const rows = [
		['a', 'NaN'],
		['b', '-Infinity'],
		['c', 0.5],
	];
	const values = [Number.NaN, Number.NEGATIVE_INFINITY, 0.5];
	expect(answerCategories({ columns, rows, visualization: { visualization: 'barchart' } })?.series).toEqual([{ name: 'Loss', values }]);
	expect(values.map(drawnSize)).toEqual([0, 0, 0.5]);
	expect(['Infinity', 10, 'NaN', null, 9, '-Infinity'].toSorted(compareNumbers)).toEqual([null, 'NaN', '-Infinity', 9, 10, 'Infinity']);
});
