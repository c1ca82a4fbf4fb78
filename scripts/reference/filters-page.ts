/** docs/reference/filters.md: the language in which runs are searched. */
import { METRIC_STATISTICS, parseFilter, RUN_ATTRIBUTES } from '../../packages/contract/src/index.ts';
import { cell, page, table } from './markdown.ts';

const EXAMPLES: readonly (readonly [filter: string, meaning: string])[] = [
	["status = 'Running'", 'runs that run'],
	["status in ('Failed', 'Canceled')", 'runs that ended badly'],
	["metrics.mse.min < 3000 and tags.quality = 'good'", 'the least `mse` was below 3000, and somebody found the run good'],
	['metrics.mse < 3000', 'the last `mse` is below 3000'],
	['has tags."worth another look"', 'a tag that is a key alone; keys with spaces stand in double quotes'],
	["not params.optimizer = 'sgd'", 'also runs without that param'],
	["displayName ilike '%ridge%'", '`%` stands for any text; `ilike` ignores upper and lower case, `like` does not'],
	["createdTime > '2026-11-21T08:00:00Z' and durationMs < 60000", 'times in quotes, durations in milliseconds'],
	["datasets.context = 'training'", 'it read a dataset for training; `datasets.name` and `datasets.digest` say which'],
	['parentId is null', 'runs at the top of their tree'],
];

/** The page; every example on it is one that the parser reads. */
export function filtersPage(): string {
	for (const [filter] of EXAMPLES) parseFilter(filter);
	const fields = [
		...Object.entries(RUN_ATTRIBUTES).map(([name, type]) => [`\`${name}\``, type]),
		['`tags.KEY`, `properties.KEY`, `params.KEY`', 'text; a number where the value reads as one'],
		[
			`\`metrics.NAME.STATISTIC\`, with ${METRIC_STATISTICS.map((word) => `\`${word}\``).join(', ')}; without one, the last value`,
			'number',
		],
	];
	return page(
		'# Filters',
		'A filter is made of comparisons, `and`, `or`, `not` and parentheses; `not` binds tightest, `or` least. Comparisons are `=` `!=` `<` `<=` `>` `>=` `like` `ilike` `in (…)` `not in (…)` `is null` `is not null` and `has`. Texts stand in single or double quotes, a quote of that kind in them is doubled; names with spaces stand in double quotes or backticks. A filter that cannot be read is refused with `invalid-filter`, which names the character and what was expected there.',
		table(
			['filter', 'finds'],
			EXAMPLES.map(([filter, meaning]) => [`\`${cell(filter).replaceAll('&lt;', '<')}\``, meaning]),
		),
		'## Fields',
		'The same names order runs: `"orderBy": {"by": "metrics.mse.min", "direction": "ascending"}`.',
		table(['field', 'type'], fields),
	);
}
