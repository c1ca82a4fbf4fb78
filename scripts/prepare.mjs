/**
 * Makes a clone ready to run: dependencies, Python, studio; does only what is not done yet, and costs next to nothing when all is.
 * Plain JavaScript, because it runs on the Node that happens to be there (20 or newer) before the pinned one is installed.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isProgramCompiled } from '../packages/cli/src/compiled-program.mjs';
import { findPython } from '../packages/cli/src/find-python.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const bin = join(modules, '.bin');

/** The oldest Node that runs this file, and the oldest that runs TypeScript and SQLite without flags where no pinned one can be had. */
const OLDEST_NODE_TO_PREPARE = 20;
const OLDEST_NODE_TO_RUN = 24;

/** A failure whose message says what to do; shown without a stack, after what the program that failed had printed. */
class Unprepared extends Error {
	/**
	 * @param {string} message
	 * @param {string} output
	 */
	constructor(message, output = '') {
		super(message);
		this.output = output;
	}
}

const terminal = process.stderr.isTTY === true;
const colour = terminal && !process.env.NO_COLOR;

/** @param {string} text */
const dim = (text) => (colour ? `\u001b[2m${text}\u001b[22m` : text);

/** @param {number} startedMs */
const seconds = (startedMs) => `${Math.round((performance.now() - startedMs) / 1000)} s`;

/**
 * Shows one line while `work` goes on, with the seconds it takes on a terminal, and how long it took at the end. Elsewhere, as in a log,
 * it says now and then that it goes on.
 * @param {string} doing
 * @param {string} done
 * @param {() => Promise<void>} work
 * @param {() => string} progress how far it is
 */
async function step(doing, done, work, progress = () => '') {
	const startedMs = performance.now();
	const state = () => [progress(), seconds(startedMs)].filter((part) => part !== '').join(', ');
	const show = () => process.stderr.write(terminal ? `\r\u001b[2K  ${doing} ${dim(state())}` : `  … ${state()}\n`);
	if (!terminal) process.stderr.write(`  ${doing} …\n`);
	else show();
	const timer = setInterval(show, terminal ? 1_000 : 10_000);
	try {
		await work();
		process.stderr.write(`${terminal ? '\r\u001b[2K' : ''}  ${done} ${dim(`(${seconds(startedMs)})`)}\n`);
	} catch (error) {
		process.stderr.write(terminal ? '\r\u001b[2K' : '');
		throw error;
	} finally {
		clearInterval(timer);
	}
}

/**
 * Runs a program in the clone and keeps what it prints for the case that it fails.
 * @param {string} program
 * @param {string[]} args
 * @param {string} folder
 * @param {string} adviceOnFailure
 */
async function quietly(program, args, folder, adviceOnFailure) {
	/** @type {Buffer[]} */
	const output = [];
	const path = `${bin}${delimiter}${process.env.PATH ?? ''}`;
	const child = spawn(program, args, {
		cwd: folder,
		env: { ...process.env, PATH: path, ...(terminal ? {} : { NO_COLOR: '1', FORCE_COLOR: '0' }) },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
	const ended = await new Promise((resolve) => {
		child.on('error', (error) => resolve(error.message));
		child.on('close', (code, signal) => resolve(code === 0 ? null : (signal ?? `exit code ${code}`)));
	});
	if (ended === null) return;
	const command = [program, ...args].join(' ');
	throw new Unprepared(`${command} failed (${ended}); what it printed is above.\n${adviceOnFailure}`, Buffer.concat(output).toString());
}

/** @param {string} path */
const readOrEmpty = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/** @param {string | Buffer} content */
const sha256 = (content) => createHash('sha256').update(content).digest('hex');

/**
 * Whether a package of this repository is where others find it, and its commands too.
 * @param {string} folder
 * @param {Record<string, string>} commands
 */
function isLinked(folder, commands) {
	return Object.entries(commands).every(([name, file]) => {
		const link = join(bin, name);
		return existsSync(link) && realpathSync(link) === realpathSync(join(root, folder, file));
	});
}

/**
 * Whether what npm put in node_modules is what package-lock.json asks for, whoever ran npm.
 * @param {string} lockText
 */
function isInstalled(lockText) {
	const installedText = readOrEmpty(join(modules, '.package-lock.json'));
	if (installedText === '') return false;
	const wanted = JSON.parse(lockText).packages;
	const installed = JSON.parse(installedText).packages;
	return Object.entries(wanted).every(([path, { version, optional, link, bin: commands = {} }]) => {
		if (link) return existsSync(join(root, path));
		if (!path.startsWith('node_modules/')) return isLinked(path, commands);
		return path in installed ? installed[path].version === version : optional === true;
	});
}

/**
 * Where packages will lie that every machine gets: those for one platform alone are left out.
 * @param {string} lockText
 */
function placesOf(lockText) {
	return Object.entries(JSON.parse(lockText).packages)
		.filter(([path, { link, optional }]) => path.startsWith('node_modules/') && !link && optional !== true)
		.map(([path]) => join(root, path, 'package.json'));
}

async function prepareDependencies() {
	const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
	const stamp = join(modules, '.runstead-install');
	const key = sha256(`${process.platform} ${process.arch}\n${lock}`);
	if (readOrEmpty(stamp) === key) return;
	if (!isInstalled(lock)) {
		const places = placesOf(lock);
		const progress = () => `${places.filter((place) => existsSync(place)).length} of ${places.length} packages`;
		const npm = process.env.npm_execpath;
		const [program, first] = npm ? [process.execPath, [npm]] : ['npm', []];
		const advice = 'Check the network (and a proxy, if there is one), then run the command again.';
		const install = () => quietly(program, [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], root, advice);
		await step('Installing dependencies, once', 'Dependencies installed', install, progress);
	}
	await prepareNode();
	writeFileSync(stamp, key);
}

/** The scripts of package.json run on the first `node` of the PATH, which npm begins with node_modules/.bin. */
async function prepareNode() {
	const pinned = join(bin, 'node');
	if (existsSync(pinned)) {
		const child = spawn(pinned, ['--version'], { stdio: 'ignore' });
		const works = await new Promise((resolve) => {
			child.on('error', () => resolve(false));
			child.on('close', (code) => resolve(code === 0));
		});
		if (works) return;
		// Built for another C library (Alpine Linux): the machine's own Node must do.
		rmSync(pinned);
	}
	if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE_TO_RUN) return;
	throw new Unprepared(
		`For this machine (${process.platform} ${process.arch}) npm has no Node that Runstead could bring along, and ${process.execPath} is ${process.version}.\n` +
			`Install Node ${OLDEST_NODE_TO_RUN} or newer (nodejs.org, or your package manager), then run the command again.`,
	);
}

/**
 * Asks Python for its version again only when the PATH leads to another one: starting it takes longer than all the rest.
 * Gives what remembers the answer, once there is a place for it.
 */
async function preparePython() {
	const stamp = join(modules, '.runstead-python');
	const key = [
		process.env.RUNSTEAD_PYTHON ?? '',
		process.env.PYENV_VERSION ?? '',
		...['python3', 'python'].flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))),
	]
		.map((path) => `${path} ${statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? ''}`)
		.filter((line) => !line.endsWith(' '))
		.join('\n');
	if (readOrEmpty(stamp) === key) return () => {};
	await findPython().catch((error) => {
		throw new Unprepared(error.message);
	});
	return () => writeFileSync(stamp, key);
}

/**
 * Every file below, by path; folders that are made rather than written are left out.
 * @param {string} path
 * @returns {string[]}
 */
function filesBelow(path) {
	const entry = statSync(path, { throwIfNoEntry: false });
	if (entry === undefined) return [];
	if (entry.isFile()) return [path];
	return readdirSync(path)
		.filter((name) => !['node_modules', 'dist'].includes(name) && !name.includes('.test.'))
		.sort()
		.flatMap((name) => filesBelow(join(path, name)));
}

async function prepareStudio() {
	const studio = join(root, 'packages', 'studio');
	const sources = ['package-lock.json', 'packages/contract', 'packages/client', 'packages/studio'];
	const contents = sources
		.flatMap((source) => filesBelow(join(root, source)))
		.map((file) => `${file.slice(root.length)} ${sha256(readFileSync(file))}`);
	const key = sha256(contents.join('\n'));
	const stamp = join(studio, 'dist', '.sources');
	if (readOrEmpty(stamp) === key) return;
	await step('Building the studio', 'Studio built', async () => {
		const vite = join(modules, 'vite', 'bin', 'vite.js');
		await quietly('node', [vite, 'build', '--logLevel', 'warn'], studio, 'Run it again with "npm run build --workspace packages/studio".');
		writeFileSync(stamp, key);
	});
}

async function prepareProgram() {
	if (isProgramCompiled()) return;
	await step('Compiling the program', 'Program compiled', async () => {
		await quietly('node', [join(root, 'scripts', 'compile-program.ts')], root, 'Run it again with "node scripts/compile-program.ts".');
	});
}

try {
	if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE_TO_PREPARE) {
		throw new Unprepared(`Runstead needs Node ${OLDEST_NODE_TO_PREPARE} or newer to install itself; this is ${process.version}.`);
	}
	const rememberPython = await preparePython();
	await prepareDependencies();
	rememberPython();
	await prepareProgram();
	await prepareStudio();
} catch (error) {
	if (!(error instanceof Unprepared)) throw error;
	process.stderr.write(`\n${error.output}\n${error.message}\n\n`);
	process.exitCode = 1;
}
