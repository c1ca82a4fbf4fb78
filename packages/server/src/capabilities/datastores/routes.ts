/** Datastores over HTTP. */
import { DEFAULT_DATASTORE, LIMITS, RunsteadError } from '@runstead/contract';
import { announcedHash } from '../../http/announced-hash.ts';
import { bodyBytes } from '../../http/byte-body.ts';
import { sendContent } from '../../http/content-reply.ts';
import { authorizeAgent, type Principal } from '../../http/principal.ts';
import type { Toolbox } from '../../http/toolbox.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { JobService } from '../jobs/service.ts';
import type { AgentLease } from '../run-files/service.ts';
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
	serve('appendDatastoreFile', async ({ params, query, principal, request }) => {
		const workspace = await workspaces.find(params.workspace);
		const chunk = { ...query, path: params['*'], overwrite: query.overwrite ?? false };
		return datastores.append(workspace, params.datastore, chunk, bodyBytes(request, LIMITS.uploadChunkBytes.max), principal.name);
	});

	/** Where a job writes, for the agent that holds it: looked at once more in the transaction of the file, since what a job that was given
	 * to another agent leaves behind is not its own any more. */
	const jobPlace = async (params: { run: string; name: string; '*': string }, lease: AgentLease, principal: Principal) => {
		authorizeAgent(principal, lease.agent);
		const { definition } = await jobs.get(params.run);
		const reference = definition.data?.find(({ name, mode }) => name === params.name && mode === 'upload');
		if (!reference)
			throw new RunsteadError('not-found', { noun: `data reference of mode upload in job ${params.run}`, given: params.name });
		const { datastore = DEFAULT_DATASTORE, path = '', overwrite = false } = reference;
		const run = await runs.find(params.run);
		return {
			workspace: await workspaces.byKey(run.workspace_key),
			datastore,
			given: { path: params['*'] === '' ? path : `${path}/${params['*']}`, overwrite },
			checkIn: (unit: UnitOfWork) => jobs.checkLease(unit.db, run, lease),
		};
	};
	serve('writeJobData', async ({ params, query, principal, request, reply }) => {
		const { workspace, datastore, given, checkIn } = await jobPlace(params, query, principal);
		const file = { ...given, sha256: announcedHash(request.headers['x-content-sha256']) };
		reply.code(201);
		return datastores.put(workspace, datastore, file, bodyBytes(request, LIMITS.dataFileBytes.max), principal.name, checkIn);
	});
	serve('appendJobData', async ({ params, query, principal, request }) => {
		const { workspace, datastore, given, checkIn } = await jobPlace(params, query, principal);
		const { sizeBytes, sha256, offset } = query;
		const chunk = { ...given, sizeBytes, sha256, offset };
		return datastores.append(workspace, datastore, chunk, bodyBytes(request, LIMITS.uploadChunkBytes.max), principal.name, checkIn);
	});
}
