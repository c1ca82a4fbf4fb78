/** An archive in a folder of the server's machine, in the layout of a storage account: one file of JSON lines an hour. */
import { open, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../../../make-folder.ts';
import { ifThere, syncFolder } from '../../../storage/durable-file.ts';
import { endOfHourOrNull, HOUR_FILE, isArchiveContainer, placeOf } from './archive-layout.ts';
import { type Destination, type DiagnosticLine, groupLines } from './destination.ts';
import { bytesAlreadyThere } from './resume-append.ts';

const GATHER_MS = 200;
/** Files whose end is known to be whole; others are looked at before the first append. */
const KNOWN_MAX = 1_000;

export function openFolderArchive(folder: string): Destination {
	const whole = new Set<string>();

	const append = async (file: string, lines: readonly DiagnosticLine[]): Promise<void> => {
		const bytes = Buffer.from(lines.map(({ text }) => `${text}\n`).join(''));
		const isNew = (await makeFolder(dirname(file))) !== null;
		const handle = await open(file, 'a+');
		try {
			const { size } = await handle.stat();
			const there = whole.has(file) ? 0 : await partThere(handle, size, bytes);
			whole.delete(file);
			// A line that something else left torn is ended, so that it spoils no other.
			const isTorn = there === 0 && size > 0 && !(await endsWithLine(handle, size));
			await handle.appendFile(isTorn ? Buffer.concat([Buffer.from('\n'), bytes]) : bytes.subarray(there));
			await handle.datasync();
		} finally {
			await handle.close();
		}
		if (isNew) await syncFolder(dirname(file));
		if (whole.size >= KNOWN_MAX) whole.clear();
		whole.add(file);
	};

	return {
		gatherMs: GATHER_MS,

		async deliver(lines) {
			const groups = groupLines(lines, (line) => {
				const place = placeOf(line);
				return join(folder, place.container, place.folder, HOUR_FILE);
			});
			for (const [file, group] of groups) await append(file, group);
		},

		async test() {
			await makeFolder(folder);
			const probe = join(folder, `.runstead-test-${process.pid}`);
			await writeFile(probe, 'test');
			await rm(probe);
			return `Wrote a file in ${folder}, and removed it.`;
		},

		async prune(before, resourceId) {
			for (const container of (await ifThere(readdir(folder))) ?? []) {
				if (!isArchiveContainer(container)) continue;
				const root = join(folder, container, `resourceId=${resourceId}`);
				const entries = (await ifThere(readdir(root, { recursive: true, withFileTypes: true }))) ?? [];
				for (const entry of entries) {
					const file = join(entry.parentPath, entry.name);
					const end = entry.isFile() ? endOfHourOrNull(file) : null;
					if (end === null || end > before) continue;
					await rm(file, { force: true });
					whole.delete(file);
					await removeEmpty(dirname(file), root);
				}
			}
		},

		close: async () => undefined,
	};
}

type Handle = Awaited<ReturnType<typeof open>>;

async function partThere(handle: Handle, size: number, bytes: Buffer): Promise<number> {
	const tail = Buffer.alloc(Math.min(size, bytes.length));
	await handle.read(tail, 0, tail.length, size - tail.length);
	return bytesAlreadyThere(tail, bytes);
}

async function endsWithLine(handle: Handle, size: number): Promise<boolean> {
	const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
	return buffer[0] === 0x0a;
}

/** Folders that became empty go, up to the archive's own. */
async function removeEmpty(folder: string, root: string): Promise<void> {
	for (let at = folder; at.startsWith(root) && at !== root; at = dirname(at)) {
		try {
			await rmdir(at);
		} catch {
			return;
		}
	}
}
