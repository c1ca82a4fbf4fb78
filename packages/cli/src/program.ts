/** A program of many commands: finds the one that is meant, loads that one alone, runs it, and shows what it answers or what went wrong. */
import { type Command, UsageError } from './command.ts';
import { helpOfCommand, helpOfGroup, helpOfProgram } from './help.ts';
import { listingOrNull } from './listing.ts';
import { maxResults, optionsOf, outputFormat, presentationOf } from './output/options.ts';
import type { OutputFormat } from './output/output-format.ts';
import { withQuotes } from './output/query.ts';
import { parseCommandLine, unknownCommand } from './parse.ts';
import { print, printError } from './terminal.ts';
import { readUserSettings } from './user-settings.ts';

/** Each command is loaded only when it is the one that is meant, so that a short one answers at once. */
export type CommandTable = Readonly<Record<string, () => Promise<{ command: Command }>>>;

export interface Program {
	/** `runstead`, `az`. */
	name: string;
	/** How this person calls it: `npx runstead`. */
	call: string;
	summary: string;
	commands: CommandTable;
	/** What the help of the whole says of words that begin several commands. */
	groups: Readonly<Record<string, string>>;
	/** Commands that another program answers, with what its help says of them. */
	elsewhere?: readonly (readonly [string, string])[];
	examples: readonly (readonly [string, string])[];
	/** Where neither the command line nor the environment says. */
	defaultFormat: 'settings' | OutputFormat;
}

function isHelp(word: string | undefined): boolean {
	return word === '--help' || word === '-h';
}

/** The names of the commands that begin with a word, or with several; of all of them for none. */
export function namesBelow({ commands }: Program, group: string): string[] {
	return Object.keys(commands).filter((name) => group === '' || name.startsWith(`${group} `));
}

/** The words that the line begins with and that are a command or the beginning of commands: the longest such. */
export function knownWords(program: Program, args: readonly string[]): string[] {
	const known: string[] = [];
	for (const word of args) {
		const name = [...known, word].join(' ');
		if (!Object.hasOwn(program.commands, name) && namesBelow(program, name).length === 0) break;
		known.push(word);
	}
	return known;
}

async function printHelp(program: Program, group: string): Promise<void> {
	const load = (names: readonly string[]) =>
		Promise.all(names.map(async (name) => ({ name, command: (await program.commands[name]!()).command })));
	if (group !== '') {
		print(helpOfGroup(program.name, group, await load(namesBelow(program, group))));
		return;
	}
	const names = Object.keys(program.commands);
	const groups = [...new Set(names.filter((name) => name.includes(' ')).map((name) => name.split(' ')[0]!))].map((name) => {
		const below = namesBelow(program, name).map((command) => command.slice(name.length + 1));
		return [`${name} …`, `${program.groups[name] ?? ''} ${below.join(', ')}`.trim()] as const;
	});
	const alone = await load(names.filter((name) => !name.includes(' ')));
	print(
		helpOfProgram(program, [
			...alone.map(({ name, command }) => [name, command.summary] as const),
			...groups,
			...(program.elsewhere ?? []),
		]),
	);
}

/** @throws {UsageError} saying what there is. */
function notACommand(program: Program, known: readonly string[], given: string | undefined): UsageError {
	const group = known.join(' ');
	const below = namesBelow(program, group);
	if (given === undefined) return new UsageError(`What about ${group}? There is: ${below.join(', ')}.`);
	const nextWords = [...new Set(below.map((name) => name.split(' ').slice(known.length, known.length + 1)[0]!))];
	return unknownCommand(given, nextWords, group);
}

async function run(program: Program, args: readonly string[]): Promise<number> {
	if (args[0] === 'help') return run(program, [...args.slice(1), '--help']);
	const known = knownWords(program, args);
	const name = known.join(' ');
	const next = args[known.length];
	if (!Object.hasOwn(program.commands, name)) {
		if (next !== undefined && !isHelp(next)) throw notACommand(program, known, next);
		if (next === undefined && name !== '') throw notACommand(program, known, next);
		await printHelp(program, name);
		return 0;
	}
	const { command } = await program.commands[name]!();
	const rest = args.slice(known.length);
	const own = command.wordsEndOptions ? rest.slice(0, 1) : rest;
	if (own.some(isHelp)) {
		print(helpOfCommand(program.name, name, command));
		return 0;
	}
	return runCommand(program, command, rest);
}

async function runCommand(program: Program, command: Command, args: readonly string[]): Promise<number> {
	const input = parseCommandLine(command, args, optionsOf(command));
	const [word] = input.words;
	if (command.answers === undefined) return (await command.run({ ...input, format: 'table' })) as number;
	const presentation = presentationOf(input);
	const query = presentation.query ?? (command.wordIsQuery && word !== undefined ? withQuotes(word) : null);
	if (presentation.query !== null && command.wordIsQuery && word !== undefined)
		throw new UsageError(`There are two queries: --query ${presentation.query} and the word ${word}.`);
	const { RUNSTEAD_OUTPUT: fromEnvironment } = process.env;
	const settings = presentation.format === null || presentation.maxResults === null ? await readUserSettings() : {};
	const usual = program.defaultFormat === 'settings' ? (settings.output ?? 'table') : program.defaultFormat;
	const format =
		presentation.format ??
		(fromEnvironment && program.defaultFormat === 'settings'
			? outputFormat(fromEnvironment, 'RUNSTEAD_OUTPUT')
			: outputFormat(usual, 'The setting "output"'));
	// A query over a part of the list would find a part of what there is.
	const usualCount =
		query === null && program.defaultFormat === 'settings'
			? maxResults(settings.maxResults, 'The setting "maxResults"')
			: Number.POSITIVE_INFINITY;
	const count = presentation.maxResults ?? usualCount;
	const answer = await command.run({ ...input, format });
	if (typeof answer === 'number') return answer;
	const { showAnswer } = await import('./output/show-answer.ts');
	return showAnswer(answer, { format, query, maxResults: count });
}

const TOKEN_ERRORS: ReadonlySet<string> = new Set(['unauthorized', 'token-revoked', 'forbidden']);

/** Errors of commands, of the client and of the catalogue all say what to do; they are told by that, so that no package need be loaded here. */
function hintOrNull(error: unknown): string | null {
	if (!(error instanceof Error && 'hint' in error && typeof error.hint === 'string')) return null;
	const isOfToken = 'code' in error && TOKEN_ERRORS.has(String(error.code)) && Boolean(process.env.RUNSTEAD_TOKEN);
	return isOfToken
		? `RUNSTEAD_TOKEN is set, and counts: on the machine of the server its user needs none (unset RUNSTEAD_TOKEN).\n${error.hint}`
		: error.hint;
}

/** Where help on the command stands that was meant, as far as it was understood. */
function whereHelpIs(program: Program, args: readonly string[]): string {
	const known = knownWords(program, args[0] === 'help' ? args.slice(1) : args);
	const { call } = program;
	return known.length === 0 ? `See ${call} --help, or ${call} COMMAND --help.` : `See ${call} ${known.join(' ')} --help.`;
}

/** Shows an error in the way that fits it, and gives the exit code. */
function exitCodeOf(program: Program, args: readonly string[], error: unknown): number {
	if (error instanceof UsageError) {
		printError(error.message, whereHelpIs(program, args));
		return 2;
	}
	const hint = hintOrNull(error);
	const listing = program.name === 'runstead' ? listingOrNull(error) : null;
	if (error instanceof Error && listing !== null)
		printError(error.message, `Check the spelling, or see what there is: ${program.call} ${listing}`);
	else if (error instanceof Error && hint !== null) printError(error.message, hint);
	else
		printError(
			error instanceof Error ? (error.stack ?? error.message) : String(error),
			'This is a defect of runstead; please report it with the lines above.',
		);
	return 1;
}

/** Runs what the words after the name of the program ask for, and gives the exit code. */
export async function runProgram(program: Program, args: readonly string[]): Promise<number> {
	return run(program, args).catch((error: unknown) => exitCodeOf(program, args, error));
}
