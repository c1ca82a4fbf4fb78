/** Finds a Python that can run jobs. Plain JavaScript, because scripts/prepare.mjs needs it before any package is installed. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

const OLDEST_PYTHON = Object.freeze([3, 9]);

const PROBE = 'import sys; print(sys.executable); print("%d.%d.%d" % sys.version_info[:3])';

/**
 * What to do when there is no usable Python.
 * @param {readonly { command: string, version: string }[]} tooOld
 */
function explanation(tooOld) {
	const oldest = OLDEST_PYTHON.join('.');
	const found = tooOld.map(({ command, version }) => `${command} is Python ${version}`).join(', ');
	return [
		`Runstead runs jobs with Python ${oldest} or newer, and ${found === '' ? 'there is none on the PATH' : `found only older ones: ${found}`}.`,
		`Install it (Debian, Ubuntu: apt install python3; macOS: brew install python; or python.org), or set RUNSTEAD_PYTHON to one.`,
	].join('\n');
}

/**
 * The first of `RUNSTEAD_PYTHON`, `python3` and `python` that runs and is new enough.
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<{ path: string, version: string }>} rejects with what to install when there is none
 */
export async function findPython(environment = process.env) {
	const chosen = environment.RUNSTEAD_PYTHON;
	const tooOld = [];
	for (const command of chosen ? [chosen] : ['python3', 'python']) {
		const output = await run(command, ['-c', PROBE], { env: environment, timeout: 20_000 }).catch(() => null);
		if (output === null) continue;
		const [path = command, version = '0'] = output.stdout.trim().split(/\r?\n/);
		const [major = 0, minor = 0] = version.split('.').map(Number);
		const [oldestMajor = 0, oldestMinor = 0] = OLDEST_PYTHON;
		if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return { path, version };
		tooOld.push({ command, version });
	}
	throw new Error(explanation(tooOld));
}
