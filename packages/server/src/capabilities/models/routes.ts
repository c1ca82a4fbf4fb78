/** Models over HTTP. */
import { LIMITS } from '@runstead/contract';
import { announcedHash } from '../../http/announced-hash.ts';
import { bodyBytes } from '../../http/byte-body.ts';
import { sendContent } from '../../http/content-reply.ts';
import { fromWireTime } from '../../http/time.ts';
import type { Toolbox } from '../../http/toolbox.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import type { ModelService } from './service.ts';

const PAGE_DEFAULT = 100;

export function serveModels({ serve }: Toolbox, models: ModelService, workspaces: WorkspaceService): void {
	const within = ({ workspace }: { workspace: string }) => workspaces.find(workspace);
	serve('listModels', async ({ params, query }) => models.list(await within(params), { ...query, limit: query.limit ?? PAGE_DEFAULT }));
	serve('createModel', async ({ params, body: { createdTime, ...fields }, principal, reply }) => {
		const time = createdTime === undefined ? {} : { createdTime: fromWireTime(createdTime, 'createdTime') };
		const model = await models.create(await within(params), { ...fields, ...time }, principal.name);
		reply.code(201);
		return model;
	});
	serve('getModel', async ({ params }) => models.get(await within(params), params.model));
	serve('updateModel', async ({ params, body, principal }) => models.update(await within(params), params.model, body, principal.name));
	serve('deleteModel', async ({ params, principal }) => models.remove(await within(params), params.model, principal.name));
	serve('listModelVersions', async ({ params, query }) =>
		models.versions(await within(params), { ...query, name: params.model, limit: query.limit ?? PAGE_DEFAULT }),
	);
	serve('searchModelVersions', async ({ params, query }) =>
		models.versions(await within(params), { ...query, limit: query.limit ?? PAGE_DEFAULT }),
	);
	serve('registerModel', async ({ params, body: { source, createdTime, ...fields }, principal, reply }) => {
		const time = createdTime === undefined ? {} : { createdTime: fromWireTime(createdTime, 'createdTime') };
		const version = await models.register(await within(params), params.model, { ...fields, ...time, origin: source }, principal.name);
		reply.code(201);
		return version;
	});
	serve('getModelVersion', async ({ params }) => models.getVersion(await within(params), params.model, params.version));
	serve('updateModelVersion', async ({ params, body, principal }) =>
		models.updateVersion(await within(params), params.model, params.version, body, principal.name),
	);
	serve('completeModelVersion', async ({ params, principal }) =>
		models.complete(await within(params), params.model, params.version, principal.name),
	);
	serve('deleteModelVersion', async ({ params, principal }) =>
		models.removeVersion(await within(params), params.model, params.version, principal.name),
	);
	serve('setModelAlias', async ({ params, body, principal }) =>
		models.setAlias(await within(params), params.model, params.alias, body.version, principal.name),
	);
	serve('deleteModelAlias', async ({ params, principal }) => {
		await models.removeAlias(await within(params), params.model, params.alias, principal.name);
	});
	serve('listModelFiles', async ({ params, query }) =>
		models.files(await within(params), params.model, params.version, { ...query, limit: query.limit ?? PAGE_DEFAULT }),
	);
	serve('readModelFile', async ({ params, request, reply }) => {
		const file = await models.file(await within(params), params.model, params.version, params['*']);
		const head = { path: file.path, contentType: 'application/octet-stream', isAttachment: true };
		return sendContent(request, reply, { ...head, sha256: file.sha256, sizeBytes: file.size_bytes }, (range) => models.read(file, range));
	});
	serve('writeModelFile', async ({ params, request, reply }) => {
		const given = { path: params['*'], sha256: announcedHash(request.headers['x-content-sha256']) };
		reply.code(201);
		return models.putFile(await within(params), params.model, params.version, given, bodyBytes(request, LIMITS.artifactBytes.max));
	});
	serve('appendModelFile', async ({ params, query, request }) => {
		const chunk = { ...query, path: params['*'] };
		return models.appendFile(await within(params), params.model, params.version, chunk, bodyBytes(request, LIMITS.uploadChunkBytes.max));
	});
}
