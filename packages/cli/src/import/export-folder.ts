/** The folder that an export wrote, read again. */
import { createReadStream, existsSync, openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CommandError } from '../command.ts';
import { FORMAT, FORMAT_VERSION, type Lines, MANIFEST, type Manifest, TABLES } from '../export/layout.ts';

/** @throws {CommandError} when the folder is no export, or one of a newer release. */
export async function readManifest(folder: string): Promise<Manifest> {
	const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => null);
	let manifest: Partial<Manifest> = {};
	try {
		manifest = text === null ? {} : (JSON.parse(text) as Partial<Manifest>);
	} catch {
		// Said below.
	}
	if (manifest.format !== FORMAT)
		throw new CommandError(`${folder} holds no export.`, `Name a folder that runstead export wrote: it has a ${MANIFEST}.`);
	if (manifest.version !== FORMAT_VERSION)
		throw new CommandError(
			`${folder} is of format ${manifest.version}; this release reads ${FORMAT_VERSION}.`,
			'Take the release that wrote it.',
		);
	return manifest as Manifest;
}

/** @param parse reads a line. */
export async function* linesOf<Table extends keyof typeof TABLES>(
	folder: string,
	table: Table,
	parse: (json: string) => unknown = JSON.parse,
): AsyncGenerator<Lines[Table]> {
	const path = join(folder, TABLES[table]);
	// An export of an older release may have fewer tables.
	if (!existsSync(path)) return;
	const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
	for await (const line of lines) if (line !== '') yield parse(line) as Lines[Table];
}

/** A file of the folder, as the body of a request. */
export const bodyOf = async (folder: string, file: string): Promise<NonNullable<RequestInit['body']>> => openAsBlob(join(folder, file));

/** The name of each experiment, by the id that it had where it came from. */
export async function namesOfExperiments(folder: string): Promise<Map<string, string>> {
	const names = new Map<string, string>();
	for await (const { id, name } of linesOf(folder, 'experiments')) names.set(id, name);
	return names;
}
