/** Orders runs that are all here already, as the server would order them. */
import { type FilterField, parseOrder, type Run } from '@runstead/contract';
import { numberOrNull } from '../../shared/format/numbers.ts';
import type { TableOrder } from '../../shared/table/table-column.ts';

type Key = number | string | null;

/** Runs without a value come last whichever way round; equals stay as they were. */
export function sortRuns(runs: readonly Run[], order: TableOrder): Run[] {
	const field = parseOrder(order.by);
	const sign = order.isAscending ? 1 : -1;
	return runs
		.map((run) => ({ run, key: keyOf(run, field) }))
		.sort((a, b) => compare(a.key, b.key, sign))
		.map(({ run }) => run);
}

function compare(a: Key, b: Key, sign: number): number {
	if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
	if (typeof a === 'number' && typeof b === 'number') return (a - b) * sign;
	// Numbers among texts come first, as from the server.
	if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
	return String(a) < String(b) ? -sign : a === b ? 0 : sign;
}

function keyOf(run: Run, field: FilterField): Key {
	switch (field.kind) {
		case 'attribute':
			return run[field.name];
		case 'metric':
			return numberOrNull(Object.values(run.metrics[field.name]?.columns ?? {})[0]?.[field.statistic]);
		case 'tag':
			return keyOfText(run.tags[field.key]);
		case 'param':
			return keyOfText(run.params[field.key]);
		case 'property':
			return keyOfText(run.properties[field.key]);
	}
}

function keyOfText(text: string | null | undefined): Key {
	if (text === null || text === undefined) return null;
	return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}
