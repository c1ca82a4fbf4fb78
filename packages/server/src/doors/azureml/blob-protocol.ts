/** What all files have in common that are read and written by the REST protocol of Azure's blob store. */
import type { Readable } from 'node:stream';
import { checkLimit, LIMITS, RunsteadError } from '@runstead/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { UploadService } from '../../capabilities/uploads/service.ts';
import { bodyBytes, wholeBody } from '../../http/byte-body.ts';
import { type Content, sendContent } from '../../http/content-reply.ts';
import type { ByteRange } from '../../storage/blobs.ts';

const VERSION = '2021-08-06';
/** Of so many blocks as there may be, each with an id of 64 bytes and its tags. */
const BLOCK_LIST_BYTES_MAX = LIMITS.uploadBlocks.max * 128;

/** How a blob came to be what it is. */
export type BlobType = 'BlockBlob' | 'AppendBlob';

export interface StoredBlob extends Content {
	readonly type: BlobType;
	readonly modifiedTime: number;
	readonly read: (range: ByteRange) => Readable;
}

export function describeBlob(reply: FastifyReply, request: FastifyRequest, type: BlobType, modifiedTime: number): void {
	reply.headers({
		'x-ms-version': VERSION,
		'x-ms-request-id': request.id,
		'x-ms-blob-type': type,
		'last-modified': new Date(modifiedTime / 1_000).toUTCString(),
	});
}

export function sendBlob(request: FastifyRequest, reply: FastifyReply, blob: StoredBlob): FastifyReply {
	describeBlob(reply, request, blob.type, blob.modifiedTime);
	// Clients of a blob store name their range in a header of its own, and ask for one of what is empty too.
	const range = request.headers['x-ms-range'];
	if (typeof range === 'string') request.raw.headers.range = range;
	if (blob.sha256 === null) reply.header('etag', `"${blob.sizeBytes}"`);
	return sendContent(request.raw, reply, blob, blob.read);
}

/**
 * The bytes of a blob that is sent as a whole, or is made of blocks that were sent; null for one of those blocks, which is kept.
 * `upload` names what the blocks belong to. @throws {RunsteadError} invalid-request, limit-exceeded.
 */
export async function sentBlobOrNull(
	request: FastifyRequest,
	uploads: UploadService,
	upload: string,
	bytesMax: number,
): Promise<AsyncIterable<Uint8Array> | null> {
	const { comp, blockid } = request.query as { comp?: string; blockid?: string };
	const bytes = () => bodyBytes(request.raw, bytesMax);
	if (comp === undefined) return bytes();
	if (comp === 'blocklist') return uploads.joined(upload, blocksOf(await wholeBody(request.raw, BLOCK_LIST_BYTES_MAX)));
	if (comp !== 'block') throw new RunsteadError('invalid-request', { what: `comp=${comp} is not served here.` });
	await uploads.putBlock(upload, blockid ?? '', bytes());
	return null;
}

/** The ids in a list of blocks, in their order. @throws {RunsteadError} limit-exceeded. */
function blocksOf(list: Uint8Array): string[] {
	const blocks = [
		...Buffer.from(list)
			.toString()
			.matchAll(/<(Latest|Uncommitted|Committed)>([^<]*)</g),
	].map(([, , id = '']) => id);
	checkLimit('The number of blocks', blocks.length, 'uploadBlocks');
	return blocks;
}

/** A hook for requests whose body is read as it streams in. */
export function leaveBodyUnread(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
	request.headers = { 'content-type': 'application/octet-stream' };
	done();
}
