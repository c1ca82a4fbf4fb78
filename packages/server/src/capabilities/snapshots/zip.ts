/** A snapshot as a zip file, streamed: the same snapshot gives the same bytes. */
import type { Readable } from 'node:stream';
import type { Snapshot, SnapshotFile } from '@runstead/contract';
import { ZipFile } from 'yazl';

const FILE_MODE = 0o100644;
const EXECUTABLE_MODE = 0o100755;
/** The first moment that a zip file can tell; contents have no time of their own. */
const TIME = new Date(1980, 0, 1);

export function zipOf(snapshot: Snapshot, read: (file: SnapshotFile) => Readable): Readable {
	const zip = new ZipFile();
	const output = zip.outputStream as Readable;
	let content: Readable | null = null;
	zip.on('error', (error) => output.destroy(error as Error));
	// A reader that goes away in the midst leaves a content open.
	output.once('close', () => content?.destroy());
	for (const file of snapshot.files) {
		const options = { mtime: TIME, forceDosTimestamp: true, mode: file.executable ? EXECUTABLE_MODE : FILE_MODE, size: file.sizeBytes };
		// A content is opened when its turn has come: a snapshot has more files than a process may have open.
		zip.addReadStreamLazy(file.path, options, (give) => {
			content = read(file);
			give(null, content);
		});
	}
	zip.end();
	return output;
}
