import { expect, test } from 'vitest';
import { linesCsv } from './chart-csv.ts';

test('lines are written point by point, buckets with their edges, gaps empty', () => {
	const line = { column: 'mse', count: 2, exact: true, x: [0, 1], last: [0.1, null], min: null, max: null };
	const lines = [
		{ ...line, run: 'one' },
		{ ...line, run: 'two', exact: false, last: [3, 4], min: [1, 2], max: [5, null] },
	];
	expect(linesCsv('step', lines, { labelOf: (run) => `"${run}", named` })).toEqual([
		'run,name,step,last,min,max',
		'one,"""one"", named",0,0.1,0.1,0.1',
		'one,"""one"", named",1,,,',
		'two,"""two"", named",0,3,1,5',
		'two,"""two"", named",1,4,2,',
	]);
});
