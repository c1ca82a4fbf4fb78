/** The help texts, made from the descriptions of the commands. */
import type { Command } from './command.ts';
import { optionsOf } from './output/options.ts';
import { pairLines } from './output/table.ts';
import { wrap } from './output/text-width.ts';
import { bold, dim, outputColumns } from './terminal.ts';

type Pairs = readonly (readonly [string, string])[];

/** Lines as wide as the terminal, and never so wide that the eye loses them. */
const WIDEST = 120;

function room(): number {
	return Number.isFinite(outputColumns()) ? Math.min(outputColumns(), WIDEST) : outputColumns();
}

/** What fits the terminal, with lines that begin so. */
function lines(text: string, before = ''): string {
	return wrap(text, room() - before.length)
		.map((line) => before + line)
		.join('\n');
}

function columns(rows: Pairs): string {
	return pairLines(rows, room(), (text, of) => (of === 0 ? text : dim(text))).join('\n');
}

function optionLabel(name: string, { value, short }: Command['options'][string]): string {
	return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

/** Each option as it is written, with what it does. */
export function optionPairs(command: Command): Pairs {
	const own = Object.entries(optionsOf(command)).map(([name, option]) => [optionLabel(name, option), option.description] as const);
	return [...own, ['-h, --help', 'Show this.']];
}

export function usageOf(program: string, name: string, { usage, wordsEndOptions }: Command): string {
	const words = usage === '' ? '' : ` ${usage}`;
	return wordsEndOptions ? `${program} ${name} [options]${words}` : `${program} ${name}${words} [options]`;
}

export function helpOfCommand(program: string, name: string, command: Command): string {
	const examples: Pairs = command.examples.map((example) => [example.command, example.explanation]);
	return [
		lines(`${command.summary}.`),
		'',
		`${bold('Usage')}\n${lines(usageOf(program, name, command), '  ')}`,
		'',
		`${bold('Options')}\n${columns(optionPairs(command))}`,
		'',
		`${bold('Examples')}\n${columns(examples)}`,
	].join('\n');
}

/** Of so many commands of a group an example is shown; each has its own at its help. */
const GROUP_EXAMPLES = 2;

export function helpOfGroup(program: string, group: string, commands: readonly { name: string; command: Command }[]): string {
	const examples = commands.flatMap(({ command }) => command.examples.slice(0, 1)).slice(0, GROUP_EXAMPLES);
	return [
		`${bold('Usage')}\n${lines(`${program} ${group} COMMAND [options]`, '  ')}`,
		'',
		`${bold('Commands')}\n${columns(commands.map(({ name, command }) => [name, command.summary]))}`,
		'',
		`${bold('Examples')}\n${columns(examples.map(({ command, explanation }) => [command, explanation]))}`,
		'',
		dim(lines(`${program} ${group} COMMAND --help explains each, with its own examples.`)),
	].join('\n');
}

export function helpOfProgram(program: { name: string; summary: string; examples: Pairs }, summaries: Pairs): string {
	return [
		lines(program.summary),
		'',
		`${bold('Usage')}\n${lines(`${program.name} COMMAND [options]`, '  ')}`,
		'',
		`${bold('Commands')}\n${columns(summaries)}`,
		'',
		`${bold('Examples')}\n${columns(program.examples)}`,
		'',
		dim(lines('Exit codes: 0 done, 1 failed, 2 not understood, 130 interrupted.')),
	].join('\n');
}
