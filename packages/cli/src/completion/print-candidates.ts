/** Answers the completion scripts: a line for each candidate, with its description behind a tab. */
import { printable } from '../output/text-width.ts';
import type { Program } from '../program.ts';
import { print } from '../terminal.ts';
import { candidatesFor } from './candidates.ts';

export async function printCandidates(program: Program, words: readonly string[]): Promise<number> {
	for (const { word, description } of await candidatesFor(program, words)) print(`${word}\t${printable(description)}`);
	return 0;
}
