import { expect, test } from 'vitest';
import { commandOf, gitOf, jobFacts } from './job-facts.ts';

test('a command is written as it would be typed', () => {
	expect(commandOf({ script: 'train.py', arguments: ['--name', "it's a test", '--alpha=0.1'] })).toBe(
		"python train.py --name 'it'\\''s a test' --alpha=0.1",
	);
	expect(commandOf({ command: ['bash', '-c', 'echo $HOME'] })).toBe("bash -c 'echo $HOME'");
});

test('the facts of a job leave out what stands elsewhere, and tell the node', () => {
	const job = { script: 'train.py', target: 'cpu', priority: 0, environment: { name: 'sklearn', version: '3' } } as never;
	expect(jobFacts({ statusActor: 'cpu-1f2e' }, job)).toEqual([
		['Compute target', 'cpu'],
		['Priority', '0'],
		['Environment', 'sklearn, version 3'],
		['Node', 'cpu-1f2e'],
	]);
});

test('git is told where the folder was a repository', () => {
	expect(gitOf({})).toEqual([]);
	expect(gitOf({ 'azureml.git.commit': 'abc', 'azureml.git.dirty': 'True' })).toEqual([
		['Commit', 'abc'],
		['Changed since', 'yes'],
	]);
});
