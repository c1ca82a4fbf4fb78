import { expect, test } from 'vitest';
import { isSecretName } from './secret-name.ts';

test.each([
	'API_TOKEN',
	'HF_TOKEN',
	'AWS_SECRET_ACCESS_KEY',
	'password',
	'DB_PASSWD',
	'MYAPIKEY',
	'STORAGE_CONNECTION_STRING',
	'BASIC_AUTH',
])('%s is hidden', (name) => expect(isSecretName(name)).toBe(true));
test.each(['OMP_NUM_THREADS', 'TOKENIZERS_PARALLELISM', 'PATH', 'KEYBOARD', 'SEED'])('%s is shown', (name) =>
	expect(isSecretName(name)).toBe(false),
);
