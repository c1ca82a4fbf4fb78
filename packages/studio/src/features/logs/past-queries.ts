/** The queries that were run last in this browser. */
import { stored } from '../../shared/stored.ts';

const PAST_MAX = 50;

export const pastQueries = stored<readonly string[]>('runstead.logs.past', [], (value) =>
	Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string').slice(0, PAST_MAX) : null,
);

export function rememberQuery(query: string): void {
	pastQueries.set([query, ...pastQueries.get().filter((one) => one !== query)].slice(0, PAST_MAX));
}
