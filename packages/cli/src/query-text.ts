/** A query in the Kusto query language, as commands take it: itself, `@FILE`, or `-` for standard input. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { CommandError } from './command.ts';

/** @throws {CommandError} when the file cannot be read. */
export async function queryText(given: string): Promise<string> {
	if (given === '-') return text(process.stdin);
	if (!given.startsWith('@')) return given;
	return readFile(given.slice(1), 'utf8').catch((error: Error) => {
		throw new CommandError(
			`The query cannot be read: ${error.message}.`,
			'Give the query itself in quotes, @FILE, or - for standard input.',
		);
	});
}
