/** The help texts, made from the descriptions of the commands. */
import type { Command } from './command.ts';
import { bold, dim } from './terminal.ts';

function columns(rows: readonly (readonly [string, string])[]): string {
	const width = Math.max(...rows.map(([first]) => first.length));
	return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${dim(second)}`).join('\n');
}

export function helpOfCommand(name: string, command: Command): string {
	const options: [string, string][] = Object.entries(command.options).map(([option, { value, description }]) => [
		`--${option}${value === undefined ? '' : ` ${value}`}`,
		description,
	]);
	const examples: [string, string][] = command.examples.map((example) => [example.command, example.explanation]);
	return [
		`${command.summary}.`,
		'',
		`${bold('Usage')}\n  runstead ${name}${command.usage === '' ? '' : ` ${command.usage}`} [options]`,
		'',
		`${bold('Options')}\n${columns([...options, ['--help', 'Show this.']])}`,
		'',
		`${bold('Examples')}\n${columns(examples)}`,
	].join('\n');
}

export function helpOfGroup(group: string, summaries: readonly (readonly [string, string])[]): string {
	return [
		`${bold('Usage')}\n  runstead ${group} COMMAND [options]`,
		'',
		`${bold('Commands')}\n${columns(summaries)}`,
		'',
		`${bold('Examples')}\n${columns(summaries.map(([name]) => [`runstead ${name} --help`, 'explain it, with examples']))}`,
	].join('\n');
}

export function helpOfAll(summaries: readonly (readonly [string, string])[]): string {
	return [
		'Start, watch, cancel, compare and query training runs.',
		'',
		`${bold('Usage')}\n  runstead COMMAND [options]`,
		'',
		`${bold('Commands')}\n${columns(summaries)}`,
		'',
		`${bold('Examples')}\n${columns([
			['runstead up', 'start the server and keep it running'],
			['runstead status', 'say where it is and what it does'],
			['runstead COMMAND --help', 'explain one command, with examples'],
		])}`,
		'',
		dim('Exit codes: 0 done, 1 failed, 2 not understood, 130 interrupted.'),
	].join('\n');
}
