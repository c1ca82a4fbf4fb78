/** For a start with a Node that is too old: hands over to the one that Runstead brings with it. Plain JavaScript, since that Node reads it. */
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(realpathSync(fileURLToPath(import.meta.url)));
/** A terminal sends its Ctrl-C to both processes. @type {NodeJS.Signals[]} */
const FORWARDED = process.stdin.isTTY || process.stderr.isTTY ? ['SIGTERM', 'SIGHUP'] : ['SIGTERM', 'SIGHUP', 'SIGINT'];

function ownNodeOrNull() {
	for (let folder = HERE; folder !== parse(folder).root; folder = dirname(folder)) {
		const node = join(folder, 'node_modules', '.bin', 'node');
		if (existsSync(node)) return node;
	}
	return null;
}

/** Runs this very command with it, and ends as it ends. @param {number} oldest */
export function runWithOwnNode(oldest) {
	const node = ownNodeOrNull();
	// Were it too old as well, it would hand over to itself for ever.
	if (node === null || process.env.RUNSTEAD_OWN_NODE) {
		process.stderr.write(
			`error: Runstead needs Node ${oldest} or newer, and this is ${process.version} (${process.execPath}).\n` +
				`  Run "npm ci" in ${join(HERE, '../../..')}, which brings the right one, or put a newer Node first on the PATH.\n`,
		);
		process.exitCode = 1;
		return;
	}
	const child = spawn(node, [join(HERE, 'runstead.mjs'), ...process.argv.slice(2)], {
		stdio: 'inherit',
		env: { ...process.env, RUNSTEAD_OWN_NODE: '1' },
	});
	process.on('SIGINT', () => {});
	for (const signal of FORWARDED) process.on(signal, () => child.kill(signal));
	child.on('error', (error) => {
		process.stderr.write(`error: The Node of Runstead cannot be started: ${error.message}.\n`);
		process.exitCode = 1;
	});
	child.on('close', (code, signal) => {
		process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
	});
}
