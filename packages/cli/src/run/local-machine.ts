/** `local` means the machine that submits: where that is not the server's, an agent of the SDK runs here what is submitted here. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Client } from '@runstead/client';
import { machineId } from '@runstead/server/machine-id';
import { CommandError } from '../command.ts';
import { sdkCommand } from '../python-sdk.ts';

const run = promisify(execFile);

export interface LocalMachine {
	id: string;
	name: string;
	/** Sees to it that what was submitted is run, also when this process has ended. */
	startAgent(): Promise<void>;
}

/** Null where the server is on this machine: it runs what is local itself. */
export async function localMachineOrNull(client: Client, workspaceId: string): Promise<LocalMachine | null> {
	if ((await client.call('getHealth')).machineId === machineId()) return null;
	const ask = async (...options: string[]) => {
		const { program, args, env } = await sdkCommand('local-machine', '--url', client.url, '--workspace', workspaceId, ...options);
		const { stdout } = await run(program, args, { env: { ...env, RUNSTEAD_TOKEN: client.token ?? '' } }).catch((error: Error) => {
			throw new CommandError(
				`This machine cannot run what is local: ${error.message.trim().split('\n').at(-1)}`,
				'Name a compute target of the server: --target NAME.',
			);
		});
		return JSON.parse(stdout) as { id: string; name: string };
	};
	return {
		...(await ask()),
		async startAgent() {
			await ask('--start');
		},
	};
}
