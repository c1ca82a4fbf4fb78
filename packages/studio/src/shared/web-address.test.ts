import { expect, it } from 'vitest';
import { webAddressOrNull } from './web-address.ts';

it('only addresses of the web are links', () => {
	expect(['https://a.example', 'HTTP://a', 's3://a/b', 'javascript:alert(1)', null].map(webAddressOrNull)).toEqual([
		'https://a.example',
		'HTTP://a',
		null,
		null,
		null,
	]);
});
