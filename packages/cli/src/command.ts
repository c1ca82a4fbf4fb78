/** What a command of the command line is: its options, its help, and what it does. */
import type { Answer } from './output/answer.ts';
import type { OutputFormat } from './output/output-format.ts';

export interface OptionDescription {
	type: 'string' | 'boolean';
	/** What stands for the value in the help, such as PORT. */
	value?: string;
	description: string;
	/** May be given several times. */
	multiple?: boolean;
	/** One letter, for `-w`. */
	short?: string;
	/** The values there are, for completion; others are the command's to refuse. */
	choices?: readonly string[];
}

export type OptionDescriptions = Readonly<Record<string, OptionDescription>>;

type ValueOf<Option extends OptionDescription> = OptionDescription extends Option
	? string | boolean | readonly string[]
	: Option['type'] extends 'boolean'
		? boolean
		: Option extends { multiple: true }
			? readonly string[]
			: string;

export interface CommandInput<Options extends OptionDescriptions = OptionDescriptions> {
	options: { readonly [Name in keyof Options]?: ValueOf<Options[Name]> };
	/** Words that are not options. */
	words: readonly string[];
	/** In which the answer will be shown: what a command prints beside it must not get into a document. */
	format: OutputFormat;
}

interface Example {
	command: string;
	explanation: string;
}

export interface Command<Options extends OptionDescriptions = OptionDescriptions> {
	/** What it does, in one sentence without a full stop. */
	summary: string;
	/** What follows the name of the command: `FILE`. */
	usage: string;
	/** Words that must be there, and that may be there. */
	words: { min: number; max: number };
	/** The first word ends the options: what follows is passed on as it stands, to a script. */
	wordsEndOptions?: boolean;
	/** The one word is a JMESPath expression, as azure-cli-ml's documents show it: the same as `--query`. */
	wordIsQuery?: boolean;
	options: Options;
	examples: readonly Example[];
	/**
	 * What `run` gives: a document takes `-o` and `--query`, a list takes `--max-results` too. A command without this prints by itself
	 * and gives its exit code.
	 */
	answers?: 'document' | 'list';
	/** Gives what is to be shown, or the exit code: 0 done, 1 failed. */
	run(input: CommandInput<Options>): Promise<Answer | number>;
}

/** Gives a command its exact option types. */
export function defineCommand<const Options extends OptionDescriptions>(command: Command<Options>): Command {
	return command as unknown as Command;
}

/** A command line that cannot be understood: exit code 2. */
export class UsageError extends Error {
	override readonly name = 'UsageError';
}

/** A command that failed for a reason that the user can do something about: exit code 1. */
export class CommandError extends Error {
	override readonly name = 'CommandError';
	readonly hint: string;

	constructor(message: string, hint: string, options?: ErrorOptions) {
		super(message, options);
		this.hint = hint;
	}
}
