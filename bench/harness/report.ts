/** Shows what was measured as a table, and keeps it as JSON. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { bold, dim, green, print, red } from '../../scripts/terminal.ts';
import type { Machine } from './machine.ts';
import type { Row, Target, Unit } from './measurement.ts';
import { type Statistics, statisticsOf } from './statistics.ts';

/** A row with what its numbers come down to. */
export interface Result extends Statistics {
	readonly name: string;
	readonly unit: string;
	readonly target?: Target;
	readonly reached?: boolean;
	readonly baseline?: string;
	/** The median over that of the baseline. */
	readonly ratio?: number;
}

/** Three digits that count. */
const rounded = (number: number): number => Number(number.toPrecision(3));

export function resultsOf(rows: readonly Row[]): Result[] {
	const medians = new Map(rows.map((row) => [row.name, statisticsOf(row.samples).median]));
	return rows.map(({ name, unit, samples, target, baseline }) => {
		const { count, ...numbers } = statisticsOf(samples);
		const compared = baseline === undefined ? undefined : medians.get(baseline);
		if (baseline !== undefined && compared === undefined) throw new Error(`There is no row "${baseline}" to compare "${name}" with.`);
		const reached = target && isReached(target, numbers, timesBetter(unit, numbers.median, compared));
		return {
			name,
			unit,
			count,
			min: rounded(numbers.min),
			median: rounded(numbers.median),
			p99: rounded(numbers.p99),
			max: rounded(numbers.max),
			...(target && { target, reached }),
			...(compared !== undefined && { baseline, ratio: rounded(numbers.median / compared) }),
		};
	});
}

/** Of rates more is better, of all else less; null where there is nothing to compare with. */
function timesBetter(unit: Unit, median: number, baseline: number | undefined): number | null {
	if (baseline === undefined) return null;
	return unit.endsWith('/s') ? median / baseline : baseline / median;
}

function isReached(target: Target, { median, p99 }: Omit<Statistics, 'count'>, better: number | null): boolean {
	const { atMost, atLeast, p99AtMost, timesBetter } = target;
	if (timesBetter !== undefined && better === null) throw new Error('There is no baseline that a target could be set against.');
	return (
		(atMost === undefined || median <= atMost) &&
		(atLeast === undefined || median >= atLeast) &&
		(p99AtMost === undefined || p99 <= p99AtMost) &&
		(timesBetter === undefined || (better as number) >= timesBetter)
	);
}

function targetInWords({ atMost, atLeast, p99AtMost, timesBetter }: Target, number: (value: number) => string): string {
	return [
		atMost === undefined ? '' : `<= ${number(atMost)}`,
		atLeast === undefined ? '' : `>= ${number(atLeast)}`,
		p99AtMost === undefined ? '' : `p99 <= ${number(p99AtMost)}`,
		timesBetter === undefined ? '' : `${number(timesBetter)} x better`,
	]
		.filter((words) => words !== '')
		.join(', ');
}

const HEADINGS = ['', 'min', 'median', 'p99', 'max', 'unit', 'n', 'target', 'ratio'];

export function printTable(results: readonly Result[]): void {
	const number = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 3 });
	const lines = results.map(({ name, min, median, p99, max, unit, count, target, ratio, baseline }) => [
		name,
		...[min, median, p99, max].map(number),
		unit,
		String(count),
		target ? targetInWords(target, number) : '',
		ratio === undefined ? '' : `${number(ratio)} x ${baseline}`,
	]);
	const widths = HEADINGS.map((heading, column) => Math.max(heading.length, ...lines.map((line) => (line[column] as string).length)));
	const align = (cells: readonly string[]): string[] =>
		cells.map((cell, column) =>
			column >= 1 && column <= 4 ? cell.padStart(widths[column] as number) : cell.padEnd(widths[column] as number),
		);
	print(dim(align(HEADINGS).join('  ').trimEnd()));
	for (const [index, line] of lines.entries()) {
		const cells = align(line);
		const { reached } = results[index] as Result;
		if (reached !== undefined) cells[7] = (reached ? green : red)(cells[7] as string);
		print(cells.join('  ').trimEnd());
	}
}

export function printHeading(name: string, title: string): void {
	print(`\n${bold(name)}  ${title}`);
}

export interface KeptResults {
	readonly measurement: string;
	readonly title: string;
	readonly date: string;
	readonly quick: boolean;
	readonly machine: Machine;
	readonly results: readonly Result[];
}

export function keep(file: string, kept: KeptResults): void {
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, `${JSON.stringify(kept, null, '\t')}\n`);
}
