import { expect, test } from 'vitest';
import { prettyJson } from './pretty-json.ts';

test('a document is laid out, short lists and objects in a line', () => {
	expect(prettyJson('{"rmse":53.2,"confusion":[[3,1],[0,4]],"params":{"alpha":0.05},"none":[],"empty":{}}')).toBe(`{
  "rmse": 53.2,
  "confusion": [
    [3, 1],
    [0, 4]
  ],
  "params": { "alpha": 0.05 },
  "none": [],
  "empty": {}
}`);
});

test('what is too long for a line is laid out, too', () => {
	const words = Array.from({ length: 12 }, (_, index) => `"word ${index}"`);
	expect(prettyJson(`[${words.join(',')}]`)).toBe(`[\n  ${words.join(',\n  ')}\n]`);
});

test('digits and texts stay as they were written', () => {
	expect(prettyJson('[9007199254740993, 1.0e-7, "a, [\\"b\\"]: {\\u00e9}"]')).toBe('[9007199254740993, 1.0e-7, "a, [\\"b\\"]: {\\u00e9}"]');
	expect(prettyJson('"alone"')).toBe('"alone"');
});

test('a text that is no JSON is none', () => {
	expect(prettyJson('{"a": 1')).toBeNull();
	expect(prettyJson('')).toBeNull();
});
