/** Where the files of a version come from: each content is held anew, so that a version stays whatever becomes of its origin. */
import { checkFilePath, RunsteadError } from '@runstead/contract';
import type { FileSets, HeldContent } from '../../storage/file-sets.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { DatastoreService } from '../datastores/service.ts';
import type { RunFileService } from '../run-files/service.ts';
import type { RunService } from '../runs/service.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';

/** A file or folder of a run or a datastore, a whole file set, files that follow, or none that are kept here. */
export type ModelOrigin =
	| { readonly runId: string; readonly path: string }
	| { readonly datastore: string; readonly path: string }
	| { readonly fileSet: string }
	| { readonly uri: string }
	| { readonly upload: true };

export interface ContentSources {
	readonly runs: RunService;
	readonly runFiles: RunFileService;
	readonly datastores: DatastoreService;
	readonly fileSets: FileSets;
}

/** The origin as an address, where a foreign protocol gave none of its own. */
export function addressOf(origin: ModelOrigin, name: string, version: number): string {
	if ('runId' in origin) return `runs:/${origin.runId}/${origin.path}`;
	if ('datastore' in origin) return `datastore:/${origin.datastore}/${origin.path}`;
	return 'uri' in origin ? origin.uri : `models:/${name}/${version}`;
}

/** @throws {RunsteadError} not-found for a run or datastore that is not there, or of another workspace; invalid-path. */
export async function contentsOf(
	unit: UnitOfWork,
	workspace: WorkspaceRecord,
	origin: ModelOrigin,
	{ runs, runFiles, datastores, fileSets }: ContentSources,
): Promise<HeldContent[]> {
	if ('uri' in origin || 'upload' in origin) return [];
	if ('fileSet' in origin) {
		const files = await fileSets.list(origin.fileSet, { limit: Number.MAX_SAFE_INTEGER }, unit.db);
		return files.map(({ path, sha256, size_bytes }) => ({ path, sha256, sizeBytes: size_bytes }));
	}
	if (origin.path !== '') checkFilePath(origin.path);
	return relativeTo(origin.path, await below());

	async function below(): Promise<HeldContent[]> {
		if ('datastore' in origin) return datastores.contentsBelowIn(unit, workspace, origin.datastore, origin.path);
		const { runId, path } = origin as { runId: string; path: string };
		const run = await runs.find(runId, unit.db);
		if (run.workspace_key !== workspace.key) throw new RunsteadError('not-found', { noun: 'run', given: runId });
		return runFiles.contentsBelowIn(unit, run, path);
	}
}

/** Paths from the last name of the origin on: of `outputs/model`, `model/MLmodel`. */
function relativeTo(path: string, contents: readonly HeldContent[]): HeldContent[] {
	const skipped = path.lastIndexOf('/') + 1;
	return contents.map((content) => ({ ...content, path: content.path.slice(skipped) }));
}
