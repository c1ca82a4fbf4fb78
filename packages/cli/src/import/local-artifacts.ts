/** Artifacts that lie in folders of this machine. */
import { existsSync, openAsBlob, readdirSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceFile } from './mlflow-source.ts';

/** Whether the server gives what lies there. */
export const isProxied = (uri: string): boolean => uri.startsWith('mlflow-artifacts:');

/** The folder of this machine that an address means; null: it is none. */
export function localFolderOrNull(uri: string, { base, artifacts }: { readonly base: string; readonly artifacts: string }): string | null {
	if (isProxied(uri)) return join(artifacts, uri.replace(/^mlflow-artifacts:(\/\/[^/]*)?\/*/, ''));
	if (uri.startsWith('file:///')) return fileURLToPath(uri);
	if (uri.startsWith('file:')) return resolve(base, uri.slice('file:'.length));
	return /^[a-z][a-z0-9+.-]*:\/?/i.test(uri) && !/^[a-z]:[\\/]/i.test(uri) ? null : resolve(base, uri);
}

/** Notices when nothing of what is looked for in folders is there: they are elsewhere, or are not on this machine. */
export interface ArtifactWatch {
	readonly base: string;
	readonly artifacts: string;
	/** A folder's files, none where it is not there; null: the address means no folder of this machine. */
	filesOf(uri: string): Promise<SourceFile[] | null>;
	problems(): string[];
}

export function watchArtifacts(places: { readonly base: string; readonly artifacts: string }): ArtifactWatch {
	/** By the folder that those of all experiments lie in: whether any was there. */
	const roots = new Map<string, boolean>();
	return {
		...places,
		async filesOf(uri) {
			const folder = localFolderOrNull(uri, places);
			if (folder === null) return null;
			const root = isProxied(uri) ? places.artifacts : dirname(dirname(dirname(dirname(folder))));
			roots.set(root, roots.get(root) === true || existsSync(isProxied(uri) ? folder : root));
			return filesBelow(folder);
		},
		problems() {
			return [...roots].flatMap(([root, isFound]) => {
				// Nothing was ever written to a folder that is empty.
				if (isFound || (existsSync(root) && readdirSync(root).length === 0)) return [];
				return root === places.artifacts
					? `No artifacts came: they were looked for in ${root}, and none lies there. Name their folder with --artifacts; an empty one, if the server kept none.`
					: `No artifacts came from ${root}: it is not on this machine. Import from the server that has them, or make the folder reachable here.`;
			});
		},
	};
}

/** A file by its name, or all that lie below a folder; none where there is nothing. */
export async function filesBelow(place: string): Promise<SourceFile[]> {
	const facts = await stat(place).catch(() => null);
	if (facts === null) return [];
	if (facts.isFile()) return [{ path: place.slice(place.lastIndexOf(sep) + 1), sizeBytes: facts.size, open: () => openAsBlob(place) }];
	const entries = await readdir(place, { recursive: true, withFileTypes: true });
	const files = entries
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.toSorted();
	const found: SourceFile[] = [];
	for (const file of files)
		found.push({ path: relative(place, file).split(sep).join('/'), sizeBytes: (await stat(file)).size, open: () => openAsBlob(file) });
	return found;
}
