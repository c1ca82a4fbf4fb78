/** Artifacts of what is no run: logged models, traces, and versions of registered models. */
import type { Readable } from 'node:stream';
import { type ModelVersion, RunsteadError } from '@runstead/contract';
import type { Capabilities } from '../../create-capabilities.ts';
import { sendContent } from '../../http/content-reply.ts';
import type { ByteRange } from '../../storage/blobs.ts';
import type { FileSetFile } from '../../storage/file-sets.ts';
import { artifactType } from './artifact-type.ts';
import type { ArtifactEntry, ArtifactResolver, ArtifactRoot } from './artifacts.ts';
import type { About } from './toolbox.ts';

/** Files of one owner, as the capability that keeps them offers them. */
interface Files {
	files(query: { prefix: string; limit: number }): Promise<readonly Pick<FileSetFile, 'path' | 'size_bytes'>[]>;
	file(path: string): Promise<FileSetFile>;
	read(file: FileSetFile, range: ByteRange): Readable;
	put(path: string, body: AsyncIterable<Uint8Array>): Promise<unknown>;
	remove(path: string): Promise<number>;
}

/** More than one owner has. */
const FILES_MAX = 1_000_000;

const VERSIONS_ROOT = 'registered-models';

/** Where clients find the files of a version that this server keeps, where its source is no such place. */
export function versionArtifacts({ workspaceId, name, version }: ModelVersion, folder: string): string {
	const place = [VERSIONS_ROOT, workspaceId, encodeURIComponent(name), version, ...(folder === '' ? [] : [folder])];
	return `mlflow-artifacts:/${place.join('/')}`;
}

function rootOver(about: About, { files, file, read, put, remove }: Files): ArtifactRoot {
	const folderOf = (path: string): string => path.replace(/\/+$/, '');
	return {
		about,
		async list(folder) {
			const prefix = folderOf(folder) === '' ? '' : `${folderOf(folder)}/`;
			const folders = new Map<string, ArtifactEntry>();
			const entries: ArtifactEntry[] = [];
			for (const { path, size_bytes } of await files({ prefix, limit: FILES_MAX })) {
				const [name = '', ...below] = path.slice(prefix.length).split('/');
				if (below.length === 0) entries.push({ name, isFolder: false, sizeBytes: size_bytes });
				else folders.set(name, { name, isFolder: true, sizeBytes: 0 });
			}
			return [...folders.values(), ...entries].toSorted((one, other) => (one.name < other.name ? -1 : 1));
		},
		sizeOf: async (path) => (await file(path)).size_bytes,
		async send(request, reply, path) {
			const found = await file(path);
			const head = { path, contentType: artifactType(path), isAttachment: true };
			return sendContent(request, reply, { ...head, sizeBytes: found.size_bytes, sha256: found.sha256 }, (range) => read(found, range));
		},
		async put(path, body) {
			await put(path, body);
		},
		delete: (path) => remove(folderOf(path)),
	};
}

export function createArtifactRoots({ loggedModels, traces, models, workspaces }: Capabilities): readonly ArtifactResolver[] {
	const ofLoggedModel: ArtifactResolver = ([experiment, kind, id, artifacts, ...rest]) => {
		if (experiment === undefined || kind !== 'models' || id === undefined || artifacts !== 'artifacts') return null;
		const root = rootOver(
			{ experiment },
			{
				files: (query) => loggedModels.files(id, query),
				file: (path) => loggedModels.file(id, path),
				read: loggedModels.read,
				put: (path, body) => loggedModels.putFile(id, { path }, body),
				remove: (path) => loggedModels.removeFiles(id, path),
			},
		);
		return { root, path: rest.join('/') };
	};

	const ofTrace: ArtifactResolver = ([experiment, kind, id, artifacts, ...rest]) => {
		if (experiment === undefined || kind !== 'traces' || id === undefined || artifacts !== 'artifacts') return null;
		const root = rootOver(
			{ experiment },
			{
				files: (query) => traces.files(id, query),
				file: (path) => traces.file(id, path),
				read: traces.read,
				put: (path, body) => traces.putFile(id, path, body),
				remove: (path) => traces.removeFiles(id, path),
			},
		);
		return { root, path: rest.join('/') };
	};

	/** Read only: a version never changes its files. */
	const ofVersion: ArtifactResolver = ([kind, workspaceId, encodedName, version, ...rest]) => {
		if (kind !== VERSIONS_ROOT || workspaceId === undefined || encodedName === undefined || version === undefined) return null;
		const name = decodeURIComponent(encodedName);
		const refuse = (): never => {
			throw new RunsteadError('model-not-pending', { model: name, version, status: 'ready' });
		};
		const within = () => workspaces.find(workspaceId);
		const root = rootOver(
			{ workspace: workspaceId },
			{
				async files({ prefix, limit }) {
					const { files } = await models.files(await within(), name, version, { prefix, limit });
					return files.map(({ path, sizeBytes }) => ({ path, size_bytes: sizeBytes }));
				},
				file: async (path) => models.file(await within(), name, version, path),
				read: models.read,
				put: refuse,
				remove: refuse,
			},
		);
		return { root, path: rest.join('/') };
	};

	return [ofLoggedModel, ofTrace, ofVersion];
}
