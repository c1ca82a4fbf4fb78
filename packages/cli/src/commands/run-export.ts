/** `runstead run export`: writes runs to a file for a spreadsheet or a program. */
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Run, WireValue } from '@runstead/contract';
import { defineCommand, UsageError } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';
import { FILTER_OPTIONS, listRuns } from '../run/list-runs.ts';
import { isOfTheScript, valueText } from '../run/values.ts';

const FIELDS = [
	'id',
	'number',
	'experimentName',
	'displayName',
	'status',
	'createdTime',
	'startTime',
	'endTime',
	'durationMs',
	'target',
	'submittedBy',
] as const;

function csvCell(value: string): string {
	return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Every digit: what reads this may calculate. */
function exactText(value: WireValue): string {
	if (value === null) return '';
	return typeof value === 'number' ? String(value) : valueText(value);
}

/** The cells of a run by the name of their column. */
function cellsOf(run: Run): Map<string, string> {
	const cells = new Map<string, string>(FIELDS.map((field) => [field, run[field] === null ? '' : String(run[field])]));
	for (const [key, value] of Object.entries(run.tags)) cells.set(`tags.${key}`, value ?? 'true');
	for (const [key, value] of Object.entries(run.properties)) cells.set(`properties.${key}`, value);
	for (const [key, value] of Object.entries(run.params)) cells.set(`params.${key}`, value);
	for (const metric of Object.values(run.metrics).filter(isOfTheScript)) {
		for (const [column, { last }] of Object.entries(metric.columns))
			cells.set(`metrics.${metric.name}${column === metric.name ? '' : `.${column}`}`, exactText(last));
	}
	return cells;
}

/** All runs are read first: which columns there are is known only then. */
async function* csvLines(runs: AsyncIterable<Run>, count: (run: Run) => void): AsyncGenerator<string> {
	const rows: Map<string, string>[] = [];
	for await (const run of runs) {
		count(run);
		rows.push(cellsOf(run));
	}
	const columns = [...new Set<string>([...FIELDS, ...rows.flatMap((row) => [...row.keys()])])];
	yield `${columns.map(csvCell).join(',')}\r\n`;
	for (const row of rows) yield `${columns.map((column) => csvCell(row.get(column) ?? '')).join(',')}\r\n`;
}

async function* jsonLines(runs: AsyncIterable<Run>, count: (run: Run) => void): AsyncGenerator<string> {
	for await (const run of runs) {
		count(run);
		yield `${JSON.stringify(run)}\n`;
	}
}

export const command = defineCommand({
	summary: 'Write runs with their params, metrics and tags to a CSV or JSON-lines file',
	usage: 'FILE.csv|FILE.jsonl',
	words: { min: 1, max: 1 },
	options: { ...FILTER_OPTIONS, ...WORKSPACE_OPTIONS },
	answers: 'document',
	examples: [
		{ command: 'runstead run export runs.csv -e testexperiment', explanation: 'a line a run, a column for each metric, param and tag' },
		{ command: 'runstead run export runs.jsonl --status Completed', explanation: 'each run whole, as JSON' },
	],
	async run({ options, words }) {
		const [file] = words as [string];
		const writers: Record<string, typeof csvLines> = { '.csv': csvLines, '.jsonl': jsonLines };
		const writer = writers[extname(file)];
		if (writer === undefined) throw new UsageError(`"${file}" ends neither in .csv nor in .jsonl.`);
		const { client, workspace } = await openWorkspace(options);
		const runs = await listRuns(client, workspace, options);
		let count = 0;
		const lines = writer(runs, () => {
			count += 1;
		});
		await pipeline(Readable.from(lines), createWriteStream(`${file}.part`));
		await rename(`${file}.part`, file);
		return documentAnswer({ file, runs: count }, `Wrote ${count === 1 ? '1 run' : `${count} runs`} to ${file}.`);
	},
});
