/** `runstead run compare`: runs side by side, with what differs. */
import type { Run } from '@runstead/contract';
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { listAnswer } from '../output/answer.ts';
import { findRun } from '../run/find-run.ts';
import { durationText, isOfTheScript, valueText } from '../run/values.ts';

interface Line {
	what: string;
	values: (string | null)[];
}

/** What of a run is compared, by its name. */
function factsOf(run: Run): Map<string, string> {
	const facts = new Map<string, string>([
		['name', run.displayName],
		['experiment', run.experimentName],
		['status', run.status],
		['duration', run.durationMs === null ? '-' : durationText(run.durationMs)],
		['target', run.target ?? '-'],
		['source', run.snapshotId?.slice(0, 12) ?? '-'],
	]);
	for (const [key, value] of Object.entries(run.params)) facts.set(`params.${key}`, value);
	for (const [key, value] of Object.entries(run.tags)) facts.set(`tags.${key}`, value ?? 'yes');
	for (const metric of Object.values(run.metrics).filter(isOfTheScript)) {
		for (const [column, { last }] of Object.entries(metric.columns))
			facts.set(`metrics.${metric.name}${column === metric.name ? '' : `.${column}`}`, valueText(last));
	}
	return facts;
}

export const command = defineCommand({
	summary: 'Put runs side by side: params, metrics, tags, and what differs',
	usage: 'RUN RUN …',
	words: { min: 2, max: 20 },
	options: { all: { type: 'boolean', description: 'What is the same in all of them too.' }, ...WORKSPACE_OPTIONS },
	answers: 'list',
	examples: [{ command: 'runstead run compare testexp_1 testexp_2', explanation: 'a column a run, a line for each thing that differs' }],
	async run({ options, words }) {
		const { client, workspace } = await openWorkspace(options);
		const runs: Run[] = [];
		for (const word of words) runs.push(await findRun(client, workspace, word));
		const facts = runs.map(factsOf);
		const lines = [...new Set(facts.flatMap((known) => [...known.keys()]))].map(
			(what): Line => ({ what, values: facts.map((known) => known.get(what) ?? null) }),
		);
		const differing = lines.filter(({ values }) => new Set(values).size > 1);
		const same = lines.length - differing.length;
		return listAnswer(options.all ? lines : differing, {
			empty: 'The runs do not differ.',
			...(!options.all &&
				same > 0 && {
					remark: `${same} more ${same === 1 ? 'is' : 'are'} the same in all of them: --all shows ${same === 1 ? 'it' : 'them'} too.`,
				}),
			columns: [
				{ heading: 'WHAT', of: ({ what }) => what },
				...runs.map(({ id }, index) => ({ heading: id, of: ({ values }: Line) => values[index] ?? '-' })),
			],
		});
	},
});
