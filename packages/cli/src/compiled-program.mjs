/**
 * The program compiled to a few files, which start in half the time: where it lies, and whether it is what the sources say.
 * Plain JavaScript, because it is asked before anything is installed, and before anything of ours is loaded.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CLONE = fileURLToPath(new URL('../../..', import.meta.url));

/** Made by `scripts/compile-program.ts`. */
export const COMPILED_FOLDER = fileURLToPath(new URL('../dist', import.meta.url));

/** The address of its module. */
export const COMPILED_PROGRAM = new URL('../dist/main.mjs', import.meta.url).href;

/** Names the files it was made of, and how each was when it was read: `[path in the clone, size in bytes, milliseconds of its last change]`. */
export const SOURCES_FILE = join(COMPILED_FOLDER, 'sources.json');

/**
 * How a source is now, to be compared with how it was.
 * @param {string} path in the clone
 * @returns {[string, number, number]}
 */
export function stateOfSource(path) {
	const entry = statSync(join(CLONE, path), { throwIfNoEntry: false });
	return [path, entry?.size ?? 0, entry?.mtimeMs ?? 0];
}

/** Whether a program was compiled and none of its sources has changed since: it takes some 5 ms to tell. */
export function isProgramCompiled() {
	/** @type {[string, number, number][]} */
	let sources;
	try {
		sources = JSON.parse(readFileSync(SOURCES_FILE, 'utf8'));
	} catch {
		return false;
	}
	return sources.every(([path, sizeBytes, changedMs]) => {
		const [, sizeNow, changedNow] = stateOfSource(path);
		return sizeNow === sizeBytes && changedNow === changedMs;
	});
}
