/** The completion scripts in the real shells: bash, zsh and fish, each where it is installed; in CI they all are. */
import { execFile, execFileSync } from 'node:child_process';
import { symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cliEnvironment } from '../testing/cli-process.ts';
import { makeServerFolder, type ServerFolder } from '../testing/server-folder.ts';

const MAIN = fileURLToPath(new URL('../runstead.mjs', import.meta.url));

function isInstalled(shell: string): boolean {
	try {
		execFileSync(shell, ['-c', 'true']);
		return true;
	} catch {
		return false;
	}
}

const absent = ['bash', 'zsh', 'fish'].filter((shell) => !isInstalled(shell));

let folder: ServerFolder;

beforeAll(async () => {
	folder = await makeServerFolder();
	await symlink(MAIN, join(folder.path, 'runstead'));
	await folder.write({ 'some script.py': '' });
	const experiment = await folder.client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'trial' } });
	await folder.client.call('createRun', { params: { experiment: experiment.id }, body: { id: 'trial_1', displayName: 'First' } });
});

afterAll(() => folder[Symbol.asyncDispose]());

function shell(program: string, ...args: string[]): Promise<string> {
	const path = [folder.path, dirname(process.execPath), process.env.PATH].join(':');
	return new Promise((resolve, reject) => {
		execFile(
			program,
			args,
			{ cwd: folder.path, env: { ...cliEnvironment(folder.path), PATH: path }, encoding: 'utf8' },
			(error, stdout, stderr) => (error === null ? resolve(stdout) : reject(new Error(`${error.message}\n${stderr}`))),
		);
	});
}

/** Each typed line, the last word of it unfinished, with what may stand there. */
const CASES: readonly (readonly [string[], readonly string[]])[] = [
	[['vers'], ['version']],
	[
		['run', 'sub'],
		['submit-script', 'submit'],
	],
	[['run', 'list', '--max'], ['--max-results']],
	[
		['run', 'list', '-o', 'js'],
		['json', 'jsonc'],
	],
	[['run', 'show', 'tri'], ['trial_1']],
	[
		['run', 'list', '-e', ''],
		['trial', 'Default'],
	],
	[['workspace', 'show', '--workspace', ''], ['lab']],
	[['run', 'submit-script', 'some'], ['some script.py']],
	[['az', 'ml', 'run', 'sh'], ['show']],
	[['az', 'ml', 'comp'], ['computetarget']],
	[['nothing', 'x'], []],
];

describe.skipIf(absent.includes('bash') && process.env.CI !== 'true')('bash', () => {
	test.each(CASES)('runstead %j', async (words, expected) => {
		const script = `source <(runstead completion bash)
			COMP_WORDS=(runstead "$@"); COMP_CWORD=$#
			_runstead; printf '%s\\n' "\${COMPREPLY[@]}"`;
		expect((await shell('bash', '-c', script, 'bash', ...words)).split('\n').filter((line) => line !== '')).toEqual(expected);
	});
});

describe.skipIf(absent.includes('fish') && process.env.CI !== 'true')('fish', () => {
	test.each(CASES)('runstead %j', async (words, expected) => {
		const line = ['runstead', ...words].map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ');
		const stdout = await shell('fish', '--no-config', '-c', `runstead completion fish | source; complete -C '${line}'`);
		const found = stdout.split('\n').flatMap((text) => (text === '' ? [] : [text.split('\t')[0]!.replaceAll('\\', '')]));
		expect(found.toSorted()).toEqual([...expected].toSorted());
	});
});

describe.skipIf(absent.includes('zsh') && process.env.CI !== 'true')('zsh', () => {
	// zsh completes only at a real prompt: one is made in a pseudo-terminal, and Tab is pressed.
	test.each([
		['runstead vers', 'runstead version'],
		['runstead run list --max', 'runstead run list --max-results'],
		['runstead run show tri', 'runstead run show trial_1'],
		['runstead az ml comp', 'runstead az ml computetarget'],
		['runstead run submit-script som', 'runstead run submit-script some\\ script.py'],
	])('%s', async (typed, completed) => {
		await writeFile(
			join(folder.path, 'press-tab.zsh'),
			`zmodload zsh/zpty
zpty shell "TERM=dumb PS1= zsh -f -i"
zpty -w shell 'autoload -Uz compinit; compinit -u -D; source <(runstead completion zsh); bindkey "^I" complete-word; show() { print -r -- "LINE<$BUFFER>"; }; zle -N show; bindkey "^X" show; print READY'
zpty -r shell output '*READY*READY*'
zpty -w -n shell "$1"$'\\t\\x18'
zpty -r shell output '*LINE<*>*'
print -r -- "$output"
zpty -d shell
`,
		);
		const output = await shell('zsh', '-f', 'press-tab.zsh', typed);
		expect(/LINE<(.*?)>/s.exec(output)?.[1]?.trimEnd()).toBe(completed);
	});
});

test('shells that there is no completion for are named', async () => {
	expect((await folder.run('completion', 'tcsh')).stderr).toContain('There is completion for bash, zsh, fish, not for "tcsh".');
});
