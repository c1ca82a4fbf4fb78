/** Paths that lead out of a folder, whatever they are dressed as, are refused with the reason. */
import { expect, test } from 'vitest';
import { RunsteadError } from './errors.ts';
import { checkFilePath } from './file-path.ts';

function reasonOf(path: string): string | null {
	try {
		checkFilePath(path);
		return null;
	} catch (error) {
		expect(error).toBeInstanceOf(RunsteadError);
		expect((error as RunsteadError).code).toBe('invalid-path');
		return (error as RunsteadError).details.reason as string;
	}
}

test.each([
	'a.txt',
	'azureml-logs/70_driver_log.txt',
	'outputs/modèle ✓/weights 100%.bin',
	'...',
	'a/.hidden/..b/c..',
	'a:b/c?d#e&f=g+h',
	'https%3A%2F%2Fexample.com',
	'%41',
	'~',
	'-rf',
	'CON',
])('%s is allowed', (path) => expect(reasonOf(path)).toBeNull());

test.each([
	['', 'it is empty'],
	['/etc/passwd', 'it is absolute'],
	['C:/windows', 'it is absolute'],
	['../../etc/passwd', 'it has a part ".."'],
	['a/../b', 'it has a part ".."'],
	['a/./b', 'it has a part "."'],
	['a//b', 'it has an empty part'],
	['a/', 'it has an empty part'],
	['a\\b', 'it has a backslash'],
	['a\0b', 'it has a control character'],
	['a\nb', 'it has a control character'],
	['a\u007f', 'it has a control character'],
	['a\u0085', 'it has a control character'],
	['a\ud800', 'it is not valid Unicode'],
	['%2e%2e/x', 'it has a percent-encoded "." or ".."'],
	['%2E./x', 'it has a percent-encoded "." or ".."'],
	['x/..%2f..%2fetc', 'it has a percent-encoded "." or ".."'],
	['x/..%5cetc', 'it has a percent-encoded "." or ".."'],
	['%252e%252e/x', 'it has a percent-encoded "." or ".."'],
	['%25252e%25252e/x', 'it has a percent-encoded "." or ".."'],
	['a%00b', 'it has a percent-encoded NUL'],
])('%j is refused', (path, reason) => expect(reasonOf(path)).toBe(reason));

test('a path has at most 5,000 characters', () => {
	const path = (length: number): string => `${`${'a'.repeat(200)}/`.repeat(30).slice(0, length - 1)}b`;
	expect(reasonOf(path(4_999))).toBeNull();
	expect(reasonOf(path(5_000))).toBeNull();
	expect(reasonOf(path(5_001))).toBe('it has 5001 characters; 5000 are allowed');
});

test('a part of a path has at most 255 bytes', () => {
	expect(reasonOf(`x/${'a'.repeat(254)}`)).toBeNull();
	expect(reasonOf(`x/${'é'.repeat(127)}a`)).toBeNull();
	expect(reasonOf(`x/${'é'.repeat(128)}`)).toBe('a part of it has 256 bytes; 255 are allowed');
});
