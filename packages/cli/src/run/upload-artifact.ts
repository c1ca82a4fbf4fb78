/** Brings one file to a run, as an artifact of it. */
import type { Client } from '@runstead/client';
import type { RunFile } from '@runstead/contract';
import { type LocalFile, uploadFile } from './upload-file.ts';

export async function uploadArtifact(
	client: Client,
	run: string,
	path: string,
	local: LocalFile,
	onSent: (bytes: number) => void,
): Promise<RunFile> {
	let upload = '';
	return uploadFile(
		local,
		{
			whole: (body) => client.call('writeRunFile', { params: { run, '*': path }, body }),
			// It takes up the one that was broken off, and knows content that the server has already.
			async ask(sha256) {
				const started = await client.call('startUpload', { params: { run }, body: { path, sizeBytes: local.sizeBytes, sha256 } });
				upload = started.upload?.id ?? '';
				return { receivedBytes: started.upload?.receivedBytes ?? 0, made: started.file };
			},
			async append(body, offset) {
				const reply = await client.call('appendUpload', { params: { run, upload }, query: { offset }, body });
				return { receivedBytes: reply.upload?.receivedBytes ?? 0, made: reply.file };
			},
		},
		onSent,
	);
}
