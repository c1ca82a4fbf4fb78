/** The logs of one job's processes belong together: the same name but for the number of the process. */

const STREAM = /^(.*(?:70_driver_log|std_log_process)_)(\d+)(\.txt)$/;

export interface ProcessStream {
	readonly process: number;
	readonly path: string;
}

/** The streams of the processes beside that of a path, in their order; empty where there is but one. */
export function processStreams(path: string, paths: readonly string[]): ProcessStream[] {
	const own = STREAM.exec(path);
	if (own === null) return [];
	const streams = paths.flatMap((one) => {
		const match = STREAM.exec(one);
		return match !== null && match[1] === own[1] ? [{ process: Number(match[2]), path: one }] : [];
	});
	return streams.length > 1 ? streams.sort((a, b) => a.process - b.process) : [];
}
