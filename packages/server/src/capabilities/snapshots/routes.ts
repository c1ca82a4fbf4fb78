/** Snapshots over HTTP. */
import { Readable } from 'node:stream';
import { LIMITS } from '@runstead/contract';
import { bodyBytes } from '../../http/byte-body.ts';
import { sendContent } from '../../http/content-reply.ts';
import type { Toolbox } from '../../http/toolbox.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import type { SnapshotService } from './service.ts';

export function serveSnapshots({ serve }: Toolbox, snapshots: SnapshotService, workspaces: WorkspaceService): void {
	serve('checkSnapshot', async ({ params, body }) => ({
		missing: await snapshots.check(await workspaces.find(params.workspace), body.files),
	}));
	serve('uploadSnapshotContent', async ({ params, request, reply }) => {
		const workspace = await workspaces.find(params.workspace);
		reply.code(201);
		return snapshots.addContent(workspace, params.sha256, bodyBytes(request, LIMITS.snapshotBytes.max));
	});
	serve('createSnapshot', async ({ params, body, reply }) => {
		const { snapshot, created } = await snapshots.create(await workspaces.find(params.workspace), body.files);
		reply.code(created ? 201 : 200);
		return snapshot;
	});
	serve('getSnapshot', async ({ params }) => snapshots.get(await workspaces.find(params.workspace), params.snapshot));
	serve('readSnapshotFile', async ({ params, request, reply }) => {
		const file = await snapshots.file(await workspaces.find(params.workspace), params.snapshot, params['*']);
		return sendContent(request, reply, { ...file, contentType: 'application/octet-stream', isAttachment: false }, (range) =>
			snapshots.read(file, range),
		);
	});
	serve('downloadSnapshot', async ({ params, request, reply }) => {
		const snapshot = await snapshots.get(await workspaces.find(params.workspace), params.snapshot);
		reply.type('application/zip').headers({ 'content-disposition': `attachment; filename="${snapshot.id}.zip"`, etag: `"${snapshot.id}"` });
		return reply.send(request.method === 'HEAD' ? Readable.from([]) : snapshots.zip(snapshot));
	});
}
