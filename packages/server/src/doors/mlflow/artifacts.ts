/** Artifacts through the server: what clients know as `mlflow-artifacts:/…` are files of runs, and of whatever else has some. */

import type { IncomingMessage } from 'node:http';
import { checkFilePath, LIMITS } from '@runstead/contract';
import type { FastifyReply } from 'fastify';
import type { Capabilities } from '../../create-capabilities.ts';
import { bodyBytes } from '../../http/byte-body.ts';
import { sendContent } from '../../http/content-reply.ts';
import { artifactType } from './artifact-type.ts';
import { invalidParameter, MlflowError } from './errors.ts';
import { message, text } from './message.ts';
import { artifactUriOf } from './present-run.ts';
import { aboutRun, RUN_FIELDS, runIdOf } from './runs.ts';
import type { About, MlflowCall, MlflowToolbox } from './toolbox.ts';

/** What an upload from a page says of itself; the body is the file. */
const UploadQuery = message({ run_uuid: text, path: text });

export interface ArtifactEntry {
	/** Its name in the folder that was listed. */
	readonly name: string;
	readonly isFolder: boolean;
	readonly sizeBytes: number;
}

/** Where artifacts are kept: those of one run, one model, … Paths are relative to it. */
export interface ArtifactRoot {
	/** Whose permission is asked for. */
	readonly about: About;
	/** What lies in a folder; '' is the root. */
	list(folder: string): Promise<readonly ArtifactEntry[]>;
	/** How large a file is, in bytes. @throws {RunsteadError} not-found. */
	sizeOf(path: string): Promise<number>;
	/** @throws {RunsteadError} not-found. */
	send(request: IncomingMessage, reply: FastifyReply, path: string): Promise<FastifyReply>;
	put(path: string, body: AsyncIterable<Uint8Array>, contentType: string | undefined, actor: string): Promise<void>;
	/** Deletes a file, or all that lies in a folder; how many files. */
	delete(path: string, actor: string): Promise<number>;
}

/** The root that an address means, and the path within; null for one that is not of its kind. */
export type ArtifactResolver = (segments: readonly string[]) => { readonly root: ArtifactRoot; readonly path: string } | null;

/** @throws {RunsteadError} invalid-path. @throws {MlflowError} RESOURCE_DOES_NOT_EXIST for an address that is nothing's. */
export type ResolveArtifact = (address: string) => { readonly root: ArtifactRoot; readonly path: string };

/** Finds what an address means: files of a run, or of what the resolvers know. */
export function createArtifactFinder(runRoot: (run: string) => ArtifactRoot, resolvers: readonly ArtifactResolver[]): ResolveArtifact {
	const all: readonly ArtifactResolver[] = [
		([, run, kind, ...rest]) => (run !== undefined && kind === 'artifacts' ? { root: runRoot(run), path: rest.join('/') } : null),
		...resolvers,
	];
	return (address) => {
		const segments = address.split('/').filter((segment, index, { length }) => segment !== '' || (index > 0 && index < length - 1));
		for (const resolver of all) {
			const found = resolver(segments);
			if (found) return found;
		}
		if (address !== '') checkFilePath(address.replace(/\/$/, ''));
		throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `No such artifact: '${address.slice(0, 200)}'`);
	};
}

export function serveArtifacts(
	{ serve }: MlflowToolbox,
	{ search }: Pick<Capabilities, 'search'>,
	{ resolve, runRoot }: { readonly resolve: ResolveArtifact; readonly runRoot: (run: string) => ArtifactRoot },
): void {
	const addressOf = ({ params }: MlflowCall<unknown>): string => params['*'] ?? '';
	const base = '/2.0/mlflow-artifacts/artifacts';

	serve(
		{
			method: 'GET',
			path: base,
			permission: 'run.read',
			message: message({ path: text }),
			about: null,
		},
		async ({ message: { path = '' }, authorize }) => {
			const found = nullIfNothing(() => resolve(withoutDots(path)));
			if (found === null) return {};
			const { root, path: folder } = found;
			await authorize(root.about);
			return filesReply((await root.list(folder)).map((entry) => ({ ...entry, path: entry.name })));
		},
	);

	serve({ method: ['GET', 'HEAD'], path: `${base}/*`, permission: 'run.read', isByteBody: true, about: null }, async (call) => {
		const { root, path } = resolve(withoutDots(addressOf(call)));
		await call.authorize(root.about);
		return root.send(call.request, call.reply, path);
	});

	serve({ method: 'PUT', path: `${base}/*`, permission: 'run.write', isByteBody: true, about: null }, async (call) => {
		const { root, path } = resolve(addressOf(call));
		await call.authorize(root.about);
		const contentType = call.request.headers['content-type'];
		await root.put(path, bodyBytes(call.request, LIMITS.artifactBytes.max), contentType, call.principal.name);
		return {};
	});

	serve({ method: 'DELETE', path: `${base}/*`, permission: 'run.write', isByteBody: true, about: null }, async (call) => {
		const { root, path } = resolve(addressOf(call));
		await call.authorize(root.about);
		if ((await root.delete(path, call.principal.name)) === 0)
			throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `No such artifact: '${path}'`);
		return {};
	});

	serve(
		{
			method: 'GET',
			path: '/2.0/mlflow/artifacts/list',
			permission: 'run.read',
			message: message({ ...RUN_FIELDS, path: text, page_token: text }),
			about: aboutRun,
		},
		async ({ message: { path = '', ...named } }) => {
			const id = runIdOf(named);
			const folder = withoutEndingSlash(withoutDots(path));
			const entries = await runRoot(id).list(folder);
			const files = entries.map((entry) => ({ ...entry, path: folder === '' ? entry.name : `${folder}/${entry.name}` }));
			return { root_uri: artifactUriOf(await search.run(id)), ...filesReply(files) };
		},
	);

	serve(
		{
			method: 'GET',
			path: '/get-artifact',
			isAtRoot: true,
			permission: 'run.read',
			message: message({ ...RUN_FIELDS, path: text }, ['path']),
			about: aboutRun,
		},
		async ({ message: { path, ...named }, request, reply }) => runRoot(runIdOf(named)).send(request, reply, path),
	);

	serve({ method: 'POST', path: '/2.0/mlflow/upload-artifact', permission: 'run.write', isByteBody: true, about: null }, async (call) => {
		const { run_uuid: run, path } = UploadQuery.readQuery(call.query);
		if (!run) throw invalidParameter('Request must specify run_uuid.');
		if (!path) throw invalidParameter('Request must specify path.');
		checkFilePath(path);
		if (call.bodyBytes === 0 && call.request.headers['transfer-encoding'] === undefined)
			throw invalidParameter('Request must specify data.');
		const root = runRoot(run);
		await call.authorize(root.about);
		await root.put(path, bodyBytes(call.request, LIMITS.artifactBytes.max), undefined, call.principal.name);
		return {};
	});
}

function nullIfNothing<Found>(find: () => Found): Found | null {
	try {
		return find();
	} catch (error) {
		if (error instanceof MlflowError && error.code === 'RESOURCE_DOES_NOT_EXIST') return null;
		throw error;
	}
}

/** Clients that are asked for "." ask for it within each path that they read. */
export function withoutDots(path: string): string {
	return path
		.split('/')
		.filter((segment) => segment !== '.')
		.join('/');
}

function withoutEndingSlash(path: string): string {
	return path.replace(/\/$/, '');
}

function filesReply(entries: readonly (ArtifactEntry & { readonly path: string })[]): object {
	if (entries.length === 0) return {};
	return {
		files: entries.map(({ path, isFolder, sizeBytes }) => ({ path, is_dir: isFolder, ...(!isFolder && { file_size: sizeBytes }) })),
	};
}

/** The artifacts of runs. */
export function createRunRoots({ runFiles }: Pick<Capabilities, 'runFiles'>): (runId: string) => ArtifactRoot {
	return (runId) => ({
		about: { run: runId },
		list: (folder) => runFiles.listFolder(runId, withoutEndingSlash(folder)),
		sizeOf: async (path) => (await runFiles.find(runId, path)).size_bytes,
		async send(request, reply, path) {
			const file = await runFiles.find(runId, path);
			const { size_bytes: sizeBytes, sha256 } = file;
			return sendContent(request, reply, { path, contentType: artifactType(path), isAttachment: true, sizeBytes, sha256 }, (range) =>
				runFiles.read(file, range),
			);
		},
		async put(path, body, contentType, actor) {
			await runFiles.putArtifact(runId, path, body, { contentType }, actor);
		},
		async delete(path, actor) {
			const files = await runFiles.pathsBelow(runId, withoutEndingSlash(path));
			for (const file of files) await runFiles.delete(runId, file, actor);
			return files.length;
		},
	});
}
