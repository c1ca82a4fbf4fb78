/** Durations, metric values, tags and sizes as the command line writes them, and reads them. */
import { type MetricSummary, SYSTEM_METRIC_PREFIX, type WireValue } from '@runstead/contract';
import { UsageError } from '../command.ts';

/** What has passed in full, as the studio writes it too: 59.9 s is no minute. @example durationText(3_723_900) === '1 h 2 min 3 s' */
export function durationText(durationMs: number): string {
	if (durationMs < 100) return `${Math.floor(Math.max(0, durationMs))} ms`;
	if (durationMs < 10_000) return `${(Math.floor(durationMs / 100) / 10).toFixed(1)} s`;
	const seconds = Math.floor(durationMs / 1_000);
	const parts = [
		[Math.floor(seconds / 3_600), 'h'],
		[Math.floor(seconds / 60) % 60, 'min'],
		[seconds % 60, 's'],
	] as const;
	return parts
		.filter(([count], index) => count > 0 || index === 2)
		.map(([count, unit]) => `${count} ${unit}`)
		.join(' ');
}

/** A time as a person reads it, to the second. @example timeText('2026-11-22T10:44:38.207811Z') === '2026-11-22T10:44:38Z' */
export function timeText(time: string): string {
	return time.replace(/\.\d+Z$/, 'Z');
}

/** @example sizeText(1_572_864) === '1.5 MiB' */
export function sizeText(bytes: number): string {
	const units = ['KiB', 'MiB', 'GiB', 'TiB'];
	if (bytes < 1024) return `${bytes} B`;
	const power = Math.min(units.length, Math.floor(Math.log2(bytes) / 10));
	return `${(bytes / 1024 ** power).toFixed(1)} ${units[power - 1]}`;
}

/** A number as a person compares it: six digits, and never 0.30000000000000004. */
export function numberText(value: number): string {
	return Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : String(Number(value.toPrecision(6)));
}

export function valueText(value: WireValue): string {
	if (typeof value === 'number') return numberText(value);
	if (value === null) return '-';
	if (typeof value !== 'object') return String(value);
	return 'number' in value ? value.number : value.integer;
}

/** The last value of each column: one value for a scalar, `column=value` for more. */
export function lastText({ columns, name }: MetricSummary): string {
	const entries = Object.entries(columns);
	const [only] = entries;
	if (entries.length === 1 && only !== undefined && only[0] === name) return valueText(only[1].last);
	return entries.map(([column, { last }]) => `${column}=${valueText(last)}`).join(', ');
}

/** What the machine measures is beside what the script logs. */
export function isOfTheScript({ name }: MetricSummary): boolean {
	return !name.startsWith(SYSTEM_METRIC_PREFIX);
}

export function tagText([key, value]: readonly [string, string | null]): string {
	return value === null ? key : `${key}=${value}`;
}

/** `KEY=VALUE`. @throws {UsageError} naming `option`, where there is no `=`. */
function assignmentOf(given: string, option: string): [string, string] {
	const at = given.indexOf('=');
	if (at < 1) {
		if (at === 0 || given === '') throw new UsageError(`${option} takes KEY=VALUE, and "${given}" has no key.`);
		throw new UsageError(`${option} takes KEY=VALUE, and "${given}" has no "=": ${option} '${given}=VALUE'`);
	}
	return [given.slice(0, at), given.slice(at + 1)];
}

export function assignmentsOf(given: readonly string[] | undefined, option: string): Record<string, string> | undefined {
	return given && Object.fromEntries(given.map((word) => assignmentOf(word, option)));
}

/** A tag may be a key alone. @throws {UsageError} for one without a key. */
export function tagsOf(given: readonly string[] | undefined, option: string): Record<string, string | null> | undefined {
	return given && Object.fromEntries(given.map((word) => (word !== '' && !word.includes('=') ? [word, null] : assignmentOf(word, option))));
}

/** @throws {UsageError} for what is no whole number. */
export function wholeNumber(option: string, given: string | undefined): number | undefined {
	if (given === undefined) return undefined;
	if (!/^\d{1,9}$/.test(given)) throw new UsageError(`--${option} takes a whole number, not "${given}".`);
	return Number(given);
}
