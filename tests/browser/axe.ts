/** What axe finds on a page that breaks WCAG 2.1 A or AA, one line a place. */
import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** What Fluent puts around its tab lists to catch the focus; it passes it on at once. */
const NOT_OURS = [['[data-tabster-dummy]']];
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];

/** One animation may follow another. */
const ANIMATIONS_ENDED = `(async () => {
	for (let round = 0; round < 20; round++) {
		const running = document.getAnimations().filter(({ effect, playState }) => playState === 'running' && effect.getComputedTiming().endTime < Infinity);
		if (running.length === 0) return;
		await Promise.allSettled(running.map(({ finished }) => finished));
		await new Promise(requestAnimationFrame);
	}
})()`;

export async function violationsOf(page: Page): Promise<string[]> {
	// What fades in or out, like a note, has half its contrast meanwhile: it is looked at as it will stand.
	await page.evaluate(ANIMATIONS_ENDED);
	// The page's policy lets no script in that is written into it; the debugger is not asked.
	const result = (await page.evaluate(
		`${axe.source}; axe.run({ exclude: ${JSON.stringify(NOT_OURS)} }, { runOnly: ${JSON.stringify(TAGS)} })`,
	)) as AxeResults;
	return result.violations.flatMap(({ id, nodes }) =>
		nodes.map(({ html, failureSummary = '' }) => `${id}: ${html.slice(0, 160)} ${failureSummary.replaceAll(/\s+/g, ' ').slice(0, 240)}`),
	);
}
