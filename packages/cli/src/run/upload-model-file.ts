/** Brings one file to a version of a model that is still being made. */
import type { Client } from '@runstead/client';
import type { ModelFile } from '@runstead/contract';
import { type LocalFile, type Progress, uploadFile } from './upload-file.ts';

export async function uploadModelFile(
	client: Client,
	version: { readonly workspace: string; readonly model: string; readonly version: string },
	path: string,
	local: LocalFile,
	onSent: (bytes: number) => void,
): Promise<ModelFile> {
	const params = { ...version, '*': path };
	const append = async (body: Blob | string, offset: number, sha256: string): Promise<Progress<ModelFile>> => {
		const query = { sizeBytes: local.sizeBytes, sha256, offset };
		const { receivedBytes, file: made } = await client.call('appendModelFile', { params, query, body });
		return { receivedBytes, made };
	};
	const whole = (body: Blob) => client.call('writeModelFile', { params, body });
	// An empty chunk asks how far it is.
	return uploadFile(local, { whole, ask: (sha256) => append('', 0, sha256), append }, onSent);
}
