/** Shows what a command answers, as `-o`, `--query` and `--max-results` ask. */
import { jsonPaints, print, printPairs, printTable, remark } from '../terminal.ts';
import type { Answer, ListAnswer } from './answer.ts';
import { formatted, withoutParts } from './formats.ts';
import type { OutputFormat } from './output-format.ts';
import { applyQuery, asJson } from './query.ts';
import { printable } from './text-width.ts';

interface Showing {
	format: OutputFormat;
	query: string | null;
	maxResults: number;
}

/** Takes as many as are asked for, and looks whether there is one more. */
async function take(list: ListAnswer, count: number): Promise<{ items: unknown[]; more: boolean }> {
	const items: unknown[] = [];
	for await (const item of list.items) {
		if (items.length === count) return { items, more: true };
		items.push(item);
	}
	return { items, more: false };
}

function isScalar(value: unknown): boolean {
	return value === null || typeof value !== 'object';
}

function textOf(value: unknown): string {
	if (value === null || value === undefined) return '-';
	return isScalar(value) ? String(value) : JSON.stringify(value);
}

/** A value of which only the shape is known, such as what a query took. */
function printAnything(value: unknown): void {
	if (!Array.isArray(value)) {
		if (isScalar(value)) print(textOf(value));
		else printPairs(Object.entries(value as object).map(([name, field]) => [name, textOf(field)]));
		return;
	}
	if (value.length === 0) return;
	if (!value.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item))) {
		for (const item of value) print(Array.isArray(item) ? item.map(textOf).join('  ') : textOf(item));
		return;
	}
	const names = [...new Set(value.flatMap((item) => Object.keys(item)))];
	printTable(
		names.map((name) => name.toUpperCase()),
		value.map((item) => names.map((name) => textOf(item[name]))),
	);
}

function printAnswer(answer: Answer, items: readonly unknown[]): void {
	if (answer.kind === 'document') {
		if (typeof answer.shown === 'string') print(answer.shown);
		else printPairs(answer.shown.map(([label, value]) => [label, value.split('\n').map(printable).join('\n')]));
		return;
	}
	if (items.length === 0) {
		print(answer.empty);
		return;
	}
	printTable(
		answer.columns,
		items.map((item) => answer.columns.map((column) => column.of(item))),
	);
}

/** The items of a list that a query took as they are, to be shown in its columns; null for anything else that it took. */
function itemsTakenOrNull(answer: Answer, items: readonly unknown[], json: unknown, taken: unknown): unknown[] | null {
	if (answer.kind !== 'list' || !Array.isArray(taken) || taken.length === 0) return null;
	const itemOf = new Map((json as unknown[]).map((one, index) => [one, items[index]]));
	return taken.every((one) => itemOf.has(one)) ? taken.map((one) => itemOf.get(one)) : null;
}

/** Gives the exit code. */
export async function showAnswer(answer: Answer, { format, query, maxResults }: Showing): Promise<number> {
	const { items, more } = answer.kind === 'list' ? await take(answer, maxResults) : { items: [], more: false };
	const value = answer.kind === 'list' ? items : answer.value;
	const whole = format === 'tsv' ? withoutParts(value) : value;
	const json = query === null ? null : asJson(value);
	const shown = query === null ? whole : await applyQuery(query, json);
	const taken = query === null ? items : itemsTakenOrNull(answer, items, json, shown);
	if (format !== 'table') {
		const text = await formatted(shown, format, jsonPaints);
		if (text !== null) print(text);
	} else if (taken === null) printAnything(shown);
	else printAnswer(answer, taken);
	if (answer.remark !== undefined) remark(answer.remark);
	if (more)
		remark(`The first ${maxResults === 1 ? 'is' : `${maxResults} are`} shown; there are more: --max-results COUNT, or --max-results all.`);
	return answer.exitCode ?? 0;
}
