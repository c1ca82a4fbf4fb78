/** What the categories of a setting choose. */
import { ALL_LOGS, ALL_METRICS, DIAGNOSTIC_CATEGORIES, RunsteadError, withNearest } from '@runstead/contract';

export function chooses(categories: readonly string[], category: string): boolean {
	return categories.includes(category) || (category !== ALL_METRICS && categories.includes(ALL_LOGS));
}

export function choosesLogs(categories: readonly string[]): boolean {
	return categories.some((category) => category !== ALL_METRICS);
}

/** As they are spelled here, each once, in the order in which they are listed. @throws {RunsteadError} invalid-request. */
export function checkCategories(given: readonly string[]): string[] {
	const chosen = given.map((name) => {
		const known = DIAGNOSTIC_CATEGORIES.find((category) => category.toLowerCase() === name.toLowerCase());
		if (known === undefined) {
			const given = withNearest(name, DIAGNOSTIC_CATEGORIES);
			throw new RunsteadError('invalid-request', {
				what: `There is no diagnostic category ${given}; there are ${DIAGNOSTIC_CATEGORIES.join(', ')}.`,
			});
		}
		return known;
	});
	return DIAGNOSTIC_CATEGORIES.filter((category) => chosen.includes(category));
}

/** Every category that is chosen, groups spelled out. */
export function chosenCategories(categories: readonly string[]): string[] {
	return DIAGNOSTIC_CATEGORIES.filter((category) => category !== ALL_LOGS && chooses(categories, category));
}
