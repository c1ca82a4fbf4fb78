/** What was really installed in the environments of runs: the last line of a file that their agents write. */
import type { Run } from '@runstead/contract';
import { queryOptions, useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { client } from '../../shared/api/client.ts';
import { type InstalledPackages, packagesIn } from './compare-environment.ts';

const ENVIRONMENT_FILE = 'azureml-logs/environment.jsonl';

/** In the order of the runs; null while it is read, and for runs of which nobody noted it. */
export function useInstalledPackages(runs: readonly Run[]): readonly InstalledPackages[] {
	const texts = useQueries({ queries: runs.map(environmentFileQuery), combine: (results) => results.map(({ data }) => data ?? null) });
	const key = JSON.stringify(texts);
	return useMemo(() => (JSON.parse(key) as (string | null)[]).map((text) => (text === null ? null : packagesIn(text))), [key]);
}

function environmentFileQuery({ id, job }: Run) {
	return queryOptions({
		queryKey: ['run-files', id, 'environment'],
		queryFn: async ({ signal }) => {
			const params = { run: id, '*': ENVIRONMENT_FILE };
			return (await client.open('readRunFile', { params, query: {}, signal })).text();
		},
		enabled: job?.environment !== undefined,
		retry: false,
	});
}
