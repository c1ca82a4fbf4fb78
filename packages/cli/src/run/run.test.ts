/** `runstead run` as a person uses it: scripts that are really submitted, watched, cancelled, compared and fetched. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RUNSTEAD } from '../testing/cli-process.ts';
import { makeServerFolder, type ServerFolder } from '../testing/server-folder.ts';

const TRAIN = `
import sys
from azureml.core import Run
run = Run.get_context()
print("arguments", *sys.argv[1:])
for step in range(5):
    run.log("loss", 1 / (step + 1))
run.log_row("pair", x=1, y=2)
open("outputs/model.txt", "w").write("weights")
`;
const WAIT = 'import time\nprint("waiting", flush=True)\ntime.sleep(600)\n';

let folder: ServerFolder;

beforeAll(async () => {
	folder = await makeServerFolder();
	await folder.write({
		'code/train.py': `import os; os.makedirs("outputs", exist_ok=True)\n${TRAIN}`,
		'code/wait.py': WAIT,
		'code/fail.py': 'raise ValueError("no data")\n',
	});
});

afterAll(() => folder[Symbol.asyncDispose]());

const submit = (...args: string[]) => folder.run('run', 'submit-script', '--source-directory', 'code', '-e', 'trial', ...args);

/** The id of a run that was submitted and has ended. */
async function trained(...args: string[]): Promise<string> {
	const { stdout } = await submit('--query', 'id', '-o', 'tsv', 'train.py', ...args);
	return stdout.trim();
}

describe('submitting', () => {
	test('what takes longer than it may is ended, and fails', async () => {
		const ended = await submit('--max-duration', '1s', '-o', 'json', '--query', '[status, error.code]', 'wait.py');
		expect([ended.exitCode, JSON.parse(ended.stdout)]).toEqual([1, ['Failed', 'TimedOut']]);
		const refused = await submit('--max-duration', 'soon', 'wait.py');
		expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('error: "soon" is not a duration')]);
	});

	test('waits for the end, streams the log, and tells by its exit code how it ended', async () => {
		const done = await submit(
			'--stream',
			'-o',
			'none',
			'--tag',
			'quality=good',
			'--tag',
			'again',
			'--display-name',
			'First',
			'train.py',
			'--alpha',
			'0.1',
		);
		expect(done).toMatchObject({ exitCode: 0, stdout: 'arguments --alpha 0.1\n' });
		// A node that is warm may have taken it already, or even begun it: then its log speaks.
		expect(done.stderr).toMatch(/^(?:trial_\d+_[0-9a-f]{8}: (?:Queued|Preparing|Starting|Running)|$)/);
		const shown = await submit('-o', 'json', '--stream', 'train.py');
		expect(JSON.parse(shown.stdout)).toMatchObject({ status: 'Completed', experimentName: 'trial' });
		expect(shown.stderr).toContain('arguments\n');
		const failed = await submit('--query', '[status, error.message]', '-o', 'json', 'fail.py');
		expect([failed.exitCode, JSON.parse(failed.stdout)]).toEqual([1, ['Failed', expect.stringContaining('no data')]]);
	});

	test('what a script died of stands once beside its log, and whole without it', async () => {
		await folder.write({ 'code/raise.py': 'raise ValueError("no such thing")\n' });
		const streamed = await submit('--stream', 'raise.py');
		expect([streamed.exitCode, streamed.stdout.split('raise ValueError("no such thing")').length]).toEqual([1, 2]);
		expect(streamed.stdout).toMatch(/\n {2}Error +ExitCode: ValueError: no such thing\n/);
		const alone = await submit('raise.py');
		expect(alone.stdout).toMatch(
			/\n {2}Error +ExitCode: Traceback .*\n +File .*\n +raise ValueError\("no such thing"\)\n +ValueError: no such thing\n/,
		);
		const [traceback, place, code] = alone.stdout.split('\n').filter((line) => /Traceback|File "|raise ValueError/.test(line)) as [
			string,
			string,
			string,
		];
		const column = traceback.indexOf('Traceback') - 'ExitCode: '.length;
		expect([place.search(/\S/) - column, code.search(/\S/) - column]).toEqual([2, 4]);
	});

	test('a run tells which commit it was submitted from, and whether that was changed', async () => {
		await folder.write({ 'kept/train.py': 'print(1)\n' });
		const path = join(folder.path, 'kept');
		const git = async (...args: string[]) => {
			const author = ['-c', 'user.name=someone', '-c', 'user.email=someone@example.org'];
			return (await promisify(execFile)('git', ['-C', path, ...author, ...args])).stdout.trim();
		};
		await git('init', '--quiet', '--initial-branch=main');
		await git('remote', 'add', 'origin', 'https://me:secret@example.org/code.git');
		await git('add', '.');
		await git('commit', '--quiet', '--message=first');
		const propertiesOf = async (...args: string[]) => {
			const submitted = ['run', 'submit-script', '--source-directory', 'kept', '--query', 'properties', '-o', 'json', ...args, 'train.py'];
			return JSON.parse((await folder.run(...submitted)).stdout) as Record<string, string>;
		};
		const commit = await git('rev-parse', 'HEAD');
		expect(await propertiesOf()).toMatchObject({
			'azureml.git.repository_uri': 'https://example.org/code.git',
			'mlflow.source.git.repoURL': 'https://example.org/code.git',
			'azureml.git.branch': 'main',
			'mlflow.source.git.branch': 'main',
			'azureml.git.commit': commit,
			'mlflow.source.git.commit': commit,
			'azureml.git.dirty': 'False',
		});
		await folder.write({ 'kept/train.py': 'print(2)\n' });
		expect(await propertiesOf('--property', 'azureml.git.branch=mine')).toMatchObject({
			'azureml.git.branch': 'mine',
			'azureml.git.dirty': 'True',
		});
	});

	test('how an environment is built is shown before what the script says, also where it cannot be built', async () => {
		await folder.write({ 'requirements.txt': 'nothing @ file:///nowhere/nothing-1.0-py3-none-any.whl\n' });
		await folder.run('environment', 'create', 'broken', '--requirements', 'requirements.txt');
		const failed = await submit('--stream', '-o', 'none', '--environment', 'broken', 'train.py');
		expect(failed.exitCode).toBe(1);
		expect(failed.stdout).toContain('the job could not be prepared');
		expect(failed.stderr).toContain('/nowhere/nothing-1.0-py3-none-any.whl');
	});

	test('detaches at once, and Ctrl-C detaches without a terminal', async () => {
		const detached = await submit('--detach', '--query', 'id', '-o', 'tsv', 'wait.py');
		const id = detached.stdout.trim();
		expect(detached).toMatchObject({ exitCode: 0, stderr: `Watch it: ${RUNSTEAD} run watch ${id}\n` });
		const watching = folder.start(['run', 'watch', id, '--stream']);
		await watching.printed(/waiting\n/);
		watching.signal('SIGINT');
		expect(await watching.ended).toMatchObject({
			exitCode: 130,
			stderr: expect.stringMatching(
				`The run goes on. See it again: ${RUNSTEAD} run watch ${id}; cancel it: ${RUNSTEAD} run cancel ${id}\n$`,
			),
		});
		const following = folder.start(['run', 'logs', id, '-f']);
		await following.printed(/waiting\n/);
		const canceled = await folder.run('run', 'cancel', id, '--reason', 'enough');
		expect([canceled.exitCode, canceled.stdout]).toEqual([0, expect.stringContaining(id)]);
		expect(await following.ended).toMatchObject({ exitCode: 0, stdout: 'waiting\n[runstead] ending the job: enough\n' });
		expect((await folder.run('run', 'watch', id, '--query', 'status', '-o', 'tsv')).stdout).toBe('Canceled\n');
		expect((await folder.run('run', 'cancel', id)).stdout).toBe(`Run ${id} had ended already (Canceled); nothing was changed.\n`);
	});

	test('follows a log that is not there yet', async () => {
		const { client } = folder;
		const { id: experiment } = await client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'later' } });
		await client.call('createRun', { params: { experiment }, body: { id: 'later' } });
		const following = folder.start(['run', 'logs', 'later', '-f']);
		await following.printed(/this waits until it does/);
		const params = { run: 'later', '*': 'azureml-logs/70_driver_log.txt' };
		await client.call('appendLog', { params, query: { offset: 0, seal: true }, body: new TextEncoder().encode('at last\n') });
		expect(await following.ended).toMatchObject({ exitCode: 0, stdout: 'at last\n' });
	});

	test('shows of several processes on several nodes the log of the first', async () => {
		const id = await trained();
		await folder.client.call('deleteRunFile', { params: { run: id, '*': 'azureml-logs/70_driver_log.txt' } });
		for (const [node, process] of [
			[1, 10],
			[0, 0],
			[1, 1],
		]) {
			const path = `azureml-logs/127.0.0.1_${node}/70_driver_log_${process}.txt`;
			await folder.client.call('writeRunFile', { params: { run: id, '*': path }, body: new TextEncoder().encode(`process ${process}\n`) });
		}
		expect((await folder.run('run', 'logs', id)).stdout).toBe('process 0\n');
	});

	test('refuses what cannot be run before anything is sent', async () => {
		const refused = async (...args: string[]) => {
			const { exitCode, stderr } = await submit(...args);
			return [exitCode, stderr];
		};
		expect(await refused('nothing.py')).toEqual([
			1,
			`error: There is no script nothing.py in ${folder.path}/code.\n  Name a file of the folder, by its path within it.\n`,
		]);
		expect(await refused('../other.py')).toEqual([
			1,
			`error: The script ../other.py lies outside of the folder ${folder.path}/code, which alone is submitted.\n  Submit the folder that holds it: --source-directory FOLDER.\n`,
		]);
		expect(await refused()).toEqual([2, `error: Something is missing: SCRIPT [ARGUMENTS]\n  See ${RUNSTEAD} run submit-script --help.\n`]);
		expect(await refused('--target', 'nowhere', 'train.py')).toEqual([1, expect.stringContaining('nowhere')]);
		expect(await refused('--workspace', 'attic', 'train.py')).toEqual([1, expect.stringContaining('attic')]);
		const after = await submit('--query', 'status', '-o', 'tsv', 'train.py', '-e', 'other');
		expect(after.stderr).toContain('-e after the script goes to the script; what is meant for this command stands before it.');
		expect((await submit('-o', 'none', 'train.py', '--query', 'status', '-w')).stderr).toContain(
			'--query and -w after the script go to the script;',
		);
	});
});

test('what is local runs on the machine that submits', async () => {
	await folder.write({ 'code/where.py': 'import os\nprint("in", os.getcwd())\n' });
	const home = join(folder.path, 'other-home');
	const environment = { RUNSTEAD_MACHINE_ID: 'another machine', XDG_STATE_HOME: home };
	const args = ['run', 'submit-script', '--source-directory', 'code', '-e', 'trial', '--stream', '-o', 'none', 'where.py'];
	const done = await folder.start(args, environment).ended;
	expect([done.exitCode, done.stdout]).toEqual([0, expect.stringMatching(`^in ${home}/`)]);
});

describe('looking', () => {
	test('lists, shows, compares, draws, downloads and exports runs', async () => {
		const first = await trained('--alpha', '0.1');
		const second = await trained('--alpha', '0.2');
		const ids = async (...args: string[]) =>
			(await folder.run('run', 'list', '-e', 'trial', '--query', '[].id', '-o', 'tsv', '--max-results', 'all', ...args)).stdout
				.trim()
				.split('\n');
		expect((await ids()).slice(0, 2)).toEqual([second, first]);
		expect(await ids('--filter', "params.alpha = '0.2' and metrics.loss < 1")).toContain(second);
		expect(await ids('--status', 'failed')).not.toContain(first);
		await folder.run('run', 'tag', first, 'quality=fantastic run', 'worth another look');
		expect(await ids('--tag', 'quality=fantastic run', '--tag', 'worth another look')).toEqual([first]);
		expect((await folder.run('run', 'list', '--status', 'finished')).stderr).toContain('There is no status "finished".');
		for (const others of [[], ['--status', 'failed']])
			expect((await folder.run('run', 'list', ...others, '--filter', 'metrics.loss <')).stderr).toMatch(
				/^error: The filter cannot be read at character 15: expected a number or a text in quotes, found the end\.\n/,
			);
		expect((await folder.run('run', 'list', '-e', 'trail')).stderr).toBe(
			'error: Workspace lab has no experiment "trail".\n  Did you mean trial?\n',
		);

		expect((await folder.run('run', 'show', first)).stdout).toMatch(
			/Status +Completed\n[\s\S]*Tags +quality=fantastic run\n +worth another look\n[\s\S]*Metrics +loss: 0\.2\n +pair: x=1, y=2\n/,
		);
		const log = await folder.run('run', 'logs', first, 'azureml-logs/65');
		expect([log.exitCode, log.stderr, log.stdout]).toEqual([0, '', expect.stringContaining(first)]);
		expect((await folder.run('run', 'logs', first, 'azureml-logs/')).stderr).toMatch(
			new RegExp(`^error: \\d+ files of run ${first} begin with azureml-logs/:\\n {4}azureml-logs/55_`),
		);
		expect((await folder.run('run', 'logs', first, 'nothing')).stderr).toMatch(
			new RegExp(`^error: Run ${first} has no log nothing\\.\\n {2}It has:\\n {4}azureml-logs/55_`),
		);
		expect((await folder.run('run', 'metrics', first)).stdout).toBe(
			[
				'METRIC  LAST  MIN  MAX  MEAN      COUNT  LAST STEP',
				'loss    0.2   0.2  1    0.456667  5      -',
				'pair.x  1     1    1    1         1      -',
				'pair.y  2     2    2    2         1      -',
				'',
			].join('\n'),
		);
		const plot = await folder.start(['run', 'metrics', first, 'loss'], { LC_ALL: 'C.UTF-8' }).ended;
		expect(plot.stdout.split('\n')).toHaveLength(16);
		expect(plot.stdout).toMatch(/^loss by step, 5 points\n {2}1 │⠑/);
		const over = async (x: string) => {
			const { stdout } = await folder.run('run', 'metrics', first, 'loss', '--x', x);
			return [stdout.split('\n')[0], stdout.trimEnd().split('\n').at(-1)?.trim()];
		};
		const second19 = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d';
		expect(await over('time')).toEqual(['loss by time (UTC), 5 points', expect.stringMatching(new RegExp(`^${second19} +${second19}$`))]);
		expect(await over('relative')).toEqual(['loss by time since its start, 5 points', expect.stringMatching(/^[\d.]+ m?s +[\d.]+ m?s$/)]);
		expect((await folder.run('run', 'metrics', first, 'los')).stderr).toContain('Did you mean loss?');
		// Of many points, too, the plot begins with the first.
		const steps = Array.from({ length: 2_000 }, (_, step) => step + 3);
		const values = { times: steps.map(() => 1_795_248_000_000_000), columns: [{ name: 'long', values: steps }] };
		const series = [{ name: 'long', kind: 'scalar' as const, steps, ...values }];
		await folder.client.call('logMetrics', { params: { run: first }, body: { series } });
		const long = (await folder.run('run', 'metrics', first, 'long')).stdout.trimEnd().split('\n');
		expect(long.at(-1)?.trim()).toMatch(/^3 +2002$/);

		expect((await folder.run('run', 'show', first)).stdout).toMatch(/\n {2}Created +\S+T\d\d:\d\d:\d\dZ\n/);
		const differing = await folder.run('run', 'compare', first, second);
		expect(differing.stderr).toMatch(/^\d+ more are the same in all of them: --all shows them too\.\n$/);
		expect((await folder.run('run', 'compare', first, second, '--all')).stderr).toBe('');
		expect(differing.stdout).not.toContain('experiment ');
		const compared = await folder.run('run', 'compare', first, second, '--query', "[?starts_with(what, 'params')]", '-o', 'json');
		expect(JSON.parse(compared.stdout)).toEqual([{ what: 'params.alpha', values: ['0.1', '0.2'] }]);
		expect((await folder.run('run', 'download', first, 'outputs/', '--to', 'here')).stdout).toBe('Downloaded 1 file to here.\n');
		expect(await readFile(join(folder.path, 'here/outputs/model.txt'), 'utf8')).toBe('weights');
		expect((await folder.run('run', 'download', first, '--snapshot', '--to', 'source')).exitCode).toBe(0);
		expect(await readFile(join(folder.path, 'source/wait.py'), 'utf8')).toBe(WAIT);
		expect((await folder.run('run', 'export', 'runs.csv', '--tag', 'worth another look')).stdout).toBe('Wrote 1 run to runs.csv.\n');
		const [heading, row] = (await readFile(join(folder.path, 'runs.csv'), 'utf8')).split('\r\n');
		expect([heading, row]).toEqual([expect.stringContaining('metrics.loss'), expect.stringContaining(`${first},`)]);

		const begun = await folder.run('run', 'show', 'trial_');
		expect([begun.exitCode, begun.stderr]).toEqual([
			1,
			expect.stringMatching(/^error: \d+ runs have an id that begins with trial_:\n {4}trial_\S+ {2}\w+ {2}/),
		]);
		expect((await folder.run('run', 'show', first.slice(0, -1), '--query', 'id', '-o', 'tsv')).stdout).toBe(`${first}\n`);
		expect((await folder.run('run', 'show', 'nothing')).stderr).toBe(
			`error: There is no run nothing, nor one in workspace lab whose id begins so.\n  ${RUNSTEAD} run list shows the runs.\n`,
		);
	});

	test('updates, fails and submits again; files come and go', async () => {
		const id = await trained('--alpha', '0.3');
		const updated = await folder.run(
			'run',
			'update',
			id,
			'--add-tag',
			'quality=fantastic run',
			'--display-name',
			'Renamed',
			'--query',
			'[displayName, tags]',
			'-o',
			'json',
		);
		expect(JSON.parse(updated.stdout)).toEqual(['Renamed', { quality: 'fantastic run' }]);
		expect(await folder.run('run', 'update', id, '--add-tag', 'quality')).toEqual({
			exitCode: 2,
			stdout: '',
			stderr: `error: --add-tag takes KEY=VALUE, and "quality" has no "=": --add-tag 'quality=VALUE'\n  See ${RUNSTEAD} run update --help.\n`,
		});
		const failed = await folder.run('run', 'fail', id, '--reason', 'wrong data', '--query', '[status, error.message]', '-o', 'tsv');
		expect(failed.stdout).toBe('Failed\nwrong data\n');
		const again = await folder.run('run', 'resubmit', '--query', 'job.arguments', '-o', 'json', id, '--alpha', '0.4');
		expect(JSON.parse(again.stdout)).toEqual(['--alpha', '0.4']);

		await folder.write({ 'report.html': '<h1>Report</h1>' });
		expect((await folder.run('artifact', 'upload', id, 'report.html')).stdout).toBe(
			`Added outputs/report.html to run ${id}: version 1, 15 B.\n`,
		);
		expect((await folder.run('artifact', 'list', id, 'outputs/', '--query', '[].path', '-o', 'tsv')).stdout).toBe(
			'outputs/model.txt\noutputs/report.html\n',
		);
		expect((await folder.run('artifact', 'download', id, 'outputs/report.html', '--to', 'copy.html')).exitCode).toBe(0);
		expect(await readFile(join(folder.path, 'copy.html'), 'utf8')).toBe('<h1>Report</h1>');
		expect((await folder.run('artifact', 'delete', id, 'outputs/report.html')).exitCode).toBe(0);
		const { stdout: made } = await folder.run('snapshot', 'create', 'code', '--query', 'id', '-o', 'tsv');
		expect((await folder.run('snapshot', 'show', made.trim(), '--query', '[].path', '-o', 'tsv')).stdout).toContain('train.py\nwait.py\n');
		expect((await folder.run('snapshot', 'download', made.trim(), 'code.zip')).stdout).toMatch(/^Downloaded the snapshot to code\.zip: /);
	});
});
