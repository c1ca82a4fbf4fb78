/** Brings one file into a datastore: a large one in chunks, so that what was broken off goes on where it was. */
import { createHash } from 'node:crypto';
import { createReadStream, openAsBlob } from 'node:fs';
import { type Client, RequestError } from '@runstead/client';
import { DEFAULT_DATASTORE } from '@runstead/contract';

const MIB = 1024 * 1024;
/** Files up to this size go in one request. */
const SINGLE_REQUEST_BYTES = 4 * MIB;
const CHUNK_BYTES = 8 * MIB;

export interface DataFile {
	/** On this machine. */
	readonly file: string;
	/** In the datastore. */
	readonly path: string;
	readonly sizeBytes: number;
}

/** Whether it is there now; false for another file that is there, unless it is to be replaced. `onSent` is told of each piece, in bytes. */
export async function uploadData(
	client: Client,
	workspace: string,
	{ file, path, sizeBytes }: DataFile,
	overwrite: boolean,
	onSent: (bytes: number) => void,
): Promise<boolean> {
	const params = { workspace, datastore: DEFAULT_DATASTORE, '*': path };
	const content = await openAsBlob(file);
	try {
		if (sizeBytes <= SINGLE_REQUEST_BYTES) {
			await client.call('writeDatastoreFile', { params, query: { overwrite }, body: content });
			onSent(sizeBytes);
			return true;
		}
		const query = { overwrite, sizeBytes, sha256: await hashOf(file) };
		// An empty chunk asks how far it is.
		let { receivedBytes: offset, file: made } = await client.call('appendDatastoreFile', {
			params,
			query: { ...query, offset: 0 },
			body: '',
		});
		onSent(offset);
		while (made === null) {
			const body = content.slice(offset, offset + CHUNK_BYTES);
			const reply = await client.call('appendDatastoreFile', { params, query: { ...query, offset }, body });
			onSent(reply.receivedBytes - offset);
			({ receivedBytes: offset, file: made } = reply);
		}
		return true;
	} catch (error) {
		if (error instanceof RequestError && error.code === 'already-exists') return false;
		throw error;
	}
}

async function hashOf(file: string): Promise<string> {
	const hash = createHash('sha256');
	for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
	return hash.digest('hex');
}
