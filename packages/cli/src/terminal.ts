/** How the command line prints: results to standard output, remarks and errors to standard error, colour only on a terminal. */
import type { WriteStream } from 'node:tty';
import { pairLines, type TableColumn, tableLines } from './output/table.ts';

const closed = new AbortController();

/** Aborted when nobody reads standard output any more (`| head`): what would go on printing ends then. */
export const outputClosed: AbortSignal = closed.signal;

// A reader that has seen enough (`| head`, a closed terminal) is no reason to end: a server goes on without it.
for (const stream of [process.stdout, process.stderr]) {
	stream.on('error', (error: NodeJS.ErrnoException) => {
		if (error.code !== 'EPIPE') throw error;
		if (stream === process.stdout) closed.abort();
	});
}

type Paint = (text: string) => string;

function painter(stream: WriteStream, code: number): Paint {
	return (text) => (stream.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb' ? `\u001b[${code}m${text}\u001b[0m` : text);
}

export const bold = painter(process.stdout, 1);
export const dim = painter(process.stdout, 2);
export const link = painter(process.stdout, 36);
export const jsonPaints = { key: painter(process.stdout, 34), text: painter(process.stdout, 32), other: painter(process.stdout, 33) };
const redError = painter(process.stderr, 31);
const dimRemark = painter(process.stderr, 2);

/** Columns of the terminal that standard output is; infinite where it is none, so that programs see all of every line. */
export function outputColumns(): number {
	return process.stdout.isTTY ? process.stdout.columns || Number.POSITIVE_INFINITY : Number.POSITIVE_INFINITY;
}

export function print(text = ''): void {
	process.stdout.write(`${text}\n`);
}

/** Prints what a person reads and a program that takes the result does not want. */
export function remark(text: string): void {
	process.stderr.write(`${dimRemark(text)}\n`);
}

export function printError(message: string, hint?: string): void {
	process.stderr.write(`${redError('error:')} ${message}\n${hint ? `  ${hint.replaceAll('\n', '\n  ')}\n` : ''}`);
}

/** Prints rows as two columns, the first as wide as its widest cell. */
export function printPairs(pairs: readonly (readonly [string, string])[]): void {
	for (const line of pairLines(pairs, outputColumns(), (text, of) => (of === 0 ? dim(text) : text))) print(line);
}

/** Prints rows below a heading, each column as wide as its widest cell, or narrower where the terminal is. */
export function printTable(columns: readonly (string | TableColumn)[], rows: readonly (readonly string[])[]): void {
	const headed = columns.map((column) => (typeof column === 'string' ? { heading: column } : column));
	for (const line of tableLines(headed, rows, outputColumns(), dim)) print(line);
}
