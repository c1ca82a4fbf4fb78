/** What axe finds on a page that breaks WCAG 2.1 A or AA, one line a place. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];

interface AxeResult {
	readonly violations: readonly {
		readonly id: string;
		readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
	}[];
}

export async function violationsOf(page: Page): Promise<string[]> {
	// The page's policy lets no script in that is written into it; the debugger is not asked.
	const result = (await page.evaluate(`${SOURCE}; axe.run(document, { runOnly: ${JSON.stringify(TAGS)} })`)) as AxeResult;
	return result.violations.flatMap(({ id, nodes }) =>
		nodes.map(({ html, failureSummary = '' }) => `${id}: ${html.slice(0, 160)} ${failureSummary.replaceAll(/\s+/g, ' ').slice(0, 240)}`),
	);
}
