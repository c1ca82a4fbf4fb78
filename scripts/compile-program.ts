/**
 * Compiles command line and server to a few files of JavaScript beside their sources, with what each start loads of libraries: a thousand
 * files take longer to find and open than to run. The sources stay what is read, checked, tested in process and named in stack traces;
 * `packages/cli/src/compiled-program.mjs` says when they are run themselves.
 */
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Plugin, RolldownMagicString, rolldown } from 'rolldown';
import { COMPILED_FOLDER, SOURCES_FILE, stateOfSource } from '../packages/cli/src/compiled-program.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The program, and what it starts as processes and threads of their own. */
const ENTRIES = [
	'packages/cli/src/main.ts',
	'packages/server/src/engines/query-engine/engine-process.ts',
	'packages/server/src/capabilities/run-files/line-search-worker.ts',
	'packages/server/src/storage/sqlite-worker-thread.ts',
];

/** What is loaded when it is needed, or is not JavaScript alone, stays in node_modules. */
const LEFT_OUT = [/^@duckdb\//, /^@kusto\//, /^@aws-sdk\//, /^@azure\//, 'kafkajs', 'nodemailer', 'pg', 'rhea'];

const KEPT_MS = 7 * 24 * 3_600_000;

const entryNameOf = (path: string): string => basename(path, '.ts');

/** Of every source of ours, how it was before it was read. */
const sources = new Map<string, readonly [string, number, number]>();

const keepSources: Plugin = {
	name: 'keep-sources',
	load(id) {
		if (id.startsWith(ROOT) && !id.includes(`${sep}node_modules${sep}`)) sources.set(id, stateOfSource(relative(ROOT, id)));
		return null;
	},
};

const ENTRY_ADDRESS = /new URL\('(\.[^']+\.ts)', import\.meta\.url\)/g;

/** Addresses relative to a source become relative to what was compiled: of other entries, and of files that stay where they are. */
const keepAddresses: Plugin = {
	name: 'keep-addresses',
	transform: {
		filter: { id: /packages[\\/][a-z]+[\\/]src/, code: 'import.meta.url' },
		handler(code, id) {
			const changed = new RolldownMagicString(code);
			for (const { index, 0: text, 1: path = '' } of code.matchAll(ENTRY_ADDRESS)) {
				const entry = ENTRIES.find((one) => join(ROOT, one) === join(id, '..', path));
				if (entry === undefined)
					throw new Error(`${id} starts ${path}, which is none of the entries of the compiled program: add it to them.`);
				changed.overwrite(index, index + text.length, `new URL('./${entryNameOf(entry)}.mjs', import.meta.url)`);
			}
			const place = relative(COMPILED_FOLDER, id).split(sep).join('/');
			const own = `new URL(${JSON.stringify(place)}, import.meta.url).href`;
			for (const { index, 0: text } of code.replace(ENTRY_ADDRESS, (match) => ' '.repeat(match.length)).matchAll(/import\.meta\.url/g)) {
				changed.overwrite(index, index + text.length, own);
			}
			return { code: changed };
		},
	},
};

const HTTP = '\0node-http';

/** Imported as a module, `node:http` reads each of its own exports, and one of them loads the whole of undici: a tenth of a start. */
const lazyHttp: Plugin = {
	name: 'lazy-http',
	resolveId: (source) => (source === 'node:http' || source === 'http' ? HTTP : null),
	load: (id) => (id === HTTP ? { code: "module.exports = process.getBuiltinModule('node:http');", moduleType: 'js' } : null),
};

const bundle = await rolldown({
	input: Object.fromEntries(ENTRIES.map((path) => [entryNameOf(path), join(ROOT, path)])),
	platform: 'node',
	external: LEFT_OUT,
	plugins: [keepSources, keepAddresses, lazyHttp],
});
rmSync(SOURCES_FILE, { force: true });
await bundle.write({
	dir: COMPILED_FOLDER,
	format: 'esm',
	sourcemap: true,
	entryFileNames: '[name].mjs',
	chunkFileNames: '[name]-[hash].mjs',
});
await bundle.close();
// A server that runs may still ask for a part of the program it was started as.
const outdatedMs = Date.now() - KEPT_MS;
for (const name of readdirSync(COMPILED_FOLDER)) {
	const path = join(COMPILED_FOLDER, name);
	if (statSync(path).mtimeMs < outdatedMs) rmSync(path);
}
// Written last: a program that was compiled halfway is none.
writeFileSync(SOURCES_FILE, JSON.stringify([stateOfSource('package-lock.json'), ...sources.values()]));
