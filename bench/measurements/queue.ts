/** The queue of a cluster, listed while many jobs wait in it; and what one more submission takes then. */
import { startJobsLab, WORKSPACE } from '../harness/jobs-lab.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { scratchFolder } from '../harness/processes.ts';

const TARGET_MS = 50;
const WAITING = { whole: 10_000, quick: 500 } as const;
const LISTINGS = { whole: 100, quick: 10 } as const;
const CLUSTER = 'no-nodes';

async function run({ quick, tell }: MeasurementOptions): Promise<Row[]> {
	using folder = scratchFolder();
	await using lab = await startJobsLab(folder.path);
	const { client } = lab;
	await client.call('createCluster', {
		params: { workspace: WORKSPACE },
		body: { name: CLUSTER, vmSize: 'STANDARD_D2_V2', minNodes: 0, maxNodes: 0 },
	});
	const waiting = quick ? WAITING.quick : WAITING.whole;
	tell(`${waiting} jobs are submitted`);
	const ids = Array.from({ length: waiting }, (_, job) => `waiting-${job}`);
	const submissions = await lab.submitMany({ command: ['true'], target: CLUSTER }, ids);
	const list = async (limit: number): Promise<number[]> => {
		const samples: number[] = [];
		for (let turn = 0; turn < (quick ? LISTINGS.quick : LISTINGS.whole); turn++) {
			const startedMs = performance.now();
			const { waiting: count } = await client.call('listQueue', { params: { workspace: WORKSPACE, compute: CLUSTER }, query: { limit } });
			samples.push(performance.now() - startedMs);
			if (count !== waiting) throw new Error(`${count} jobs wait, not ${waiting}.`);
		}
		return samples;
	};
	tell('they are listed');
	const target = { atMost: TARGET_MS };
	return [
		{ name: `the first 100 of ${waiting}`, unit: 'ms', samples: await list(100), target },
		{ name: `the first 1,000 of ${waiting}`, unit: 'ms', samples: await list(1_000), target },
		{ name: 'a submission, 16 at once, until then', unit: 'ms', samples: submissions },
	];
}

export const measurement: Measurement = { title: 'the queue of a cluster, listed while many jobs wait', run };
