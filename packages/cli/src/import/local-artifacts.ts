/** Artifacts that lie in folders of this machine. */
import { openAsBlob } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceFile } from './mlflow-source.ts';

/** The folder of this machine that an address means; null: it is none. */
export function localFolderOrNull(uri: string, { base, artifacts }: { readonly base: string; readonly artifacts: string }): string | null {
	if (uri.startsWith('mlflow-artifacts:')) return join(artifacts, uri.replace(/^mlflow-artifacts:(\/\/[^/]*)?\/*/, ''));
	if (uri.startsWith('file:///')) return fileURLToPath(uri);
	if (uri.startsWith('file:')) return resolve(base, uri.slice('file:'.length));
	return /^[a-z][a-z0-9+.-]*:\/?/i.test(uri) && !/^[a-z]:[\\/]/i.test(uri) ? null : resolve(base, uri);
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
