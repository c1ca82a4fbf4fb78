/** What could not be brought over, in words. */

const PROBLEMS_SHOWN = 20;

export function problemsText(problems: readonly string[]): string {
	const more = problems.length - PROBLEMS_SHOWN;
	return [
		...problems.slice(0, PROBLEMS_SHOWN),
		...(more > 0 ? [`… and ${more} more.`] : []),
		'Run the command again when that is mended: it brings the rest.',
	].join('\n');
}
