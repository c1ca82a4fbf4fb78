import { expect, test } from 'vitest';
import { packagesInWords } from './packages-in-words.ts';

test('conda packages come before those of pip', () => {
	expect(packagesInWords({ pipRequirements: ['scikit-learn==1.5'], condaPackages: ['numpy=1.26'] })).toBe('numpy=1.26, scikit-learn==1.5');
	expect(packagesInWords({ pipRequirements: ['--extra-index-url https://example.com/simple', 'torch'] })).toBe('torch');
	expect(packagesInWords({})).toBe('none');
	expect(packagesInWords({ userManaged: true, interpreterPath: '/opt/python' })).toBe('managed by its owner: /opt/python');
});

test('twenty are named, of more their number', () => {
	const names = Array.from({ length: 21 }, (_, index) => `p${index}`);
	expect(packagesInWords({ pipRequirements: names.slice(0, 20) })).toBe(names.slice(0, 20).join(', '));
	expect(packagesInWords({ pipRequirements: names })).toBe(`${names.slice(0, 20).join(', ')} and 1 more`);
});
