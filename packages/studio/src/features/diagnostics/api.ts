/** Reads and changes diagnostic settings. */
import type { DestinationTest, DiagnosticSettingInput } from '@runstead/contract';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { client } from '../../shared/api/client.ts';

/** What waits and what is held changes by itself. */
const REFRESH_MS = 5_000;

const keyOf = (workspace: string) => ['diagnostic-settings', workspace];

export function diagnosticSettingsQuery(workspace: string) {
	return queryOptions({
		queryKey: keyOf(workspace),
		queryFn: ({ signal }) => client.call('listDiagnosticSettings', { params: { workspace }, signal }),
		refetchInterval: REFRESH_MS,
	});
}

export type SettingChange =
	| { readonly kind: 'save'; readonly name: string; readonly setting: DiagnosticSettingInput; readonly untested: boolean }
	| { readonly kind: 'delete'; readonly name: string };

export function useChangeSetting(workspace: string) {
	const queries = useQueryClient();
	return useMutation({
		mutationFn: async (change: SettingChange): Promise<void> => {
			const params = { workspace, setting: change.name };
			if (change.kind === 'delete') await client.call('deleteDiagnosticSetting', { params });
			else await client.call('putDiagnosticSetting', { params, query: { untested: change.untested }, body: change.setting });
		},
		onSettled: () => queries.invalidateQueries({ queryKey: keyOf(workspace) }),
	});
}

/** Tries the destinations of a setting that is there, or of one that is being written. */
export function useTestSetting(workspace: string) {
	const queries = useQueryClient();
	return useMutation({
		mutationFn: async ({ name, setting }: { name: string; setting?: DiagnosticSettingInput }): Promise<DestinationTest[]> => {
			const body = setting === undefined ? {} : { setting };
			return (await client.call('testDiagnosticSetting', { params: { workspace, setting: name }, body })).tests;
		},
		onSettled: () => queries.invalidateQueries({ queryKey: keyOf(workspace) }),
	});
}
