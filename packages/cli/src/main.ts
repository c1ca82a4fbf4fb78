/** The `runstead` command, and below its word `az` the commands of azure-cli-ml. */
import { runProgram } from './program.ts';
import { RUNSTEAD_PROGRAM } from './runstead-program.ts';

/** Asked by the scripts of `runstead completion`. */
async function complete(words: readonly string[]): Promise<number> {
	const { printCandidates } = await import('./completion/print-candidates.ts');
	if (words.length < 2 || words[0] !== 'az') return printCandidates(RUNSTEAD_PROGRAM, words);
	const { AZ_PROGRAM } = await import('./az/az-program.ts');
	return printCandidates(AZ_PROGRAM, words.slice(1));
}

async function run([first, ...rest]: readonly string[]): Promise<number> {
	if (first === '--version' || first === '-v') return runProgram(RUNSTEAD_PROGRAM, ['version', ...rest]);
	if (first === '__complete') return complete(rest);
	if (first === 'help' && rest[0] === 'az') return run(['az', ...rest.slice(1), '--help']);
	if (first !== 'az') return runProgram(RUNSTEAD_PROGRAM, first === undefined ? [] : [first, ...rest]);
	const { AZ_PROGRAM } = await import('./az/az-program.ts');
	return runProgram(AZ_PROGRAM, rest);
}

process.exitCode = await run(process.argv.slice(2));
