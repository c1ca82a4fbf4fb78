/** The first run of a new server: the quickstart example, submitted once. */
import { fileURLToPath } from 'node:url';
import { type Client, RequestError } from '@runstead/client';
import { submitFolder } from './submit-folder.ts';

export const QUICKSTART_WORKSPACE = 'quickstart';
const RESOURCE_GROUP = 'runstead';
const EXPERIMENT = 'quickstart';
const FOLDER = fileURLToPath(new URL('../../../examples/quickstart', import.meta.url));

interface Quickstart {
	runId: string;
	/** Whether this start submitted it; otherwise an earlier one did. */
	isNew: boolean;
}

async function ensureWorkspace(client: Client): Promise<void> {
	const params = { workspace: QUICKSTART_WORKSPACE };
	const missing = await client.call('getWorkspace', { params }).then(
		() => false,
		(error: unknown) => {
			if (error instanceof RequestError && error.code === 'not-found') return true;
			throw error;
		},
	);
	if (missing) await client.call('createWorkspace', { body: { name: QUICKSTART_WORKSPACE, resourceGroup: RESOURCE_GROUP } });
}

/** Makes the workspace, and submits the example unless its experiment has ever had a run (be it in the trash). */
export async function ensureQuickstart(client: Client): Promise<Quickstart> {
	await ensureWorkspace(client);
	const params = { workspace: QUICKSTART_WORKSPACE };
	const experiment = await client.call('createExperiment', { params, body: { name: EXPERIMENT, existOk: true } });
	const { runs } = await client.call('searchRuns', {
		params,
		body: { experimentIds: [experiment.id], lifecycle: 'all', orderBy: { by: 'createdTime', direction: 'ascending' }, limit: 1 },
	});
	if (runs[0] !== undefined) return { runId: runs[0].id, isNew: false };
	const runId = await submitFolder(client, {
		workspace: QUICKSTART_WORKSPACE,
		experimentId: experiment.id,
		folder: FOLDER,
		job: { displayName: 'Ridge regression on the diabetes data', definition: { script: 'train.py' } },
	});
	return { runId, isNew: true };
}
