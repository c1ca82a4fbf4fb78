/** Backups in one file: a tar archive, packed and unpacked by the `tar` of the machine. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { CommandError, UsageError } from './command.ts';

/** Whether a name means one file rather than a folder. */
export function isArchiveName(name: string): boolean {
	return /\.(tar|tar\.gz|tgz)$/.test(name);
}

/** @throws {UsageError} for a name that looks like a file of a kind that backups are not kept in. */
export function checkBackupName(name: string): void {
	const [ending] = /\.(zip|7z|rar|gz|bz2|xz|zst)$/.exec(name) ?? [];
	if (ending === undefined || isArchiveName(name)) return;
	throw new UsageError(`A backup is a folder, or one file whose name ends in .tar, .tar.gz or .tgz; not in ${ending}.`);
}

async function tar(args: readonly string[]): Promise<void> {
	const child = spawn('tar', args, { stdio: ['ignore', 'ignore', 'pipe'] });
	const complaint = text(child.stderr);
	const exitCode = await once(child, 'close').then(
		([code]) => code as number | null,
		(error: Error) => {
			throw new CommandError(`tar cannot be started: ${error.message}.`, 'Use a folder in place of a file.');
		},
	);
	if (exitCode !== 0)
		throw new CommandError(
			`tar failed: ${(await complaint).trim().split('\n')[0]}`,
			'Check the name, that the file is whole, and that the disk has room.',
		);
}

export function packArchive(folder: string, file: string): Promise<void> {
	return tar([/\.tar(\.new)?$/.test(file) ? '-cf' : '-czf', file, '-C', folder, '.']);
}

export function unpackArchive(file: string, folder: string): Promise<void> {
	return tar(['-xf', file, '-C', folder]);
}
