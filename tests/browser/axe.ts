/** What axe finds on a page that breaks WCAG 2.1 A or AA, one line a place. */
import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** What Fluent puts around its tab lists to catch the focus; it passes it on at once. */
const NOT_OURS = [['[data-tabster-dummy]']];
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];

export async function violationsOf(page: Page): Promise<string[]> {
	// The page's policy lets no script in that is written into it; the debugger is not asked.
	const result = (await page.evaluate(
		`${axe.source}; axe.run({ exclude: ${JSON.stringify(NOT_OURS)} }, { runOnly: ${JSON.stringify(TAGS)} })`,
	)) as AxeResults;
	return result.violations.flatMap(({ id, nodes }) =>
		nodes.map(({ html, failureSummary = '' }) => `${id}: ${html.slice(0, 160)} ${failureSummary.replaceAll(/\s+/g, ' ').slice(0, 240)}`),
	);
}
