/** The options that every command has that answers with a document or a list. */
import { type Command, type CommandInput, type OptionDescriptions, UsageError } from '../command.ts';
import { nearestOrNull } from '../nearest.ts';
import { OUTPUT_FORMATS, type OutputFormat } from './output-format.ts';

/** As many as a person reads; a script names its own number. */
const DEFAULT_MAX_RESULTS = 100;

/** What says how any result is shown. */
export const OUTPUT_OPTIONS = {
	output: {
		type: 'string',
		value: 'FORMAT',
		short: 'o',
		choices: OUTPUT_FORMATS,
		description: `How to show the result: ${OUTPUT_FORMATS.join(', ')} (default: RUNSTEAD_OUTPUT, else the setting "output", else table).`,
	},
	query: { type: 'string', value: 'JMESPATH', description: 'Show only what this JMESPath expression takes from the result.' },
} as const satisfies OptionDescriptions;

const LIST_OPTIONS = {
	...OUTPUT_OPTIONS,
	'max-results': {
		type: 'string',
		value: 'COUNT',
		description: `Show at most so many; all: every one (default: the setting "maxResults", else ${DEFAULT_MAX_RESULTS}).`,
	},
} as const satisfies OptionDescriptions;

/** The options of a command with those that come from what it answers. */
export function optionsOf(command: Command): OptionDescriptions {
	if (command.answers === undefined) return command.options;
	return { ...command.options, ...(command.answers === 'list' ? LIST_OPTIONS : OUTPUT_OPTIONS) };
}

/** @throws {UsageError} naming `where` the format was given. */
export function outputFormat(given: string, where: string): OutputFormat {
	const format = OUTPUT_FORMATS.find((name) => name === given);
	if (format !== undefined) return format;
	const nearest = nearestOrNull(given, OUTPUT_FORMATS);
	throw new UsageError(
		`${where} is one of ${OUTPUT_FORMATS.join(', ')}, not "${given}".${nearest === null ? '' : ` Did you mean ${nearest}?`}`,
	);
}

/** @throws {UsageError} for what is no count. */
export function maxResults(given: string | undefined, where: string): number {
	if (given === undefined) return DEFAULT_MAX_RESULTS;
	if (given === 'all') return Number.POSITIVE_INFINITY;
	if (!/^[1-9]\d{0,8}$/.test(given)) throw new UsageError(`${where} takes a whole number from 1, or all; not "${given}".`);
	return Number(given);
}

export interface Presentation {
	/** Null: the command line did not say. */
	format: OutputFormat | null;
	query: string | null;
	/** Null: the command line did not say. */
	maxResults: number | null;
}

/** What the command line says about how to show the result. */
export function presentationOf({ options }: Pick<CommandInput, 'options'>): Presentation {
	const { output, query, 'max-results': count } = options;
	return {
		format: typeof output === 'string' ? outputFormat(output, '--output') : null,
		query: typeof query === 'string' ? query : null,
		maxResults: typeof count === 'string' ? maxResults(count, '--max-results') : null,
	};
}
