import { expect, test } from 'vitest';
import type { JobDefinition } from './jobs.ts';
import { COVERED, coverSecrets, isSecretName, secretsOf, uncoverWords } from './secrets.ts';

test.each([
	'API_TOKEN',
	'HF_TOKEN',
	'AWS_SECRET_ACCESS_KEY',
	'password',
	'PGPASSWORD',
	'DB_PASSWD',
	'DB_PASS',
	'MYAPIKEY',
	'apiKey',
	'STORAGE_CONNECTION_STRING',
	'storage-account-key',
	'clientSecret',
	'BASIC_AUTH',
	'Authorization',
	'SAS',
	'GOOGLE_APPLICATION_CREDENTIALS',
])('%s is the name of a secret', (name) => expect(isSecretName(name)).toBe(true));

test.each([
	'OMP_NUM_THREADS',
	'TOKENIZERS_PARALLELISM',
	'max-tokens',
	'PATH',
	'KEYBOARD',
	'SEED',
	'AUTHOR',
	'compass',
	'n-passes',
	'key',
	'sort_key',
])('%s is not', (name) => expect(isSecretName(name)).toBe(false));

const job: JobDefinition = {
	command: ['train', '--api-key', 'k-123456', '--alpha', '0.1'],
	arguments: ['--password=hunter2-pass', '--token', '--verbose', 'it'],
	environmentVariables: { DB_PASSWORD: 'hunter2-pass', PIN_SECRET: '1234', LEVEL: 'debug' },
	environment: { name: 'mine', specification: { pipRequirements: [], environmentVariables: { HF_TOKEN: 'hf_123456' } } },
};

test('a job is shown without the values of its secrets', () => {
	expect(coverSecrets(job)).toEqual({
		command: ['train', '--api-key', COVERED, '--alpha', '0.1'],
		arguments: [`--password=${COVERED}`, '--token', '--verbose', 'it'],
		environmentVariables: { DB_PASSWORD: COVERED, PIN_SECRET: COVERED, LEVEL: 'debug' },
		environment: { name: 'mine', specification: { pipRequirements: [], environmentVariables: { HF_TOKEN: COVERED } } },
	});
});

test('what is looked for in logs is long enough to be the secret', () => {
	expect(secretsOf(job)).toEqual(['hunter2-pass', 'k-123456']);
});

test('covered words of a command line get their values back, by their names', () => {
	const original = ['--api-key', 'k-123456', '--password=hunter2-pass', '--alpha', '0.1'];
	expect(uncoverWords(['--alpha', '0.2', `--password=${COVERED}`, '--api-key', COVERED], original)).toEqual([
		...['--alpha', '0.2', '--password=hunter2-pass', '--api-key', 'k-123456'],
	]);
	expect(uncoverWords(['--other-token', COVERED, '--api-key', 'new'], original)).toEqual(['--other-token', COVERED, '--api-key', 'new']);
});
