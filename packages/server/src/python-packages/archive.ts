/** A zip file in memory that depends on nothing but what is in it: the same files give the same bytes. */

import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

export interface ArchiveFile {
	/** Within the archive, with slashes. */
	readonly path: string;
	readonly content: Buffer;
}

const FILE_MODE = 0o100644;
/** The first moment that a zip file can tell. */
const TIME = new Date(1980, 0, 1);

/** The files in the order in which they are given. */
export function archiveOf(files: readonly ArchiveFile[]): Promise<Buffer> {
	const zip = new ZipFile();
	for (const { path, content } of files) zip.addBuffer(content, path, { mtime: TIME, forceDosTimestamp: true, mode: FILE_MODE });
	zip.end();
	return buffer(zip.outputStream as Readable);
}
