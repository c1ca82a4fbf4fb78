/** Reading command lines: what is understood, and what is said of what is not. */
import { expect, test } from 'vitest';
import { defineCommand, UsageError } from './command.ts';
import { nearestOrNull } from './nearest.ts';
import { parseCommandLine, unknownCommand } from './parse.ts';

const command = defineCommand({
	summary: 'Try',
	usage: 'FILE',
	words: { min: 1, max: 1 },
	options: {
		port: { type: 'string', value: 'PORT', description: 'A port.' },
		quickstart: { type: 'boolean', description: 'A flag.' },
		'allowed-host': { type: 'string', multiple: true, description: 'Names.' },
	},
	examples: [],
	run: async () => 0,
});

const complaint = (...args: string[]) => {
	try {
		return parseCommandLine(command, args);
	} catch (error) {
		expect(error).toBeInstanceOf(UsageError);
		return (error as Error).message;
	}
};

test('reads options in both spellings, flags, repeated options and words', () => {
	expect(parseCommandLine(command, ['--port', '8', 'a.tar', '--allowed-host=one', '--quickstart', '--allowed-host', 'two'])).toEqual({
		options: { port: '8', quickstart: true, 'allowed-host': ['one', 'two'] },
		words: ['a.tar'],
	});
	expect(parseCommandLine(command, ['--', '--port'])).toEqual({ options: {}, words: ['--port'] });
});

test('says what is wrong, and what was probably meant', () => {
	expect(complaint('a', '--prot', '8')).toBe('There is no option --prot. Did you mean --port?');
	expect(complaint('a', '--alowed', 'here')).toBe('There is no option --alowed. Did you mean --allowed-host?');
	expect(complaint('a', '--constructor')).toBe('There is no option --constructor.');
	expect(complaint('a', '--port')).toBe('--port needs a value: --port PORT');
	expect(complaint('a', '--port=')).toBe('--port needs a value: --port PORT');
	expect(complaint('a', '--quickstart=yes')).toBe('--quickstart takes no value.');
	expect(complaint('a', '--port', '1', '--port', '2')).toBe('--port is given twice.');
	expect(complaint()).toBe('Something is missing: FILE');
	expect(complaint('a', 'b')).toBe('"b" is one word too many.');
	expect(unknownCommand('statsu', ['status', 'stop']).message).toBe('There is no command "statsu". Did you mean status?');
	expect(unknownCommand('fly', ['status', 'stop']).message).toBe('There is no command "fly".');
});

test('the nearest word is one that a slip of the fingers explains', () => {
	const words = ['status', 'stop', 'sync', 'backup', 'version'];
	expect(['stauts', 'sotp', 'snyc', 'bakcup', 'back', 'versoin', 'x', 'restore'].map((word) => nearestOrNull(word, words))).toEqual([
		'status',
		'stop',
		'sync',
		'backup',
		'backup',
		'version',
		null,
		null,
	]);
});

test('what follows a script is passed on to it', () => {
	const submit = { ...command, wordsEndOptions: true, words: { min: 1, max: 100 } };
	const parsed = (...args: string[]) => parseCommandLine(submit, args);
	expect(parsed('--port', '8', 'train.py', '--lr', '0.1', '--port', '9')).toEqual({
		options: { port: '8' },
		words: ['train.py', '--lr', '0.1', '--port', '9'],
	});
	expect(parsed('--', 'train.py', '-x')).toEqual({ options: {}, words: ['train.py', '-x'] });
	expect(parsed('train.py', '--', '-x').words).toEqual(['train.py', '--', '-x']);
});
