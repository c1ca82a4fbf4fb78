/** A folder with a server that runs on it and a workspace `lab`, for tests of commands. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Client, createClient } from '@runstead/client';
import { type CliFolder, makeCliFolder } from './cli-process.ts';

const STUDIO = /Studio\s+(http:\/\/127\.0\.0\.1:\d+)\/\n/;

export interface ServerFolder extends CliFolder {
	readonly url: string;
	readonly client: Client;
	/** Writes files by their paths within the folder; one that begins with `#!` may be executed. */
	write(files: Readonly<Record<string, string>>): Promise<void>;
}

export async function makeServerFolder(): Promise<ServerFolder> {
	const folder = await makeCliFolder();
	const server = folder.start(['up', '--port', '0']);
	const url = (await server.printed(STUDIO))[1]!;
	const client = createClient({ url });
	await client.call('createWorkspace', { body: { name: 'lab', resourceGroup: 'myresourcegroup' } });
	return {
		...folder,
		url,
		client,
		async write(files) {
			for (const [path, content] of Object.entries(files)) {
				await mkdir(dirname(join(folder.path, path)), { recursive: true });
				await writeFile(join(folder.path, path), content);
				if (content.startsWith('#!')) await chmod(join(folder.path, path), 0o755);
			}
		},
		async [Symbol.asyncDispose]() {
			await folder[Symbol.asyncDispose]();
			await server.ended;
		},
	};
}
