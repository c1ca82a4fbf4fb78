import { expect, test } from 'vitest';
import { isLike } from './mlflow-filter.ts';

test.each([
	['resnet', 'res%', true],
	['resnet', '%net', true],
	['resnet', 'r%s%t', true],
	['resnet', '______', true],
	['resnet', '_____', false],
	['resnet', 'res', false],
	['resnet', '%', true],
	['', '%%', true],
	['', '_', false],
	['100%', '100_', true],
	['a%b', 'a%%b', true],
	['aab', '%ab', true],
	['a.c', 'a_c', true],
	['abc', 'a.c', false],
	['b😀', 'b_', true],
	['RESNET', 'res%', false],
])('whether %s is like %s: %s', (text, pattern, expected) => {
	expect(isLike(text, pattern, false)).toBe(expected);
});

test('a pattern that could be met in very many ways is soon seen not to be', () => {
	expect(isLike('a'.repeat(500), `${'%a'.repeat(400)}%b`, true)).toBe(false);
	expect(isLike('A'.repeat(500), '%a'.repeat(400), true)).toBe(true);
});
