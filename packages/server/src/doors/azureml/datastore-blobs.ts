/**
 * The files of a datastore as a container of Azure's blob store: listed, read and written with the credential that the datastore is
 * listed with. Files of runs and uploads have addresses of their own each: see blob-store.ts.
 */
import { DEFAULT_DATASTORE, LIMITS, RunsteadError } from '@runstead/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessService } from '../../capabilities/access/service.ts';
import type { DatastoreService } from '../../capabilities/datastores/service.ts';
import type { UploadService } from '../../capabilities/uploads/service.ts';
import type { WorkspaceRecord, WorkspaceService } from '../../capabilities/workspaces/service.ts';
import type { Guard } from '../../http/guard.ts';
import { fromWireTime } from '../../http/time.ts';
import { listLevel } from './blob-listing.ts';
import { describeBlob, leaveBodyUnread, sendBlob, sentBlobOrNull } from './blob-protocol.ts';

/** Links to datastores are to sets of files that begin so. */
const DATASTORES = 'datastores/';
/** As long as a large upload takes; the client asks for no other. */
const CREDENTIAL_SECONDS = 86_400;
/** Azure's own default datastore has such a container. */
const CONTAINER = 'azureml-blobstore-';
const FILES_PER_PAGE = 1_000;

export interface DatastoreBlobsOptions {
	readonly guard: Guard;
	readonly access: AccessService;
	readonly workspaces: WorkspaceService;
	readonly datastores: DatastoreService;
	readonly uploads: UploadService;
}

export function containerOf(workspace: WorkspaceRecord): string {
	return CONTAINER + workspace.id;
}

/** What stands behind the address of each file in place of a signature of Azure's. */
export async function makeDatastoreCredential(
	access: AccessService,
	workspace: WorkspaceRecord,
	{ mayWrite, actor }: { readonly mayWrite: boolean; readonly actor: string },
): Promise<string> {
	const place = { fileSet: DATASTORES + workspace.id, path: DEFAULT_DATASTORE };
	return `sig=${await access.makeFileLink({ place, mayWrite, actor }, CREDENTIAL_SECONDS)}`;
}

export function serveDatastoreBlobs(app: FastifyInstance, { guard, access, workspaces, datastores, uploads }: DatastoreBlobsOptions): void {
	/** @throws {RunsteadError} unauthorized where the credential is not one to this container, or not one to write. */
	const openFor = async (request: FastifyRequest, mustWrite: boolean) => {
		guard.screen(request.raw);
		const { workspace: id = '', '*': path = '' } = request.params as Record<string, string>;
		const { sig = '' } = request.query as { sig?: string };
		const { place, mayWrite, actor } = await access.fileLinkOf(sig);
		if (!('fileSet' in place) || place.fileSet !== DATASTORES + id)
			throw new RunsteadError('unauthorized', { reason: 'the credential is one to another container' });
		if (mustWrite && !mayWrite) throw new RunsteadError('forbidden', { permission: 'workspace.write', where: ' in this datastore' });
		return { workspace: await workspaces.find(id), datastore: place.path, path, actor, sig };
	};

	app.get(`/${CONTAINER}:workspace`, async (request, reply) => {
		const { workspace, datastore } = await openFor(request, false);
		const query = request.query as { comp?: string; prefix?: string; marker?: string; maxresults?: string; delimiter?: string };
		if (query.comp !== 'list') throw new RunsteadError('invalid-request', { what: 'A container is listed by comp=list.' });
		const { prefix = '', marker = '', delimiter = '' } = query;
		const wanted = Number(query.maxresults);
		const limit = wanted >= 1 ? Math.min(Math.floor(wanted), FILES_PER_PAGE) : FILES_PER_PAGE;
		const list = (cursor: string) =>
			datastores.files(workspace, datastore, {
				prefix,
				limit: delimiter === '' ? limit + 1 : FILES_PER_PAGE,
				...(cursor !== '' && { cursor }),
			});
		const { files, folders, nextCursor } = await listLevel(list, { prefix, delimiter, limit, cursor: marker });
		const items = [
			...files.map(
				({ path, sizeBytes, sha256, modifiedTime }) =>
					`<Blob><Name>${escaped(path)}</Name><Properties><Last-Modified>${new Date(modifiedTime).toUTCString()}</Last-Modified><Etag>${sha256}</Etag><Content-Length>${sizeBytes}</Content-Length><Content-Type>application/octet-stream</Content-Type><BlobType>BlockBlob</BlobType></Properties></Blob>`,
			),
			...folders.map((folder) => `<BlobPrefix><Name>${escaped(folder)}</Name></BlobPrefix>`),
		];
		return reply
			.type('application/xml')
			.send(
				`<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="${containerOf(workspace)}"><Prefix>${escaped(prefix)}</Prefix>${delimiter && `<Delimiter>${escaped(delimiter)}</Delimiter>`}<Blobs>${items.join('')}</Blobs><NextMarker>${nextCursor ?? ''}</NextMarker></EnumerationResults>`,
			);
	});

	const url = `/${CONTAINER}:workspace/*`;
	app.route({
		method: ['GET', 'HEAD'],
		url,
		async handler(request, reply) {
			const { workspace, datastore, path } = await openFor(request, false);
			const file = await datastores.file(workspace, datastore, path).catch((error: unknown) => refuse(reply, error));
			const { size_bytes: sizeBytes, sha256, modified_time: modifiedTime } = file;
			return sendBlob(request, reply, {
				...{ path, contentType: 'application/octet-stream', isAttachment: false, sizeBytes, sha256, modifiedTime, type: 'BlockBlob' },
				read: (range) => datastores.read(file, range),
			});
		},
	});

	app.route({
		method: 'PUT',
		url,
		onRequest: leaveBodyUnread,
		async handler(request, reply) {
			const { workspace, datastore, path, actor, sig } = await openFor(request, true);
			const { headers } = request.raw;
			if (headers['x-ms-blob-type'] === 'AppendBlob')
				throw new RunsteadError('invalid-request', { what: 'Files of a datastore are not appended to.' });
			// Blocks are those of one client, though others may write the same file.
			const bytes = await sentBlobOrNull(request, uploads, `${sig}/${path}`, LIMITS.dataFileBytes.max);
			const overwrite = headers['if-none-match'] !== '*';
			const file =
				bytes &&
				(await datastores.put(workspace, datastore, { path, overwrite }, bytes, actor).catch((error: unknown) => refuse(reply, error)));
			describeBlob(reply, request, 'BlockBlob', file ? fromWireTime(file.modifiedTime, 'modifiedTime') : Date.now() * 1_000);
			if (file) reply.header('etag', `"${file.sha256}"`);
			return reply.code(201).send();
		},
	});
}

/** Where the client tells one refusal from another. */
const CODES: Readonly<Record<string, string>> = { 'not-found': 'BlobNotFound', 'already-exists': 'BlobAlreadyExists' };

function refuse(reply: FastifyReply, error: unknown): never {
	if (error instanceof RunsteadError && error.code in CODES) reply.header('x-ms-error-code', CODES[error.code]);
	throw error;
}

function escaped(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
