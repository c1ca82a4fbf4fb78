#!/usr/bin/env node
/**
 * The `runstead` program: what was compiled of it, or its sources where those have changed since. What Node makes of either is kept from
 * one start to the next: a start is quicker, and what turns TypeScript into JavaScript, which weighs some 30 MB, is never loaded. Hence
 * plain JavaScript here, which an older Node understands too.
 */
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';

/** The first Node that runs TypeScript and has SQLite as they are used here. */
const OLDEST_NODE = 24;

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
	const { runWithOwnNode } = await import('./own-node.mjs');
	runWithOwnNode(OLDEST_NODE);
} else {
	// In a folder of this user alone, since what lies there is run.
	module.enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'runstead', 'compiled'));

	// Most of what is loaded stays: room for young objects would only grow, by some 15 MB, and not be used. A server lets it grow later.
	setFlagsFromString('--semi-space-growth-factor=1');

	const { COMPILED_PROGRAM, isProgramCompiled } = await import('./compiled-program.mjs');
	if (isProgramCompiled()) {
		// Stack traces name the sources.
		process.setSourceMapsEnabled(true);
		await import(COMPILED_PROGRAM);
	} else await import('./main.ts');
}
