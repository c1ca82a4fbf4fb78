/** Containers of files, by origin and name: those of a run, those that were uploaded for a model to come, and those of a model. */
import { RunsteadError } from '@runstead/contract';
import type { FilePlace } from '../../capabilities/access/service.ts';
import type { Capabilities } from '../../create-capabilities.ts';
import { RUN_ORIGIN } from './artifact-reference.ts';
import { decodeAsset, isAsset } from './assets.ts';
import type { AzureCall } from './toolbox.ts';

/** Files that a client uploads before it says what they are. */
export const UPLOAD_ORIGIN = 'LocalUpload';
/** Files of registered models; a container has those of one version. */
export const MODEL_ORIGIN = 'Model';
/** How the containers of runs are called: `dcid.` and the id of the run. */
const RUN_CONTAINER = /^dcid\.(.+)$/s;
const UPLOAD_CONTAINER = /^[\w.-]{1,128}$/;
const FILES_PER_PAGE = 500;

export interface ContainedFile {
	readonly path: string;
	readonly sha256: string | null;
	readonly createdTime: string | null;
}

export interface Container {
	readonly origin: string;
	readonly name: string;
	placeOf(path: string): FilePlace;
	/** @throws {RunsteadError} not-found. */
	find(path: string): Promise<void>;
	list(prefix: string, token: string | undefined): Promise<{ files: readonly ContainedFile[]; continuationToken: string | null }>;
}

/** The run of a container's name; null if it is none of a run. */
export function runOfContainer(origin: string, name: string): string | null {
	return origin.toLowerCase() === RUN_ORIGIN.toLowerCase() ? (RUN_CONTAINER.exec(name)?.[1] ?? null) : null;
}

export function createContainerFinder({ runFiles, uploads, models }: Capabilities) {
	const ofRun = (origin: string, name: string, run: string): Container => ({
		origin,
		name,
		placeOf: (path) => ({ run, path }),
		async find(path) {
			await runFiles.find(run, path);
		},
		async list(prefix, cursor) {
			const page = await runFiles.list(run, {
				...(prefix !== '' && prefix !== '/' && { prefix }),
				limit: FILES_PER_PAGE,
				...(cursor && { cursor }),
			});
			return { files: page.files, continuationToken: page.nextCursor };
		},
	});

	const ofSet = (origin: string, name: string, fileSet: string): Container => ({
		origin,
		name,
		placeOf: (path) => ({ fileSet, path }),
		async find(path) {
			await uploads.find(fileSet, path);
		},
		async list(prefix, after) {
			const files = await uploads.list(fileSet, { prefix: prefix === '/' ? '' : prefix, limit: FILES_PER_PAGE, ...(after && { after }) });
			// Of a model, what lies in the folder is meant, and not its siblings that begin so.
			const wanted = files.filter(({ path }) => prefix === '' || path === prefix || path.startsWith(prefix.replace(/\/?$/, '/')));
			return {
				files: wanted.map(({ path, sha256 }) => ({ path, sha256, createdTime: null })),
				continuationToken: files.length === FILES_PER_PAGE ? (files.at(-1)?.path ?? null) : null,
			};
		},
	});

	/** @throws {RunsteadError} not-found for a container that is none of the workspace; forbidden. */
	return async (call: AzureCall): Promise<Container> => {
		const { origin = '', container: name = '' } = call.params;
		const run = runOfContainer(origin, name);
		if (run !== null) {
			await call.authorizeRun(run);
			return ofRun(origin, name, run);
		}
		const kind = origin.toLowerCase();
		if (kind === UPLOAD_ORIGIN.toLowerCase() && UPLOAD_CONTAINER.test(name))
			return ofSet(origin, name, uploads.fileSetOf(call.workspace, name));
		if (kind === MODEL_ORIGIN.toLowerCase() && isAsset(name)) {
			const asset = decodeAsset(name);
			const files = 'model' in asset ? await models.originOf(call.workspace, asset.model, asset.version) : null;
			if (files && 'fileSet' in files) return ofSet(origin, name, files.fileSet);
		}
		throw new RunsteadError('not-found', { noun: 'container', given: `${origin}/${name}` });
	};
}
