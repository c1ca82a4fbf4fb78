/** Reads the files and logs of a run. */
import type { FileSearchMessage, LogLevel, RunFile } from '@runstead/contract';
import { queryOptions } from '@tanstack/react-query';
import { client } from '../../shared/api/client.ts';

const PAGE_SIZE = 1_000;
/** Files that the tree shows at most; the page says when there are more. */
export const FILES_MAX = 10_000;

export const runFileKeys = {
	list: (run: string) => ['run-files', run],
	folder: (run: string, folder: string) => ['run-files', run, 'folder', folder],
	text: (run: string, path: string, version: number) => ['run-files', run, 'text', path, version],
} as const;

export interface RunFileList {
	readonly files: RunFile[];
	readonly isWhole: boolean;
}

export function runFilesQuery(run: string) {
	return queryOptions({ queryKey: runFileKeys.list(run), queryFn: ({ signal }) => readFileList(run, {}, signal) });
}

/** Those of one folder, which ends with a slash. */
export function runFolderQuery(run: string, folder: string) {
	return queryOptions({
		queryKey: runFileKeys.folder(run, folder),
		queryFn: ({ signal }) => readFileList(run, { prefix: folder }, signal),
	});
}

async function readFileList(run: string, which: { readonly prefix?: string }, signal: AbortSignal): Promise<RunFileList> {
	const files: RunFile[] = [];
	let cursor: string | null = null;
	do {
		const query: { limit: number; prefix?: string; cursor?: string } = { ...which, limit: PAGE_SIZE, ...(cursor !== null && { cursor }) };
		const page = await client.call('listRunFiles', { params: { run }, query, signal });
		files.push(...page.files);
		cursor = page.nextCursor;
	} while (cursor !== null && files.length < FILES_MAX);
	return { files, isWhole: cursor === null };
}

/** The whole text of a version of a file, which never changes; for files that are small. */
export function runFileTextQuery(run: string, path: string, version: number) {
	return queryOptions({
		queryKey: runFileKeys.text(run, path, version),
		queryFn: async ({ signal }) => (await client.open('readRunFile', { params: { run, '*': path }, query: { version }, signal })).text(),
		staleTime: Number.POSITIVE_INFINITY,
	});
}

/** Bytes of each file that are compared. */
export const COMPARED_BYTES_MAX = 2 * 1024 * 1024;

/** The beginning of a file, for comparing; of a file that grows, as it was at a size. */
export function runFileHeadQuery(run: string, path: string, sizeBytes: number | null) {
	return queryOptions({
		queryKey: ['run-files', run, 'head', path, sizeBytes],
		queryFn: async ({ signal }) => {
			if (sizeBytes === 0) return '';
			const headers = { range: `bytes=0-${COMPARED_BYTES_MAX - 1}` };
			return (await client.open('readRunFile', { params: { run, '*': path }, query: {}, headers, signal })).text();
		},
	});
}

export function runFileAddress(run: string, path: string, options: { version?: number; download?: boolean } = {}): string {
	return client.address('readRunFile', { params: { run, '*': path }, query: options });
}

/** Bytes `from` up to but not including `to` of a file. */
export async function readBytes(run: string, path: string, from: number, to: number, signal: AbortSignal): Promise<Uint8Array> {
	if (to <= from) return new Uint8Array();
	const headers = { range: `bytes=${from}-${to - 1}` };
	const reply = await client.open('readRunFile', { params: { run, '*': path }, query: {}, headers, signal });
	return new Uint8Array(await reply.arrayBuffer());
}

export interface FileSearchQuery {
	readonly pattern: string;
	readonly regex: boolean;
	readonly level?: LogLevel;
	readonly version: number;
	readonly from: number;
	readonly limit: number;
}

/** What the server finds in a file, as it finds it. */
export async function* searchFile(
	run: string,
	path: string,
	query: FileSearchQuery,
	signal: AbortSignal,
): AsyncGenerator<FileSearchMessage> {
	const reply = await client.open('searchRunFile', { params: { run, '*': path }, query, signal });
	if (reply.body === null) return;
	let unread = '';
	for await (const text of reply.body.pipeThrough(new TextDecoderStream())) {
		const lines = (unread + text).split('\n');
		unread = lines.pop() ?? '';
		for (const line of lines) yield JSON.parse(line) as FileSearchMessage;
	}
}
