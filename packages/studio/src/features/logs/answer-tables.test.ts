import { expect, it } from 'vitest';
import { answerTables } from './answer-tables.ts';

const table = (name: string) => ({
	name,
	columns: [{ name: 'x', type: 'long' }],
	rows: [[1]],
	rowCount: 1,
	cutBy: null,
	visualization: null,
});

it('tables stand under the names that the query gives them, else under their numbers', () => {
	const more = ['each', 'Table_3', 'twice', 'twice'].map(table);
	const tables = answerTables({ ...table('PrimaryResult'), more });
	expect(tables.map(({ label }) => label)).toEqual(['Table 1', 'each', 'Table 3', 'Table 4: twice', 'Table 5: twice']);
	expect(tables.map((one) => one.table)).toEqual([table('PrimaryResult'), ...more]);
});

it('one table is the whole answer', () => {
	expect(answerTables({ ...table('PrimaryResult'), more: [] })).toEqual([{ label: 'Table 1', table: table('PrimaryResult') }]);
});
