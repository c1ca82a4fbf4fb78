/** Which file of a run one wants to see first. */
import { isEventFile, type RunFile } from '@runstead/contract';
import { viewOf } from './file-kind.ts';

export type ListedFile = Pick<RunFile, 'path' | 'kind' | 'contentType'>;

/** What a job prints, under the names that scripts look for. */
const DRIVER_LOG = /(^|\/)(70_driver_log[^/]*|std_log(_process_0*)?)\.txt$/;

/** The driver's log, else the first log, else the first text, else the first file; undefined without any. */
export function firstToShow<File extends ListedFile>(files: readonly File[]): File | undefined {
	return (
		files.find((file) => DRIVER_LOG.test(file.path)) ??
		files.find((file) => file.kind === 'log' && !isEventFile(file.path)) ??
		files.find((file) => viewOf(file.path, file.contentType) === 'text') ??
		files[0]
	);
}
