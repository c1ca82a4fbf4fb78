/**
 * `npm run bench`: measures what the product promises, on this machine.
 *
 * `npm run bench -- ingest search` takes only these, `jobs` all that is about jobs; `--quick` looks in seconds whether they work, and keeps its numbers apart.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../scripts/run-program.ts';
import { dim, print } from '../scripts/terminal.ts';
import { describeMachine, machineLine } from './harness/machine.ts';
import type { Measurement } from './harness/measurement.ts';
import { keep, printHeading, printTable, resultsOf } from './harness/report.ts';

/** By name, in the order in which they run; each is loaded when its turn comes. */
const MEASUREMENTS: Readonly<Record<string, () => Promise<{ measurement: Measurement }>>> = {
	start: () => import('./measurements/start.ts'),
	memory: () => import('./measurements/memory.ts'),
	ingest: () => import('./measurements/ingest.ts'),
	follow: () => import('./measurements/follow.ts'),
	chart: () => import('./measurements/chart.ts'),
	'log-call': () => import('./measurements/log-call.ts'),
	search: () => import('./measurements/search.ts'),
	'studio-list': () => import('./measurements/studio-list.ts'),
	'studio-run': () => import('./measurements/studio-run.ts'),
	'studio-log': () => import('./measurements/studio-log.ts'),
	'studio-compare': () => import('./measurements/studio-compare.ts'),
	'studio-live': () => import('./measurements/studio-live.ts'),
	'first-line': () => import('./measurements/first-line.ts'),
	'job-rate': () => import('./measurements/job-rate.ts'),
	queue: () => import('./measurements/queue.ts'),
	talker: () => import('./measurements/talker.ts'),
	'live-runs': () => import('./measurements/live-runs.ts'),
	alerts: () => import('./measurements/alerts.ts'),
	'mlflow-sqlite': () => import('./peers/mlflow-sqlite.ts'),
	'mlflow-postgres': () => import('./peers/mlflow-postgres.ts'),
	azureml: () => import('./measurements/azureml.ts'),
	'ingest-volume': () => import('./measurements/ingest-volume.ts'),
	'log-queries': () => import('./measurements/log-queries.ts'),
	'log-ingest': () => import('./measurements/log-ingest.ts'),
	'fan-out': () => import('./measurements/fan-out.ts'),
};

/** Measurements that are asked for together. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
	mlflow: ['mlflow-sqlite', 'mlflow-postgres'],
	studio: ['studio-list', 'studio-run', 'studio-log', 'studio-compare', 'studio-live'],
	logs: ['log-queries', 'log-ingest', 'fan-out'],
	jobs: ['first-line', 'job-rate', 'queue', 'talker', 'live-runs'],
};

const RESULTS = join(ROOT, 'bench', 'results');
const QUICK_RESULTS = join(ROOT, '.cache', 'bench');

const { values: options, positionals: asked } = parseArgs({
	options: { quick: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
	allowPositionals: true,
});
if (options.help) {
	print('npm run bench -- [NAME…] [--quick]\n\n  NAME     a measurement or a group of them; all where none is named');
	print('  --quick  smaller and shorter, kept under .cache and not with the results\n');
	print(`  measurements: ${Object.keys(MEASUREMENTS).join(', ')}`);
	print(`  groups:       ${Object.keys(GROUPS).join(', ')}`);
	process.exit(0);
}
const names = asked.flatMap((name) => GROUPS[name] ?? [name]);
const unknown = names.filter((name) => !Object.hasOwn(MEASUREMENTS, name));
if (unknown.length > 0) {
	console.error(
		`There is no measurement ${unknown.join(', ')}; there are ${[...Object.keys(MEASUREMENTS), ...Object.keys(GROUPS)].join(', ')}.`,
	);
	process.exit(2);
}

const tell = (text: string): void => {
	process.stderr.write(process.stderr.isTTY ? dim(`  ${text}\n`) : `  ${text}\n`);
};

print(machineLine(describeMachine()));
for (const [name, load] of Object.entries(MEASUREMENTS)) {
	if (names.length > 0 && !names.includes(name)) continue;
	const { measurement } = await load();
	printHeading(name, measurement.title);
	const machine = describeMachine();
	const results = resultsOf(await measurement.run({ quick: options.quick, tell }));
	printTable(results);
	const date = new Date().toISOString().slice(0, 10);
	keep(join(options.quick ? QUICK_RESULTS : RESULTS, `${name}.json`), {
		measurement: name,
		title: measurement.title,
		date,
		quick: options.quick,
		machine,
		results,
	});
}
