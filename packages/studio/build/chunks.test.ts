import { expect, test } from 'vitest';
import { type Chunk, chunkOf, entriesOf, reachedFrom } from './chunks.ts';

const chunk = (fileName: string, moduleIds: string[], imports: string[] = [], facadeModuleId: string | null = null): Chunk => ({
	fileName,
	moduleIds,
	imports,
	facadeModuleId,
	code: '',
});

const common = chunk('common.js', ['/src/first-rows.ts', '/src/run-list.tsx'], ['react.js']);
const facade = chunk('first-rows.js', [], ['common.js'], '/src/first-rows.ts');
const alone = chunk('palette.js', ['/src/palette.tsx'], ['common.js'], '/src/palette.tsx');
const react = chunk('react.js', ['/node_modules/react.js']);
const chunks = [common, facade, alone, react];

test('what a page asks for to have a module is the chunk that holds it, and what stands before that', () => {
	expect(entriesOf(chunks, 'src/first-rows.ts')).toEqual([common, facade]);
	expect(entriesOf(chunks, 'src/palette.tsx')).toEqual([alone]);
	expect(entriesOf(chunks, 'src/run-list.tsx')).toEqual([common]);
	expect(() => chunkOf(chunks, 'src/gone.ts')).toThrow('No chunk holds src/gone.ts');
});

test('what is imported comes along, once', () => {
	expect([...reachedFrom(chunks, [alone, facade])]).toEqual([alone, common, react, facade]);
});
