/** `npm run check`: format, lint, types, dead code, import arrows, links and generated files; one line each, exit code 1 when any fails. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runProgram } from './run-program.ts';
import { dim, green, inSeconds, print, red } from './terminal.ts';

interface Check {
	name: string;
	command: string[];
	/** What to do when it fails. */
	hint: string;
}

const TYPES_HINT = 'Mend the types; do not cast them away.';

/** What it learned is kept, so that the next check looks only at what has changed since. */
function typeCheck(project: string, name: string): string[] {
	return ['tsc', '--noEmit', '-p', project, '--incremental', '--tsBuildInfoFile', join(ROOT, '.cache', 'types', `${name}.tsbuildinfo`)];
}

const CHECKS: Check[] = [
	{
		name: 'format and lint',
		command: ['biome', 'check', '--error-on-warnings', '--colors=off', '.'],
		hint: 'Most of it mends itself: npx biome check --write',
	},
	{ name: 'types', command: typeCheck('.', 'all'), hint: TYPES_HINT },
	{ name: 'types of the studio', command: typeCheck('packages/studio', 'studio'), hint: TYPES_HINT },
	{ name: 'dead code', command: ['knip', '--no-progress'], hint: 'Delete what nobody uses, or the export in front of it.' },
	{
		name: 'import arrows',
		command: [
			'depcruise',
			'--config',
			'.dependency-cruiser.cjs',
			...['packages', 'scripts', 'tests', 'bench'].filter((folder) => existsSync(join(ROOT, folder))),
		],
		hint: 'The rules and their reasons are in .dependency-cruiser.cjs.',
	},
	{ name: 'links of the documents', command: ['node', 'scripts/check-links.ts'], hint: 'Mend the link, or write the page.' },
	{ name: 'generated files', command: ['node', 'scripts/generate.ts', '--check'], hint: 'Run npm run generate and commit what changed.' },
];

const results = CHECKS.map((check) => runProgram(check.command));
let failures = 0;
for (const [index, check] of CHECKS.entries()) {
	const result = await results[index]!;
	const succeeded = result.exitCode === 0;
	print(`${succeeded ? green('ok    ') : red('failed')} ${check.name} ${dim(`(${inSeconds(result.durationMs)})`)}`);
	if (succeeded) continue;
	failures += 1;
	print(`\n${result.output.trimEnd()}\n\n${check.hint}\n`);
}
process.exitCode = failures === 0 ? 0 : 1;
