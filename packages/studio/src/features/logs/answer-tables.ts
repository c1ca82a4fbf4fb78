/** The tables of an answer: several statements give several, and so does one that ends with `fork` or `facet`. */
import type { QueryAnswer, ResultTable } from '@runstead/contract';

export interface LabelledTable {
	readonly label: string;
	readonly table: ResultTable;
}

/** Names that nobody has given. */
const UNNAMED = /^(?:PrimaryResult|Table_\d+)$/;

/** Under the names that the query gives them, else under their numbers; a name that several have stands beside the number. */
export function answerTables({ more, ...first }: ResultTable & Pick<QueryAnswer, 'more'>): LabelledTable[] {
	const tables = [first, ...more];
	return tables.map((table, index) => {
		const number = `Table ${index + 1}`;
		const isAlone = tables.filter(({ name }) => name === table.name).length === 1;
		return { label: UNNAMED.test(table.name) ? number : isAlone ? table.name : `${number}: ${table.name}`, table };
	});
}
