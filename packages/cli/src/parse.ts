/** Turns the words of a command line into the input of a command. */
import { parseArgs } from 'node:util';
import { type Command, type CommandInput, type OptionDescriptions, UsageError } from './command.ts';
import { nearestOrNull } from './nearest.ts';

function meant(given: string, candidates: readonly string[], before = ''): string {
	const nearest = nearestOrNull(given, candidates);
	return nearest === null ? '' : ` Did you mean ${before}${nearest}?`;
}

/** @param group the words before it that are known. */
export function unknownCommand(given: string, candidates: readonly string[], group = ''): UsageError {
	const before = group === '' ? '' : `${group} `;
	return new UsageError(`There is no command "${before}${given}".${meant(given, candidates, before)}`);
}

function optionValue(options: OptionDescriptions, name: string, rawName: string, value: string | undefined): string | true {
	const option = Object.hasOwn(options, name) ? options[name] : undefined;
	if (option === undefined) throw new UsageError(`There is no option ${rawName}.${meant(name, Object.keys(options), '--')}`);
	if (option.type === 'boolean') {
		if (value !== undefined) throw new UsageError(`--${name} takes no value.`);
		return true;
	}
	if (value === undefined || value === '') throw new UsageError(`--${name} needs a value: --${name} ${option.value ?? 'VALUE'}`);
	return value;
}

function tokensOf(options: OptionDescriptions, args: readonly string[]) {
	const known = Object.fromEntries(
		Object.entries(options).map(([name, { type, short }]) => [name, { type, multiple: true, ...(short === undefined ? {} : { short }) }]),
	);
	return parseArgs({ args: [...args], options: known, strict: false, tokens: true, allowPositionals: true });
}

/** Splits off what belongs to a script: its name, the first word, and everything after it. */
function splitAtFirstWord(options: OptionDescriptions, args: readonly string[]): [string[], string[]] {
	const first = tokensOf(options, args).tokens.find(({ kind }) => kind === 'positional');
	if (first === undefined) return [[...args], []];
	const before = args.slice(0, first.index);
	return [before.at(-1) === '--' ? before.slice(0, -1) : before, args.slice(first.index)];
}

/**
 * Reads what follows the name of a command.
 * @throws {UsageError} naming the word that is not understood, and what was probably meant.
 */
export function parseCommandLine(
	command: Command,
	args: readonly string[],
	described: OptionDescriptions = command.options,
): Omit<CommandInput, 'format'> {
	const [own, passedOn] = command.wordsEndOptions ? splitAtFirstWord(described, args) : [args, []];
	const { tokens, positionals } = tokensOf(described, own);
	const options: Record<string, string | boolean | string[]> = {};
	for (const token of tokens) {
		if (token.kind !== 'option') continue;
		const value = optionValue(described, token.name, token.rawName, token.value);
		if (described[token.name]?.multiple) options[token.name] = [...((options[token.name] as string[] | undefined) ?? []), value as string];
		else if (Object.hasOwn(options, token.name)) throw new UsageError(`--${token.name} is given twice.`);
		else options[token.name] = value;
	}
	const words = [...positionals, ...passedOn];
	if (words.length < command.words.min) throw new UsageError(`Something is missing: ${command.usage}`);
	if (words.length > command.words.max) throw new UsageError(`"${words[command.words.max]}" is one word too many.`);
	return { options: options as CommandInput['options'], words };
}
