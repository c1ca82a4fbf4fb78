/** The `runstead` command, and below its word `az` the commands of azure-cli-ml. */
import { runProgram } from './program.ts';
import { RUNSTEAD_PROGRAM } from './runstead-program.ts';

async function run([first, ...rest]: readonly string[]): Promise<number> {
	if (first === '--version' || first === '-v') return runProgram(RUNSTEAD_PROGRAM, ['version', ...rest]);
	if (first === 'help' && rest[0] === 'az') return run(['az', ...rest.slice(1), '--help']);
	if (first !== 'az') return runProgram(RUNSTEAD_PROGRAM, first === undefined ? [] : [first, ...rest]);
	const { AZ_PROGRAM } = await import('./az/az-program.ts');
	return runProgram(AZ_PROGRAM, rest);
}

process.exitCode = await run(process.argv.slice(2));
