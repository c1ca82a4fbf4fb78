/** Turns the words of a command line into the input of a command. */
import { parseArgs } from 'node:util';
import { type Command, type CommandInput, type OptionDescriptions, UsageError } from './command.ts';
import { nearestOrNull } from './nearest.ts';

function meant(given: string, candidates: readonly string[], mark = ''): string {
	const nearest = nearestOrNull(given, candidates);
	return nearest === null ? '' : ` Did you mean ${mark}${nearest}?`;
}

export function unknownCommand(given: string, commands: readonly string[]): UsageError {
	return new UsageError(`There is no command "${given}".${meant(given, commands)}`);
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

/**
 * Reads what follows the name of a command.
 * @throws {UsageError} naming the word that is not understood, and what was probably meant.
 */
export function parseCommandLine(command: Command, args: readonly string[]): CommandInput {
	const known = Object.fromEntries(Object.entries(command.options).map(([name, { type }]) => [name, { type, multiple: true }]));
	const { tokens, positionals } = parseArgs({ args: [...args], options: known, strict: false, tokens: true, allowPositionals: true });
	const options: Record<string, string | boolean | string[]> = {};
	for (const token of tokens) {
		if (token.kind !== 'option') continue;
		const value = optionValue(command.options, token.name, token.rawName, token.value);
		if (command.options[token.name]?.multiple)
			options[token.name] = [...((options[token.name] as string[] | undefined) ?? []), value as string];
		else if (Object.hasOwn(options, token.name)) throw new UsageError(`--${token.name} is given twice.`);
		else options[token.name] = value;
	}
	if (positionals.length < command.words.min) throw new UsageError(`Something is missing: ${command.usage}`);
	if (positionals.length > command.words.max) throw new UsageError(`"${positionals[command.words.max]}" is one word too many.`);
	return { options: options as CommandInput['options'], words: positionals };
}
