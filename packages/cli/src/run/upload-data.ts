/** Brings one file into a datastore. */
import { type Client, RequestError } from '@runstead/client';
import { DEFAULT_DATASTORE } from '@runstead/contract';
import { type LocalFile, type Progress, uploadFile } from './upload-file.ts';

export interface DataFile extends LocalFile {
	/** In the datastore. */
	readonly path: string;
}

/** Whether it is there now; false for another file that is there, unless it is to be replaced. `onSent` is told of each piece, in bytes. */
export async function uploadData(
	client: Client,
	workspace: string,
	{ path, ...local }: DataFile,
	overwrite: boolean,
	onSent: (bytes: number) => void,
): Promise<boolean> {
	const params = { workspace, datastore: DEFAULT_DATASTORE, '*': path };
	const append = async (body: Blob | string, offset: number, sha256: string): Promise<Progress<true>> => {
		const query = { overwrite, sizeBytes: local.sizeBytes, sha256, offset };
		const { receivedBytes, file } = await client.call('appendDatastoreFile', { params, query, body });
		return { receivedBytes, made: file === null ? null : true };
	};
	const place = {
		whole: async (body: Blob): Promise<true> => {
			await client.call('writeDatastoreFile', { params, query: { overwrite }, body });
			return true;
		},
		// An empty chunk asks how far it is.
		ask: (sha256: string) => append('', 0, sha256),
		append,
	};
	try {
		return await uploadFile(local, place, onSent);
	} catch (error) {
		if (error instanceof RequestError && error.code === 'already-exists') return false;
		throw error;
	}
}
