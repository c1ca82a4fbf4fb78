/** The `runstead` command: finds the command that is meant, loads that one alone, runs it, and shows what went wrong. */
import { type Command, UsageError } from './command.ts';
import { RUNSTEAD } from './command-line.ts';
import { helpOfAll, helpOfCommand, helpOfGroup } from './help.ts';
import { parseCommandLine, unknownCommand } from './parse.ts';
import { print, printError } from './terminal.ts';

/** Each command is loaded only when it is the one that is meant, so that a short one answers at once. */
const COMMANDS: Record<string, () => Promise<{ command: Command }>> = {
	up: () => import('./commands/up.ts'),
	stop: () => import('./commands/stop.ts'),
	status: () => import('./commands/status.ts'),
	doctor: () => import('./commands/doctor.ts'),
	backup: () => import('./commands/backup.ts'),
	restore: () => import('./commands/restore.ts'),
	'token create': () => import('./commands/token-create.ts'),
	'compute list': () => import('./commands/compute-list.ts'),
	'compute show': () => import('./commands/compute-show.ts'),
	'compute create': () => import('./commands/compute-create.ts'),
	'compute update': () => import('./commands/compute-update.ts'),
	'compute delete': () => import('./commands/compute-delete.ts'),
	'compute nodes': () => import('./commands/compute-nodes.ts'),
	'compute queue': () => import('./commands/compute-queue.ts'),
	'compute cordon': () => import('./commands/compute-cordon.ts'),
	'compute drain': () => import('./commands/compute-drain.ts'),
	sync: () => import('./commands/sync.ts'),
	version: () => import('./commands/version.ts'),
};

async function printHelp(group = ''): Promise<void> {
	const commands = Object.entries(COMMANDS).filter(([name]) => name.startsWith(group));
	const summaries = await Promise.all(commands.map(async ([name, load]) => [name, (await load()).command.summary] as const));
	print(group === '' ? helpOfAll(summaries) : helpOfGroup(group.trim(), summaries));
}

function isHelp(word: string | undefined): boolean {
	return word === '--help' || word === '-h';
}

/** Whether the word begins the names of commands and is none itself: `token`. */
function isGroup(word: string): boolean {
	return Object.keys(COMMANDS).some((name) => name.startsWith(`${word} `));
}

/** The longest name of a command that the line begins with: `token create` is two words. */
function commandName(args: readonly string[]): string {
	const twoWords = args.slice(0, 2).join(' ');
	const [first = ''] = args;
	if (Object.hasOwn(COMMANDS, twoWords)) return twoWords;
	if (Object.hasOwn(COMMANDS, first)) return first;
	const names = Object.keys(COMMANDS);
	const continuations = names.filter((name) => name.startsWith(`${first} `));
	throw continuations.length > 0
		? new UsageError(`What about ${first}? There is: ${continuations.join(', ')}.`)
		: unknownCommand(first, names);
}

async function run(args: readonly string[]): Promise<number> {
	const [first, second] = args;
	if (first === 'help' && second !== undefined) return run([...args.slice(1), '--help']);
	if (first === undefined || first === 'help' || isHelp(first)) {
		await printHelp();
		return 0;
	}
	if (isHelp(second) && isGroup(first)) {
		await printHelp(`${first} `);
		return 0;
	}
	const name = first === '--version' || first === '-v' ? 'version' : commandName(args);
	const { command } = await COMMANDS[name]!();
	const rest = args.slice(name.split(' ').length);
	if (rest.some(isHelp)) {
		print(helpOfCommand(name, command));
		return 0;
	}
	return command.run(parseCommandLine(command, rest));
}

/** Errors of commands, of the client and of the catalogue all say what to do; they are told by that, so that no package need be loaded here. */
function hintOrNull(error: unknown): string | null {
	return error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? error.hint : null;
}

/** Shows an error in the way that fits it, and gives the exit code. */
function exitCodeOf(error: unknown): number {
	if (error instanceof UsageError) {
		printError(error.message, `See ${RUNSTEAD} --help, or ${RUNSTEAD} COMMAND --help.`);
		return 2;
	}
	const hint = hintOrNull(error);
	if (error instanceof Error && hint !== null) printError(error.message, hint);
	else
		printError(
			error instanceof Error ? (error.stack ?? error.message) : String(error),
			'This is a defect of runstead; please report it with the lines above.',
		);
	return 1;
}

process.exitCode = await run(process.argv.slice(2)).catch(exitCodeOf);
