/**
 * As much of the REST protocol of Azure's blob store as clients need to read and write files: whole blobs, blobs of blocks, and
 * blobs that are appended to. Who may is in the address itself: see file-links.ts.
 */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { LIMITS, RunsteadError } from '@runstead/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessService, FileLink, FilePlace } from '../../capabilities/access/service.ts';
import type { RunFileService } from '../../capabilities/run-files/service.ts';
import type { UploadService } from '../../capabilities/uploads/service.ts';
import { bodyBytes, wholeBody } from '../../http/byte-body.ts';
import { type Content, sendContent } from '../../http/content-reply.ts';
import type { Guard } from '../../http/guard.ts';
import type { ByteRange } from '../../storage/blobs.ts';
import { BLOB_MARK, holderOf, STORE, shownPath } from './file-links.ts';

const VERSION = '2021-08-06';
/** Of so many blocks as there may be, each with an id of 64 bytes and its tags. */
const BLOCK_LIST_BYTES_MAX = LIMITS.uploadBlocks.max * 128;

export interface BlobStoreOptions {
	readonly guard: Guard;
	readonly access: AccessService;
	readonly runFiles: RunFileService;
	readonly uploads: UploadService;
}

/** How a blob came to be what it is. */
type BlobType = 'BlockBlob' | 'AppendBlob';

interface StoredBlob extends Content {
	readonly type: BlobType;
	readonly modifiedTime: number;
	readonly read: (range: ByteRange) => Readable;
}

export function serveBlobStore(app: FastifyInstance, { guard, access, runFiles, uploads }: BlobStoreOptions): void {
	/** @throws {RunsteadError} unauthorized where the address does not let its bearer do this to this file. */
	const linkOf = async (request: FastifyRequest, mustWrite: boolean): Promise<FileLink> => {
		guard.screen(request.raw);
		const { sig } = request.query as { sig?: string };
		const link = await access.fileLinkOf(sig ?? '');
		const shown = `${holderOf(link.place)}/${shownPath(link.place.path)}`;
		if (shown !== (request.params as { '*': string })['*'])
			throw new RunsteadError('unauthorized', { reason: 'the link is one to another file' });
		if (mustWrite && !link.mayWrite) throw new RunsteadError('unauthorized', { reason: 'the link is one to read the file' });
		return link;
	};

	const find = async (place: FilePlace): Promise<StoredBlob> => {
		if ('fileSet' in place) {
			const file = await uploads.find(place.fileSet, place.path);
			const { path, size_bytes: sizeBytes, sha256, modified_time: modifiedTime } = file;
			return {
				...{ path, contentType: 'application/octet-stream', isAttachment: false, sizeBytes, sha256, modifiedTime, type: 'BlockBlob' },
				read: (range) => uploads.read(file, range),
			};
		}
		const file = await runFiles.find(place.run, place.path);
		const { content_type: contentType, size_bytes: sizeBytes, sha256, modified_time: modifiedTime, kind } = file;
		return {
			...{ path: place.path, contentType, isAttachment: false, sizeBytes, sha256, modifiedTime },
			type: kind === 'log' ? 'AppendBlob' : 'BlockBlob',
			read: (range) => runFiles.read(file, range),
		};
	};

	/** Keeps a whole file; its hash, and when that was. */
	const put = async ({ place, actor }: FileLink, bytes: AsyncIterable<Uint8Array>, contentType: string | undefined) => {
		const file =
			'fileSet' in place
				? await uploads.put(place.fileSet, place.path, bytes)
				: await runFiles.putArtifact(place.run, place.path, bytes, { contentType }, actor);
		return { sha256: file.sha256, modified: new Date(file.modified_time / 1_000) };
	};

	const describe = (reply: FastifyReply, request: FastifyRequest, type: BlobType, modified: Date): void => {
		reply.headers({
			'x-ms-version': VERSION,
			'x-ms-request-id': request.id,
			'x-ms-blob-type': type,
			'last-modified': modified.toUTCString(),
		});
	};

	for (const url of [`/${STORE}/*`, `/${BLOB_MARK}/${STORE}/*`]) {
		app.route({
			method: ['GET', 'HEAD'],
			url,
			async handler(request, reply) {
				const blob = await find((await linkOf(request, false)).place);
				describe(reply, request, blob.type, new Date(blob.modifiedTime / 1_000));
				// Clients of a blob store name their range in a header of its own, and ask for one of what is empty too.
				const range = request.headers['x-ms-range'];
				if (typeof range === 'string') request.raw.headers.range = range;
				if (blob.sha256 === null) reply.header('etag', `"${blob.sizeBytes}"`);
				return sendContent(request.raw, reply, blob, blob.read);
			},
		});

		app.route({
			method: 'PUT',
			url,
			onRequest: leaveBodyUnread,
			async handler(request, reply) {
				const link = await linkOf(request, true);
				const { comp, blockid } = request.query as { comp?: string; blockid?: string };
				const { headers } = request.raw;
				const type = headers['x-ms-blob-type'];
				if (comp === 'appendblock' || (comp === undefined && type === 'AppendBlob')) {
					const { offset, sizeBytes } = await append(request.raw, link.place, comp === 'appendblock');
					describe(reply, request, 'AppendBlob', new Date());
					return reply
						.code(201)
						.headers({ etag: `"${sizeBytes}"`, 'x-ms-blob-append-offset': offset, 'x-ms-blob-committed-block-count': 1 })
						.send();
				}
				// Blocks belong to the address that they are sent to.
				const { sig = '' } = request.query as { sig?: string };
				if (comp === 'block') {
					await uploads.putBlock(sig, blockid ?? '', bodyBytes(request.raw, LIMITS.artifactBytes.max));
					describe(reply, request, 'BlockBlob', new Date());
					return reply.code(201).send();
				}
				if (comp !== undefined && comp !== 'blocklist')
					throw new RunsteadError('invalid-request', { what: `comp=${comp} is not served here.` });
				const bytes =
					comp === 'blocklist'
						? await uploads.joined(sig, blocksOf(await wholeBody(request.raw, BLOCK_LIST_BYTES_MAX)))
						: bodyBytes(request.raw, LIMITS.artifactBytes.max);
				const contentType = headers['x-ms-blob-content-type'];
				const { sha256, modified } = await put(link, bytes, typeof contentType === 'string' ? contentType : undefined);
				describe(reply, request, 'BlockBlob', modified);
				return reply.code(201).header('etag', `"${sha256}"`).send();
			},
		});
	}

	const append = async (request: IncomingMessage, place: FilePlace, hasBytes: boolean) => {
		if (!('run' in place)) throw new RunsteadError('invalid-request', { what: 'Only logs of runs are appended to.' });
		const { run, path } = place;
		const bytes = hasBytes ? await wholeBody(request, LIMITS.logAppendBytes.max) : new Uint8Array();
		const found = await runFiles.find(run, path).catch((error: unknown) => {
			if (error instanceof RunsteadError && error.code === 'not-found') return null;
			throw error;
		});
		const offset = found?.size_bytes ?? 0;
		return { offset, sizeBytes: await runFiles.appendLog(run, { path, offset, bytes, seal: false }) };
	};
}

/** The ids in a list of blocks, in their order. @throws {RunsteadError} limit-exceeded. */
function blocksOf(list: Uint8Array): string[] {
	const blocks = [
		...Buffer.from(list)
			.toString()
			.matchAll(/<(Latest|Uncommitted|Committed)>([^<]*)</g),
	].map(([, , id = '']) => id);
	const { max } = LIMITS.uploadBlocks;
	if (blocks.length > max)
		throw new RunsteadError('limit-exceeded', { what: 'The number of blocks', given: blocks.length, limit: 'uploadBlocks', max });
	return blocks;
}

function leaveBodyUnread(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
	request.headers = { 'content-type': 'application/octet-stream' };
	done();
}
