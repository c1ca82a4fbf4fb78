/** The `runstead` command, and under its word `az` the commands of azure-cli-ml. */
import { runProgram } from './program.ts';
import { RUNSTEAD_PROGRAM } from './runstead-program.ts';

const args = process.argv.slice(2).map((word, index) => (index === 0 && (word === '--version' || word === '-v') ? 'version' : word));

process.exitCode = await runProgram(RUNSTEAD_PROGRAM, args);
