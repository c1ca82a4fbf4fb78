/** SHA-256 of the files of a backup whose name or database does not tell it: the database itself, keys and settings. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ifThere } from './durable-file.ts';

/** By path in the backup. While one is being made over an earlier one, a file may be that of either. */
export type Sums = Readonly<Record<string, readonly string[]>>;

/** Larger ones are no keys or settings. */
const SETTINGS_BYTES_MAX = 1024 * 1024;
const SECRETS = 'secrets';

const hashOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

export async function hashOfFile(file: string, sizeBytes?: number): Promise<string> {
	const hash = createHash('sha256');
	for await (const chunk of createReadStream(file, sizeBytes === undefined ? {} : { end: sizeBytes - 1 })) hash.update(chunk as Uint8Array);
	return hash.digest('hex');
}

/** Keys and settings of a data folder as they are now, by their path in it. */
export async function readSettings(dataFolder: string, isCopied: (name: string) => boolean): Promise<Map<string, Buffer>> {
	const settings = new Map<string, Buffer>();
	for (const folder of ['', SECRETS])
		for (const entry of await readdir(join(dataFolder, folder), { withFileTypes: true })) {
			const path = join(folder, entry.name);
			if (!entry.isFile() || !isCopied(entry.name)) continue;
			const facts = await ifThere(stat(join(dataFolder, path)));
			const content = facts && facts.size <= SETTINGS_BYTES_MAX ? await ifThere(readFile(join(dataFolder, path))) : null;
			if (content !== null) settings.set(path, content);
		}
	return settings;
}

export function sumsOf(contents: ReadonlyMap<string, Uint8Array>): Sums {
	return Object.fromEntries([...contents].map(([path, content]) => [path, [hashOf(content)]]));
}

/** Both count. */
export function joinSums(one: Sums, other: Sums): Sums {
	const paths = new Set([...Object.keys(one), ...Object.keys(other)]);
	return Object.fromEntries([...paths].map((path) => [path, [...new Set([...(one[path] ?? []), ...(other[path] ?? [])])]]));
}

/** Paths of what is missing or is not what it was. */
export async function findChanged(folder: string, sums: Sums): Promise<string[]> {
	const changed: string[] = [];
	for (const [path, hashes] of Object.entries(sums)) {
		const hash = await ifThere(hashOfFile(join(folder, path)));
		if (hash === null || !hashes.includes(hash)) changed.push(path);
	}
	return changed;
}
