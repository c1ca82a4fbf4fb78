/** A folder for one test. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function makeTemporaryFolder(): Promise<string> {
	return mkdtemp(join(tmpdir(), 'runstead-cli-'));
}
