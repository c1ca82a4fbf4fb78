/** Reads registered models, their versions, logged models, and the files of both. */
import type { ModelFile, ModelKind } from '@runstead/contract';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client } from '../../shared/api/client.ts';

const PAGE_SIZE = 100;

export function modelsQuery(workspace: string, kind: ModelKind, search: string) {
	return infiniteQueryOptions({
		queryKey: ['models', workspace, 'list', kind, search],
		queryFn: ({ pageParam, signal }) =>
			client.call('listModels', {
				params: { workspace },
				query: { kind, limit: PAGE_SIZE, ...(search !== '' && { search }), ...(pageParam !== null && { cursor: pageParam }) },
				signal,
			}),
		initialPageParam: null as string | null,
		getNextPageParam: (page) => page.nextCursor,
	});
}

export function modelQuery(workspace: string, model: string) {
	return queryOptions({
		queryKey: ['models', workspace, 'one', model],
		queryFn: ({ signal }) => client.call('getModel', { params: { workspace, model }, signal }),
	});
}

export function modelVersionsQuery(workspace: string, model: string) {
	return infiniteQueryOptions({
		queryKey: ['models', workspace, 'versions', model],
		queryFn: ({ pageParam, signal }) =>
			client.call('listModelVersions', {
				params: { workspace, model },
				query: { limit: PAGE_SIZE, ...(pageParam !== null && { cursor: pageParam }) },
				signal,
			}),
		initialPageParam: null as string | null,
		getNextPageParam: (page) => page.nextCursor,
	});
}

/** The versions that a run made. */
export function modelsOfRunQuery(workspace: string, runId: string) {
	return queryOptions({
		queryKey: ['models', workspace, 'of run', runId],
		queryFn: async ({ signal }) =>
			(await client.call('searchModelVersions', { params: { workspace }, query: { runId, limit: PAGE_SIZE }, signal })).versions,
	});
}

export function modelVersionQuery(workspace: string, model: string, version: string) {
	return queryOptions({
		queryKey: ['models', workspace, 'version', model, version],
		queryFn: ({ signal }) => client.call('getModelVersion', { params: { workspace, model, version }, signal }),
	});
}

export function loggedModelQuery(workspace: string, loggedModel: string) {
	return queryOptions({
		queryKey: ['models', workspace, 'logged', loggedModel],
		queryFn: ({ signal }) => client.call('getLoggedModel', { params: { workspace, loggedModel }, signal }),
	});
}

/** Whose files they are. */
export type ModelFiles =
	| { readonly workspace: string; readonly model: string; readonly version: string }
	| { readonly experiment: string; readonly loggedModel: string };

/** Files that the tree shows at most; the page says when there are more. */
export const FILES_MAX = 10_000;
const FILES_PAGE = 1_000;

const filesKey = (of: ModelFiles) => ['model-files', of] as const;

export function modelFilesQuery(of: ModelFiles) {
	return queryOptions({
		queryKey: filesKey(of),
		queryFn: async ({ signal }) => {
			const files: ModelFile[] = [];
			let cursor: string | null = null;
			do {
				const query: { limit: number; cursor?: string } = { limit: FILES_PAGE, ...(cursor !== null && { cursor }) };
				const page: { files: ModelFile[]; nextCursor: string | null } =
					'version' in of
						? await client.call('listModelFiles', { params: of, query, signal })
						: await client.call('listLoggedModelFiles', { params: of, query, signal });
				files.push(...page.files);
				cursor = page.nextCursor;
			} while (cursor !== null && files.length < FILES_MAX);
			return { files, isWhole: cursor === null };
		},
	});
}

/** For files that are small. */
export function modelFileTextQuery(of: ModelFiles, { path, sha256 }: ModelFile) {
	return queryOptions({
		queryKey: [...filesKey(of), path, sha256],
		queryFn: async ({ signal }) => {
			const reply =
				'version' in of
					? client.open('readModelFile', { params: { ...of, '*': path }, signal })
					: client.open('readLoggedModelFile', { params: { ...of, '*': path }, signal });
			return (await reply).text();
		},
		staleTime: Number.POSITIVE_INFINITY,
	});
}

export function modelFileAddress(of: ModelFiles, path: string): string {
	return 'version' in of
		? client.address('readModelFile', { params: { ...of, '*': path } })
		: client.address('readLoggedModelFile', { params: { ...of, '*': path } });
}

/** What a run read and made. */
export function lineageQuery(run: string) {
	return queryOptions({
		queryKey: ['lineage', run],
		queryFn: ({ signal }) => client.call('getRunLineage', { params: { run }, signal }),
	});
}
