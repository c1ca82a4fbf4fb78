/**
 * As much of the REST protocol of Azure's blob store as clients need to read and write files: whole blobs, blobs of blocks, and
 * blobs that are appended to. Who may is in the address itself: see file-links.ts.
 */
import type { IncomingMessage } from 'node:http';
import { LIMITS, RunsteadError } from '@runstead/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AccessService, FileLink, FilePlace } from '../../capabilities/access/service.ts';
import type { RunFileService } from '../../capabilities/run-files/service.ts';
import type { UploadService } from '../../capabilities/uploads/service.ts';
import { wholeBody } from '../../http/byte-body.ts';
import type { Guard } from '../../http/guard.ts';
import { describeBlob, leaveBodyUnread, type StoredBlob, sendBlob, sentBlobOrNull } from './blob-protocol.ts';
import { BLOB_MARK, holderOf, STORE, shownPath } from './file-links.ts';

export interface BlobStoreOptions {
	readonly guard: Guard;
	readonly access: AccessService;
	readonly runFiles: RunFileService;
	readonly uploads: UploadService;
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

	const put = ({ place, actor }: FileLink, bytes: AsyncIterable<Uint8Array>, contentType: string | undefined) =>
		'fileSet' in place
			? uploads.put(place.fileSet, place.path, bytes)
			: runFiles.putArtifact(place.run, place.path, bytes, { contentType }, actor);

	for (const url of [`/${STORE}/*`, `/${BLOB_MARK}/${STORE}/*`]) {
		app.route({
			method: ['GET', 'HEAD'],
			url,
			async handler(request, reply) {
				return sendBlob(request, reply, await find((await linkOf(request, false)).place));
			},
		});

		app.route({
			method: 'PUT',
			url,
			onRequest: leaveBodyUnread,
			async handler(request, reply) {
				const link = await linkOf(request, true);
				const { comp, sig = '' } = request.query as { comp?: string; sig?: string };
				const { headers } = request.raw;
				const type = headers['x-ms-blob-type'];
				if (comp === 'appendblock' || (comp === undefined && type === 'AppendBlob')) {
					const { offset, sizeBytes } = await append(request.raw, link.place, comp === 'appendblock');
					describeBlob(reply, request, 'AppendBlob', Date.now() * 1_000);
					return reply
						.code(201)
						.headers({ etag: `"${sizeBytes}"`, 'x-ms-blob-append-offset': offset, 'x-ms-blob-committed-block-count': 1 })
						.send();
				}
				// Blocks belong to the address that they are sent to.
				const bytes = await sentBlobOrNull(request, uploads, sig, LIMITS.artifactBytes.max);
				const contentType = headers['x-ms-blob-content-type'];
				const file = bytes && (await put(link, bytes, typeof contentType === 'string' ? contentType : undefined));
				describeBlob(reply, request, 'BlockBlob', file?.modified_time ?? Date.now() * 1_000);
				if (file) reply.header('etag', `"${file.sha256}"`);
				return reply.code(201).send();
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
