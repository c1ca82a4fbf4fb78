import { expect, test } from 'vitest';
import { csvHeader, csvRows } from './points-csv.ts';

test('every digit is kept, what would break a row is quoted', () => {
	const page = {
		steps: [1, null],
		times: [1_000_000, 2_500_000],
		columns: [
			{ name: 'loss, mean', values: [0.1, { number: 'NaN' as const }] },
			{ name: 'note', values: ['a "b"', { integer: '9223372036854775807' }] },
		],
	};
	expect([csvHeader(page), ...csvRows(page)]).toEqual([
		'step,time,"loss, mean",note',
		'1,1970-01-01T00:00:01.000Z,0.1,"a ""b"""',
		',1970-01-01T00:00:02.500Z,NaN,9223372036854775807',
	]);
});
