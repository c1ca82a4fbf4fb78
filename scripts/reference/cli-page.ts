/** docs/reference/cli.md: every command with its options and examples, as `--help` tells them. */
import { AZ_PROGRAM } from '../../packages/cli/src/az/az-program.ts';
import { optionPairs, usageOf } from '../../packages/cli/src/help.ts';
import type { Program } from '../../packages/cli/src/program.ts';
import { RUNSTEAD_PROGRAM } from '../../packages/cli/src/runstead-program.ts';
import { cell, page, table } from './markdown.ts';

async function commandSection(program: Program, name: string): Promise<string> {
	const { command } = await program.commands[name]!();
	const examples = command.examples.map(({ command: line, explanation }) => `${line}\n    # ${explanation}`);
	return [
		`### ${program.name} ${name}`,
		`${command.summary}.`,
		`\`\`\`\n${usageOf(program.name, name, command)}\n\`\`\``,
		table(
			['option', 'what it does'],
			optionPairs(command).map(([option, description]) => [`\`${option}\``, cell(description)]),
		),
		`\`\`\`sh\n${examples.join('\n')}\n\`\`\``,
	].join('\n\n');
}

async function programSection(program: Program): Promise<string> {
	const sections = await Promise.all(Object.keys(program.commands).map((name) => commandSection(program, name)));
	return [`## ${program.name}`, program.summary, ...sections].join('\n\n');
}

export async function cliPage(): Promise<string> {
	return page(
		'# Commands',
		'Every command, as `--help` tells it. How they fit together is in the [guide](../guides/command-line.md). Exit codes: 0 done, 1 failed, 2 not understood, 130 interrupted.',
		await programSection(RUNSTEAD_PROGRAM),
		await programSection(AZ_PROGRAM),
	);
}
