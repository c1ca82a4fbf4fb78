/** Brings a file of this machine to the server: a large one in chunks, which go on where they were when one is lost on its way. */
import { createHash } from 'node:crypto';
import { createReadStream, openAsBlob } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { RequestError } from '@runstead/client';

const MIB = 1024 * 1024;
/** Files up to this size go in one request. */
const SINGLE_REQUEST_BYTES = 4 * MIB;
const CHUNK_BYTES = 8 * MIB;
/** How often in a row a chunk may fail before the upload is given up. */
const ATTEMPTS = 5;
const BACKOFF_MS = 200;

export interface LocalFile {
	/** On this machine. */
	readonly file: string;
	readonly sizeBytes: number;
}

export interface Progress<Made> {
	readonly receivedBytes: number;
	/** What the server has made of it; null until its last byte has come. */
	readonly made: Made | null;
}

/** How one place of the server takes a file. */
export interface UploadPlace<Made> {
	whole(content: Blob): Promise<Made>;
	/** How far it is; what was broken off earlier goes on there. */
	ask(sha256: string): Promise<Progress<Made>>;
	append(chunk: Blob, offset: number, sha256: string): Promise<Progress<Made>>;
}

/** `onSent` is told of each piece, in bytes. */
export async function uploadFile<Made>(
	{ file, sizeBytes }: LocalFile,
	place: UploadPlace<Made>,
	onSent: (bytes: number) => void,
): Promise<Made> {
	const content = await openAsBlob(file);
	if (sizeBytes <= SINGLE_REQUEST_BYTES) {
		const made = await place.whole(content);
		onSent(sizeBytes);
		return made;
	}
	const sha256 = await hashOf(file);
	let at = await place.ask(sha256);
	onSent(at.made === null ? at.receivedBytes : sizeBytes);
	for (let failures = 0; at.made === null; ) {
		const { receivedBytes: offset } = at;
		try {
			at = await place.append(content.slice(offset, offset + CHUNK_BYTES), offset, sha256);
			failures = 0;
		} catch (error) {
			failures += 1;
			if (failures >= ATTEMPTS || !mayPass(error)) throw error;
			await setTimeout(BACKOFF_MS * 2 ** failures);
			// Of a chunk whose reply was lost only the server knows.
			at = await place.ask(sha256);
		}
		onSent((at.made === null ? at.receivedBytes : sizeBytes) - offset);
	}
	return at.made;
}

/** Whether what went wrong may be right at the next try. */
function mayPass(error: unknown): boolean {
	return (
		error instanceof RequestError && (error.status === 0 || error.status >= 500 || error.status === 429 || error.code === 'upload-gap')
	);
}

async function hashOf(file: string): Promise<string> {
	const hash = createHash('sha256');
	for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
	return hash.digest('hex');
}
