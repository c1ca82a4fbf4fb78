import { expect, it } from 'vitest';
import { changedFiles } from './changed-files.ts';

it('tells added, removed and changed files by their content', () => {
	const left = [
		{ path: 'train.py', sha256: '1' },
		{ path: 'old.py', sha256: '2' },
		{ path: 'same.py', sha256: '3' },
	];
	const right = [
		{ path: 'train.py', sha256: '9' },
		{ path: 'same.py', sha256: '3' },
		{ path: 'data/new.csv', sha256: '4' },
	];
	expect(changedFiles(left, right)).toEqual([
		{ path: 'data/new.csv', change: 'added' },
		{ path: 'old.py', change: 'removed' },
		{ path: 'train.py', change: 'changed' },
	]);
});
