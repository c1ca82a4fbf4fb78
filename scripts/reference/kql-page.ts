/** The page of what is supported of the Kusto query language, from the catalogues of the translation. */
import { LOG_TABLES } from '../../packages/contract/src/index.ts';
import { AGGREGATES } from '../../packages/server/src/engines/query-engine/kql/aggregates.ts';
import { FUNCTION_GROUPS } from '../../packages/server/src/engines/query-engine/kql/functions/catalogue.ts';
import { OPERATOR_NAMES } from '../../packages/server/src/engines/query-engine/kql/operators/catalogue.ts';
import { PLUGIN_NAMES } from '../../packages/server/src/engines/query-engine/kql/operators/evaluate.ts';

const codes = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

export function kqlPage(): string {
	const functions = Object.entries(FUNCTION_GROUPS).map(([group, names]) => `| ${group} | ${codes(Object.keys(names).sort())} |`);
	const tables = [...LOG_TABLES.values()].map(({ name, category, description, columns }) =>
		[
			`### ${name}`,
			'',
			`${description}${category === null ? '' : ` Diagnostic category \`${category}\`.`}`,
			'',
			columns.map((column) => `\`${column.name}\` ${column.type}`).join(', '),
		].join('\n'),
	);
	return `${[
		'# The Kusto query language',
		'What queries of the [log tables](../concepts/logs.md) may use. Anything else is refused by name, with its place in the query.',
		'## Operators',
		codes([...OPERATOR_NAMES].sort()),
		`Plugins of \`evaluate\`: ${codes(PLUGIN_NAMES)}.`,
		'## Aggregates',
		codes(Object.keys(AGGREGATES).sort()),
		'## Functions',
		['| of | names |', '| --- | --- |', ...functions].join('\n'),
		'## Tables',
		...tables,
	].join('\n\n')}\n`;
}
