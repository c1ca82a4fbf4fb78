import { expect, it } from 'vitest';
import { previewText, runsOfTrace, tokensOf, traceName } from './trace-facts.ts';

it('is called by the name that its program gave, else by its id', () => {
	expect(traceName({ id: 'tr-1', tags: { 'mlflow.traceName': 'answer' } })).toBe('answer');
	expect(traceName({ id: 'tr-1', tags: {} })).toBe('tr-1');
});

it('was made in a run and is linked to others, each once', () => {
	expect(runsOfTrace({ metadata: { 'mlflow.sourceRun': 'a' }, runIds: ['b', 'a'] })).toEqual(['a', 'b']);
	expect(runsOfTrace({ metadata: {}, runIds: [] })).toEqual([]);
});

it.each([
	['{"input_tokens": 1200, "output_tokens": 40, "total_tokens": 1240}', { total: 1240, inWords: '1,240 (1,200 in, 40 out)' }],
	['{"total_tokens": 7}', { total: 7, inWords: '7' }],
	['{"total_tokens": "7"}', null],
	['no JSON', null],
	['null', null],
])('of tokens %s it says %o', (text, expected) => {
	expect(tokensOf({ metadata: { 'mlflow.trace.tokenUsage': text } })).toEqual(expected);
});

it.each([
	['"an answer"', 'an answer'],
	['{"a": 1}', '{"a": 1}'],
	['"cut…', '"cut…'],
	[null, ''],
])('the preview %s is shown as %s', (preview, text) => {
	expect(previewText(preview)).toBe(text);
});
