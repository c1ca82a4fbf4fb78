/** A value that is a secret as likely as not: `@FILE` keeps it out of the list of processes and the history of the shell. */
import { readFile } from 'node:fs/promises';
import { CommandError } from './command.ts';

/** @throws {CommandError} when the file cannot be read. */
export async function textOrFile(given: string): Promise<string> {
	if (!given.startsWith('@')) return given;
	const file = given.slice(1);
	try {
		return (await readFile(file, 'utf8')).trim();
	} catch (error) {
		throw new CommandError(`The file ${file} cannot be read: ${(error as Error).message}.`, 'Name a file that holds the value alone.', {
			cause: error,
		});
	}
}
