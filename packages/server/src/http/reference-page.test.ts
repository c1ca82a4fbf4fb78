/** The reference page: whole, without loose ends, and content with a policy that allows no script. */
import { createHash } from 'node:crypto';
import { API_ROUTES, ERRORS } from '@runstead/contract';
import { expect, test } from 'vitest';
import { renderReferencePage } from './reference-page.ts';

const { html, contentSecurityPolicy } = renderReferencePage('1.2.3');
const all = (pattern: RegExp) => [...html.matchAll(pattern)].map((match) => match[1]!);

test('has a section for every operation and a row for every error', () => {
	const ids = all(/ id="([^"]+)"/g);
	expect(Object.keys(API_ROUTES).filter((id) => !ids.includes(id))).toEqual([]);
	expect(Object.keys(ERRORS).filter((code) => !html.includes(`<code>${code}</code>`))).toEqual([]);
	expect(new Set(ids).size).toBe(ids.length);
});

test('every link within the page leads somewhere', () => {
	const ids = new Set(all(/ id="([^"]+)"/g));
	const links = all(/href="#([^"]+)"/g);
	expect(links.filter((link) => !ids.has(link))).toEqual([]);
	expect(links.length).toBeGreaterThan(100);
});

test('needs its own style and nothing else', () => {
	const [style] = all(/<style>([\s\S]*?)<\/style>/g);
	const hash = createHash('sha256').update(style!).digest('base64');
	expect(contentSecurityPolicy).toBe(
		`default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
	);
	expect(html).not.toMatch(/<script|<link|<img| style=| on[a-z]+=|https?:/);
});

test('shows the words of the contract as text, not as markup', () => {
	expect(html).toContain('Send &quot;Authorization: Bearer &lt;token&gt;&quot;;');
	expect(html).toContain('<td>array of <a href="#schema-Run">Run</a></td>');
});
