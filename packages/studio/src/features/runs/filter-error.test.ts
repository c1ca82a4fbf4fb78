import { expect, test } from 'vitest';
import { filterErrorOf } from './filter-error.ts';

test('a filter that can be read has no error, nor has none', () => {
	expect(filterErrorOf('metrics.mse.min < 3000 and tags.quality is not null')).toBeNull();
	expect(filterErrorOf('  ')).toBeNull();
});

test('the place is that of the first character that cannot be read', () => {
	expect(filterErrorOf("status = 'Running' und number > 3")).toMatchObject({
		position: 19,
		reason: 'expected "and", "or" or the end, found "und"',
	});
});
