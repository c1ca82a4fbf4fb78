/** `runstead status`: where the server is and what it does. */
import { createClient } from '@runstead/client';
import { defineCommand } from '../command.ts';
import { RUNSTEAD } from '../command-line.ts';
import { DATA_OPTION, dataFolderOf } from '../data-folder.ts';
import { documentAnswer } from '../output/answer.ts';
import { runningServerOrNull } from '../running-server.ts';

async function activeRunsIn(url: string, workspace: string): Promise<number> {
	const client = createClient({ url });
	let active = 0;
	let cursor: string | undefined;
	do {
		const page = await client.call('listExperiments', { params: { workspace }, query: { limit: 1_000, cursor } });
		active += page.experiments.reduce((sum, experiment) => sum + experiment.activeRunCount, 0);
		cursor = page.nextCursor ?? undefined;
	} while (cursor !== undefined);
	return active;
}

export const command = defineCommand({
	summary: 'Say where the server is and what it does',
	usage: '',
	words: { min: 0, max: 0 },
	options: { data: DATA_OPTION },
	answers: 'document',
	examples: [
		{ command: 'runstead status', explanation: 'exit code 1 when no server runs with this data' },
		{ command: 'runstead status --query url -o tsv', explanation: 'the address alone' },
	],
	async run({ options }) {
		const dataFolder = dataFolderOf(options);
		const server = await runningServerOrNull(dataFolder);
		if (server === null) {
			const missing = `No server runs with the data in ${dataFolder}. Start one: ${RUNSTEAD} up`;
			return documentAnswer({ running: false, dataFolder }, missing, { exitCode: 1 });
		}
		const { workspaces } = await createClient({ url: server.url }).call('listWorkspaces', { query: { limit: 1_000 } });
		const counted: { name: string; activeRuns: number }[] = [];
		for (const { name } of workspaces) counted.push({ name, activeRuns: await activeRunsIn(server.url, name) });
		const { url, version, pid, startedTime } = server;
		return documentAnswer({ running: true, dataFolder, url, version, pid, startedTime, workspaces: counted }, [
			['Server', `${url}/ (version ${version}, process ${pid})`],
			['Since', startedTime],
			['Data', dataFolder],
			...counted.map(
				({ name, activeRuns }) => [`Workspace ${name}`, activeRuns === 1 ? '1 active run' : `${activeRuns} active runs`] as const,
			),
		]);
	},
});
