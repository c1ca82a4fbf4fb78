/** Datastores over HTTP. */
import { DEFAULT_DATASTORE, LIMITS, RunsteadError } from '@runstead/contract';
import { announcedHash } from '../../http/announced-hash.ts';
import { bodyBytes } from '../../http/byte-body.ts';
import { sendContent } from '../../http/content-reply.ts';
import type { Toolbox } from '../../http/toolbox.ts';
import type { JobService } from '../jobs/service.ts';
import type { RunService } from '../runs/service.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import type { DatastoreService } from './service.ts';

export function serveDatastores(
	{ serve }: Toolbox,
	datastores: DatastoreService,
	workspaces: WorkspaceService,
	runs: RunService,
	jobs: JobService,
): void {
	serve('listDatastores', async ({ params }) => ({ datastores: await datastores.list(await workspaces.find(params.workspace)) }));
	serve('getDatastore', async ({ params }) => datastores.get(await workspaces.find(params.workspace), params.datastore));
	serve('listDatastoreFiles', async ({ params, query }) =>
		datastores.files(await workspaces.find(params.workspace), params.datastore, { ...query, limit: query.limit ?? 100 }),
	);
	serve('readDatastoreFile', async ({ params, request, reply }) => {
		const file = await datastores.file(await workspaces.find(params.workspace), params.datastore, params['*']);
		const { path, sha256, size_bytes: sizeBytes } = file;
		const head = { path, contentType: 'application/octet-stream', isAttachment: true };
		return sendContent(request, reply, { ...head, sha256, sizeBytes }, (range) => datastores.read(file, range));
	});
	serve('writeDatastoreFile', async ({ params, query, principal, request, reply }) => {
		const workspace = await workspaces.find(params.workspace);
		const given = { path: params['*'], sha256: announcedHash(request.headers['x-content-sha256']), overwrite: query.overwrite ?? false };
		reply.code(201);
		return datastores.put(workspace, params.datastore, given, bodyBytes(request, LIMITS.dataFileBytes.max), principal.name);
	});
	serve('deleteDatastoreFile', async ({ params, principal }) =>
		datastores.delete(await workspaces.find(params.workspace), params.datastore, params['*'], principal.name),
	);
	serve('writeJobData', async ({ params, principal, request, reply }) => {
		const { definition } = await jobs.get(params.run);
		const reference = definition.data?.find(({ name, mode }) => name === params.name && mode === 'upload');
		if (!reference)
			throw new RunsteadError('not-found', { noun: `data reference of mode upload in job ${params.run}`, given: params.name });
		const { datastore = DEFAULT_DATASTORE, path = '', overwrite = false } = reference;
		const given = {
			path: params['*'] === '' ? path : `${path}/${params['*']}`,
			sha256: announcedHash(request.headers['x-content-sha256']),
			overwrite,
		};
		const workspace = await workspaces.byKey((await runs.find(params.run)).workspace_key);
		reply.code(201);
		return datastores.put(workspace, datastore, given, bodyBytes(request, LIMITS.dataFileBytes.max), principal.name);
	});
}
