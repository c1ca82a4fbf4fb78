/** `runstead query`: a query of the log tables, in the Kusto query language. */
import type { QueryAnswer } from '@runstead/contract';
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { type Column, listAnswer } from '../output/answer.ts';
import { queryText } from '../query-text.ts';

export const command = defineCommand({
	summary: 'Query the log tables in the Kusto query language',
	usage: "'KQL' | @FILE | -",
	words: { min: 1, max: 1 },
	options: {
		timespan: { type: 'string', value: 'SPAN', description: 'Only rows of this time: P1D, PT6H, or START/END.' },
		'all-workspaces': { type: 'boolean', description: 'The rows of every workspace.' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'list',
	examples: [
		{
			command: `runstead query 'AmlComputeJobEvent | where TimeGenerated > ago(5d) and EventType == "JobFailed"'`,
			explanation: 'jobs that failed within five days',
		},
		{ command: "runstead query 'RunsteadAudit | summarize count() by EventType' -o json", explanation: 'for a program' },
		{ command: 'runstead query @nodes.kql --all-workspaces', explanation: 'a query that is kept in a file' },
	],
	async run({ options, words }) {
		const query = await queryText(words[0] as string);
		const { client, workspace } = await openWorkspace(options);
		const { timespan } = options;
		const body = { query, ...(timespan !== undefined && { timespan }) };
		const answer = options['all-workspaces']
			? await client.call('queryEverything', { body })
			: await client.call('queryWorkspace', { params: { workspace }, body });
		const { columns, rows, cutBy, more, warnings } = answer;
		const items = rows.map((row) => Object.fromEntries(columns.map(({ name, type }, index) => [name, asValue(row[index], type)])));
		const shownOnes = shownColumns(answer);
		const left = columns.length - shownOnes.length;
		const leftOut = left === 0 ? [] : [`${left} ${left === 1 ? 'column' : 'columns'} without any value left out: -o json has all.`];
		const others = more.length === 0 ? [] : [`The query gives ${more.length + 1} tables; this is the first of them.`];
		const remarks = [...warnings, ...others, ...leftOut, ...(cutBy === null ? [] : [`The answer was cut off after ${rows.length} rows.`])];
		return listAnswer(items, {
			empty: 'No rows.',
			columns: shownOnes,
			...(remarks.length > 0 && { remark: remarks.join('\n') }),
		});
	},
});

/** A dynamic value comes as text; a program wants what it says. */
function asValue(value: unknown, type: string): unknown {
	return type === 'dynamic' && typeof value === 'string' ? JSON.parse(value) : value;
}

/** A table leaves out columns in which no row has anything: the log tables have dozens, and most kinds of events fill few. */
function shownColumns({ columns, rows }: QueryAnswer): Column<Record<string, unknown>>[] {
	const filled = columns.filter((_, index) => rows.length === 0 || rows.some((row) => !isEmpty(row[index])));
	return filled.map(({ name, type }) => ({ heading: name, of: (row) => shown(row[name], type) }));
}

function isEmpty(value: unknown): boolean {
	return value === null || value === undefined || value === '';
}

function shown(value: unknown, type: string): string {
	if (isEmpty(value)) return '-';
	if (type === 'datetime') return String(value).replace('T', ' ').replace('Z', '');
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
