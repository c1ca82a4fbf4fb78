/** Event files of TensorBoard are found among all files, to read what grew while the server was down. */
import type { Migration } from './migration.ts';

export const eventFiles: Migration = {
	number: 21,
	name: 'event-files',
	statements: () => [`create index run_file_of_events on run_file (key) where newest = 1 and path like '%tfevents%'`],
};
