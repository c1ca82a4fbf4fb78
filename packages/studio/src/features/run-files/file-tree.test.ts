import { expect, test } from 'vitest';
import { buildTree, folderIds } from './file-tree.ts';

const file = (path: string) => ({ path, sizeBytes: 1 });

test('folders come before files, numbers count as people do', () => {
	const tree = buildTree(['train.py', 'logs/azureml/110.log', 'logs/log10.txt', 'logs/log2.txt', 'outputs/model.json'].map(file));
	const leaf = (path: string, name: string) => ({ kind: 'file', id: path, name, file: file(path) });
	expect(tree).toEqual([
		{
			kind: 'folder',
			id: 'logs/',
			name: 'logs',
			children: [
				{ kind: 'folder', id: 'logs/azureml/', name: 'azureml', children: [leaf('logs/azureml/110.log', '110.log')] },
				leaf('logs/log2.txt', 'log2.txt'),
				leaf('logs/log10.txt', 'log10.txt'),
			],
		},
		{ kind: 'folder', id: 'outputs/', name: 'outputs', children: [leaf('outputs/model.json', 'model.json')] },
		leaf('train.py', 'train.py'),
	]);
	expect(folderIds(tree)).toEqual(['logs/', 'logs/azureml/', 'outputs/']);
});

test('a file and a folder may have one name', () => {
	expect(buildTree([file('a'), file('a/b')]).map(({ id }) => id)).toEqual(['a/', 'a']);
});
