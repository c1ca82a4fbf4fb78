/** How answers are shown: every format, queries, and terminals of any width. */
import { expect, test } from 'vitest';
import { UsageError } from '../command.ts';
import { formatted, jsonText, withoutParts } from './formats.ts';
import { maxResults, outputFormat } from './options.ts';
import { applyQuery } from './query.ts';
import { pairLines, tableLines } from './table.ts';
import { fit, printable, widthOf, wrap } from './text-width.ts';

const plain = (text: string) => text;
const PLAIN = { key: plain, text: plain, other: plain };
const VALUE = [{ id: 'a', tags: { quality: 'good' }, note: 'one\ttwo\nthree', none: null, count: 3 }];

test('a value in every format', async () => {
	const shown = (format: Parameters<typeof formatted>[1]) => formatted(VALUE, format, PLAIN);
	expect(await shown('json')).toBe(JSON.stringify(VALUE, null, 2));
	expect(await shown('tsv')).toBe('a\t{"quality":"good"}\tone\\ttwo\\nthree\t\t3');
	expect(await formatted(withoutParts([{ ...VALUE[0], list: [1, 2] }]), 'tsv', PLAIN)).toBe('a\t\tone\\ttwo\\nthree\t\t3\t2');
	expect(await shown('yaml')).toBe('- id: a\n  tags:\n    quality: good\n  note: |-\n    one\ttwo\n    three\n  none: null\n  count: 3');
	expect(await shown('none')).toBeNull();
	expect(await formatted('alone', 'tsv', PLAIN)).toBe('alone');
	expect(await formatted([], 'tsv', PLAIN)).toBeNull();
	expect(await formatted(undefined, 'json', PLAIN)).toBe('null');
});

test('jsonc colours keys, texts and other values, and nothing within a text', () => {
	const mark = (letter: string) => (text: string) => `${letter}(${text})`;
	expect(jsonText({ 'a"1': 'x: 2, "true"', b: [true, -1.5e3] }, { key: mark('k'), text: mark('t'), other: mark('o') })).toBe(
		'{\n  k("a\\"1"): t("x: 2, \\"true\\""),\n  k("b"): [\n    o(true),\n    o(-1500)\n  ]\n}',
	);
});

test('a query takes its part, and an error shows its place', async () => {
	expect(await applyQuery("[?tags.quality=='good'].{id: id, n: count}", VALUE)).toEqual([{ id: 'a', n: 3 }]);
	expect(await applyQuery('[0].nothing', VALUE)).toBeNull();
	expect(await applyQuery("[?tags.quality==`good` && count==`3` && id!='`x`'].id", VALUE)).toEqual(['a']);
	const complaint = async (expression: string) => {
		const error = await applyQuery(expression, VALUE).catch((reason: unknown) => reason);
		expect(error).toBeInstanceOf(UsageError);
		return (error as Error).message.split('\n').slice(0, 3).join('\n');
	};
	expect(await complaint('[?id==')).toBe('--query is not JMESPath at character 7: it ends too early.\n    [?id==\n          ^');
	expect(await complaint('id name')).toBe('--query is not JMESPath at character 4: "name" was not expected there.\n    id name\n       ^');
	expect(await complaint('#')).toContain('at character 1: not understood: #.');
	expect(await complaint('[].nope(@)')).toContain('Unknown function: nope()');
	expect(await complaint('length(`1`)')).toContain('Invalid argument type for function length()');
});

test('lines of code beside a label keep their columns, however narrow the terminal is', () => {
	const traceback = [
		'Traceback:',
		'    main(aaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbb)',
		'    ~~~~^^^^^^^^^^^^^^^^^^^^',
		'ValueError: no such thing as that',
	];
	const pairs = [['Error', traceback.join('\n')]] as const;
	expect(pairLines(pairs, 36, plain)).toEqual([
		'  Error  Traceback:',
		'             main(aaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbb)',
		'             ~~~~^^^^^^^^^^^^^^^^^^^^',
		'         ValueError: no such thing',
		'         as that',
	]);
	expect(pairLines(pairs, 20, plain).slice(2, 4)).toEqual([`  ${traceback[1]}`, `  ${traceback[2]}`]);
});

test('a table is as wide as the terminal: the widest cells give first, ids never, and then each row is a record', () => {
	const columns = [{ heading: 'ID', whole: true }, { heading: 'EXPERIMENT' }, { heading: 'STATUS' }];
	const rows = [['testexperiment_1700000000_1f0c2a9e', 'a rather long name of an experiment', 'Running']];
	const lines = (room: number) => tableLines(columns, rows, room, plain);
	expect(lines(Number.POSITIVE_INFINITY)).toEqual([
		'ID                                  EXPERIMENT                           STATUS',
		'testexperiment_1700000000_1f0c2a9e  a rather long name of an experiment  Running',
	]);
	const message = 'x'.repeat(200);
	expect(
		tableLines(
			[{ heading: 'MESSAGE' }, { heading: 'LEVEL' }],
			[
				['short', 'info'],
				[message, 'error'],
			],
			Number.POSITIVE_INFINITY,
			plain,
		),
	).toEqual(['MESSAGE  LEVEL', 'short    info', `${message}  error`]);
	expect(lines(60)).toEqual([
		'ID                                  EXPERIMENT       STATUS',
		'testexperiment_1700000000_1f0c2a9e  a rather long …  Running',
	]);
	expect(lines(20)).toEqual([
		'ID: testexperiment_1700000000_1f0c2a9e',
		'EXPERIMENT: a rather long name of an experiment',
		'STATUS: Running',
	]);
	for (const room of [55, 60, 70, 80]) for (const line of lines(room)) expect(widthOf(line)).toBeLessThanOrEqual(room);
});

test('labels stand beside their values where there is room, and above them where there is none', () => {
	const pairs = [
		['Status', 'Running'],
		['Description', 'words that need more than one line here'],
	] as const;
	expect(pairLines(pairs, 40, plain)).toEqual([
		'  Status       Running',
		'  Description  words that need more than',
		'               one line here',
	]);
	expect(pairLines(pairs, 20, plain)).toEqual([
		'Status',
		'  Running',
		'Description',
		'  words that need',
		'  more than one line',
		'  here',
	]);
});

test('text is measured as a terminal shows it, and never commands it', () => {
	expect([widthOf('run'), widthOf('학습'), widthOf('e\u0301'), widthOf('🚀')]).toEqual([3, 4, 1, 2]);
	expect([fit('testexperiment', 6), fit('학습 실행', 5), fit('short', 5)]).toEqual(['teste…', '학습…', 'short']);
	expect(printable('a\u001b[31mred\nb')).toBe('a\ufffd[31mred b');
	expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
	expect(wrap('    raise ValueError', 80)).toEqual(['    raise ValueError']);
	expect(wrap('', 80)).toEqual(['']);
});

test('formats and counts that there are not', () => {
	expect(() => outputFormat('jsn', '--output')).toThrow(
		'--output is one of table, json, jsonc, tsv, yaml, none, not "jsn". Did you mean json?',
	);
	expect(maxResults('all', '--max-results')).toBe(Number.POSITIVE_INFINITY);
	for (const given of ['0', '-1', 'many', '1.5']) expect(() => maxResults(given, '--max-results')).toThrow('--max-results takes');
});
