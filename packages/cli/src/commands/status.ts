/** `runstead status`: where the server is and what it does. */
import type { Client } from '@runstead/client';
import type { ServerFile } from '@runstead/server/server-file';
import { defineCommand } from '../command.ts';
import { RUNSTEAD } from '../command-line.ts';
import { dataFolderOf } from '../data-folder.ts';
import { openServerOrNull, SERVER_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';
import { timeText } from '../run/values.ts';
import { runningServerOrNull } from '../running-server.ts';

async function activeRunsIn(client: Client, workspace: string): Promise<number> {
	let active = 0;
	let cursor: string | undefined;
	do {
		const page = await client.call('listExperiments', { params: { workspace }, query: { limit: 1_000, cursor } });
		active += page.experiments.reduce((sum, experiment) => sum + experiment.activeRunCount, 0);
		cursor = page.nextCursor ?? undefined;
	} while (cursor !== undefined);
	return active;
}

/** What this machine knows of the server, where it uses this data folder: of one elsewhere nobody here knows process and folder. */
async function ownServerOrNull(dataFolder: string, client: Client): Promise<ServerFile | null> {
	const own = await runningServerOrNull(dataFolder);
	const addresses = own === null ? [] : [own.url, ...(own.httpsUrl ? [own.httpsUrl] : [])];
	return addresses.some((address) => new URL(address).href === new URL(client.url).href) ? own : null;
}

export const command = defineCommand({
	summary: 'Say where the server is and what it does',
	usage: '',
	words: { min: 0, max: 0 },
	options: SERVER_OPTIONS,
	answers: 'document',
	examples: [
		{ command: 'runstead status', explanation: 'exit code 1 when no server runs with this data, or none answers' },
		{ command: 'runstead status --url http://machines.example.org:8155', explanation: 'of a server elsewhere' },
		{ command: 'runstead status --query url -o tsv', explanation: 'the address alone' },
	],
	async run({ options }) {
		const dataFolder = dataFolderOf(options);
		const client = await openServerOrNull(options);
		if (client === null) {
			const missing = `No server runs with the data in ${dataFolder}. Start one: ${RUNSTEAD} up`;
			return documentAnswer({ running: false, dataFolder }, missing, { exitCode: 1 });
		}
		const { version, startedTime } = await client.call('getHealth');
		const { workspaces } = await client.call('listWorkspaces', { query: { limit: 1_000 } });
		const counted: { name: string; activeRuns: number }[] = [];
		for (const { name } of workspaces) counted.push({ name, activeRuns: await activeRunsIn(client, name) });
		const here = await ownServerOrNull(dataFolder, client);
		const { pid = null, httpsUrl = null } = here ?? {};
		const place = { dataFolder: here === null ? null : dataFolder, url: client.url, httpsUrl };
		return documentAnswer({ running: true, ...place, version, pid, startedTime, workspaces: counted }, [
			['Server', `${client.url}/ (version ${version}${pid === null ? '' : `, process ${pid}`})`],
			...(httpsUrl === null ? [] : [['TLS', `${httpsUrl}/`] as const]),
			['Since', timeText(startedTime)],
			...(here === null ? [] : [['Data', dataFolder] as const]),
			...counted.map(
				({ name, activeRuns }) => [`Workspace ${name}`, activeRuns === 1 ? '1 active run' : `${activeRuns} active runs`] as const,
			),
		]);
	},
});
