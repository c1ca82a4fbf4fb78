/** Run files over HTTP. */
import { LIMITS, type RouteResponse, RunsteadError, type runFileRoutes } from '@runstead/contract';
import { announcedHash } from '../../http/announced-hash.ts';
import { bodyBytes, wholeBody } from '../../http/byte-body.ts';
import { startOf } from '../../http/byte-range.ts';
import { sendContent, sendGrowing, sendLines } from '../../http/content-reply.ts';
import { goneSignal } from '../../http/gone-signal.ts';
import { authorizeAgent } from '../../http/principal.ts';
import type { Toolbox } from '../../http/toolbox.ts';
import type { AgentLease } from './logs.ts';
import { presentFile, type RunFileService } from './service.ts';
import type { UploadState } from './uploads.ts';

export function serveRunFiles({ serve }: Toolbox, files: RunFileService): void {
	serve('listRunFiles', ({ params, query }) => files.list(params.run, { ...query, limit: query.limit ?? 100 }));
	serve('listRunFileVersions', async ({ params }) => ({ versions: await files.versions(params.run, params['*']) }));
	serve('getRunSpace', ({ params }) => files.space(params.run));

	serve('readRunFile', async ({ params, query, request, reply }) => {
		const file = await files.find(params.run, params['*'], query.version);
		const { path, sha256, content_type: contentType, size_bytes: sizeBytes } = file;
		const head = { path, contentType, isAttachment: query.download ?? false };
		if (query.follow && file.kind === 'log' && request.method !== 'HEAD') {
			const start = startOf(request.headers.range, sizeBytes);
			if (start === 'unsatisfiable')
				throw new RunsteadError('range-not-satisfiable', { range: request.headers.range ?? '', size: sizeBytes, path });
			const first = start ?? 0;
			return sendGrowing(reply, { ...head, isPartial: start !== null, first }, (gone) => files.follow(params.run, file, first, gone));
		}
		return sendContent(request, reply, { ...head, sizeBytes, sha256 }, (range) => files.read(file, range));
	});

	serve('searchRunFile', async ({ params, query, reply }) => {
		const { pattern = '', regex = false, caseSensitive = false, level = null, version, from = 0, limit = 1_000 } = query;
		if (pattern === '' && level === null) throw new RunsteadError('invalid-request', { what: 'Give a pattern or a level to search for.' });
		const file = await files.find(params.run, params['*'], version);
		const lines = files.search(file, { query: { pattern, regex, caseSensitive, level }, from, limit, gone: goneSignal(reply) });
		return sendLines(reply, lines);
	});

	serve('writeRunFile', async ({ params, principal, request, reply }) => {
		const body = bodyBytes(request, LIMITS.artifactBytes.max);
		const declared = { contentType: request.headers['content-type'], sha256: announcedHash(request.headers['x-content-sha256']) };
		const file = await files.putArtifact(params.run, params['*'], body, declared, principal.name);
		reply.code(201);
		return presentFile(file);
	});

	serve('deleteRunFile', ({ params, principal }) => files.delete(params.run, params['*'], principal.name));

	serve('startUpload', async ({ params, body, principal, reply }) => {
		reply.code(201);
		return presentUpload(await files.startUpload(params.run, body, principal.name));
	});
	serve('getUpload', async ({ params }) => {
		const { upload } = presentUpload(await files.getUpload(params.run, params.upload));
		if (!upload) throw new RunsteadError('not-found', { noun: 'upload', given: params.upload });
		return upload;
	});
	serve('appendUpload', async ({ params, query, principal, request }) => {
		const body = bodyBytes(request, LIMITS.uploadChunkBytes.max);
		return presentUpload(await files.appendUpload(params.run, params.upload, query.offset, body, principal.name));
	});

	serve('deliverFiles', async ({ params, body: { agent, fence, logs, artifacts }, principal }) => {
		authorizeAgent(principal, agent);
		return files.deliver(params.run, { lease: { agent, fence }, logs, artifacts });
	});
	serve('appendLog', async ({ params, query, principal, request }) => {
		if (query.agent !== undefined) authorizeAgent(principal, query.agent);
		const bytes = await wholeBody(request, LIMITS.logAppendBytes.max);
		const { offset, seal = false, writer } = query;
		return { sizeBytes: await files.appendLog(params.run, { path: params['*'], offset, bytes, seal, lease: leaseOf(query), writer }) };
	});
}

/** @throws {RunsteadError} invalid-request when one of the two is missing. */
function leaseOf({ agent, fence }: { agent?: string; fence?: number }): AgentLease | undefined {
	if (agent === undefined && fence === undefined) return undefined;
	if (agent === undefined || fence === undefined)
		throw new RunsteadError('invalid-request', { what: 'agent and fence belong together: an agent names both, others neither.' });
	return { agent, fence };
}

function presentUpload({ upload, file, ...progress }: UploadState): RouteResponse<(typeof runFileRoutes)['appendUpload']> {
	if (file) return { upload: null, file: presentFile(file) };
	const { receivedBytes } = progress as { receivedBytes: number };
	return { upload: { id: upload.id, path: upload.path, sizeBytes: upload.size_bytes, receivedBytes }, file: null };
}
