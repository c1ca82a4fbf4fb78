/** `runstead status`: where the server is and what it does. */
import { createClient } from '@runstead/client';
import { defineCommand } from '../command.ts';
import { RUNSTEAD } from '../command-line.ts';
import { DATA_OPTION, dataFolderOf } from '../data-folder.ts';
import { runningServerOrNull } from '../running-server.ts';
import { link, print, printPairs } from '../terminal.ts';

async function activeRunsIn(url: string, workspace: string): Promise<string> {
	const client = createClient({ url });
	let active = 0;
	let cursor: string | undefined;
	do {
		const page = await client.call('listExperiments', { params: { workspace }, query: { limit: 1_000, cursor } });
		active += page.experiments.reduce((sum, experiment) => sum + experiment.activeRunCount, 0);
		cursor = page.nextCursor ?? undefined;
	} while (cursor !== undefined);
	return active === 1 ? '1 active run' : `${active} active runs`;
}

export const command = defineCommand({
	summary: 'Say where the server is and what it does',
	usage: '',
	words: { min: 0, max: 0 },
	options: { data: DATA_OPTION },
	examples: [{ command: 'runstead status', explanation: 'exit code 1 when no server runs with this data' }],
	async run({ options }) {
		const dataFolder = dataFolderOf(options);
		const server = await runningServerOrNull(dataFolder);
		if (server === null) {
			print(`No server runs with the data in ${dataFolder}. Start one: ${RUNSTEAD} up`);
			return 1;
		}
		const { workspaces } = await createClient({ url: server.url }).call('listWorkspaces', { query: { limit: 1_000 } });
		const pairs: [string, string][] = [
			['Server', `${link(`${server.url}/`)} (version ${server.version}, process ${server.pid})`],
			['Since', server.startedTime],
			['Data', dataFolder],
		];
		for (const workspace of workspaces) pairs.push([`Workspace ${workspace.name}`, await activeRunsIn(server.url, workspace.name)]);
		printPairs(pairs);
		return 0;
	},
});
