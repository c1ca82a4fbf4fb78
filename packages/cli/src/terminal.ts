/** How the command line prints: results to standard output, remarks and errors to standard error, colour only on a terminal. */
import type { WriteStream } from 'node:tty';

// A reader that has seen enough (`| head`, a closed terminal) is no reason to end: a server goes on without it.
for (const stream of [process.stdout, process.stderr]) {
	stream.on('error', (error: NodeJS.ErrnoException) => {
		if (error.code !== 'EPIPE') throw error;
	});
}

type Paint = (text: string) => string;

function painter(stream: WriteStream, code: number): Paint {
	return (text) => (stream.isTTY && !process.env.NO_COLOR ? `\u001b[${code}m${text}\u001b[0m` : text);
}

export const bold = painter(process.stdout, 1);
export const dim = painter(process.stdout, 2);
export const link = painter(process.stdout, 36);
export const red = painter(process.stdout, 31);
const redError = painter(process.stderr, 31);
const dimRemark = painter(process.stderr, 2);

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
	const width = Math.max(...pairs.map(([label]) => label.length));
	for (const [label, value] of pairs) print(`  ${dim(label.padEnd(width))}  ${value}`);
}

/** Prints rows below a heading, each column as wide as its widest cell. */
export function printTable(heading: readonly string[], rows: readonly (readonly string[])[]): void {
	const widths = heading.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]!.length)));
	const line = (cells: readonly string[]) =>
		cells
			.map((cell, column) => cell.padEnd(widths[column]!))
			.join('  ')
			.trimEnd();
	print(dim(line(heading)));
	for (const row of rows) print(line(row));
}
