/** Reads the source folder that a run was started from. */
import { queryOptions } from '@tanstack/react-query';
import { client } from '../../shared/api/client.ts';

export function snapshotQuery(workspace: string, snapshot: string) {
	return queryOptions({
		queryKey: ['snapshots', workspace, snapshot],
		queryFn: ({ signal }) => client.call('getSnapshot', { params: { workspace, snapshot }, signal }),
		// A snapshot is named by its content: it never changes.
		staleTime: Number.POSITIVE_INFINITY,
	});
}

export function snapshotFileQuery(workspace: string, snapshot: string, path: string) {
	return queryOptions({
		queryKey: ['snapshots', workspace, snapshot, 'file', path],
		queryFn: async ({ signal }) => (await client.open('readSnapshotFile', { params: { workspace, snapshot, '*': path }, signal })).text(),
		staleTime: Number.POSITIVE_INFINITY,
	});
}

export function snapshotZipAddress(workspace: string, snapshot: string): string {
	return client.address('downloadSnapshot', { params: { workspace, snapshot } });
}
