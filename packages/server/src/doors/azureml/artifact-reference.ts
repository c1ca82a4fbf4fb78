/** How a metric of Azure ML names a file: `aml://artifactId/ExperimentRun/{container}/{path}`. Here it is the path within the run. */

/** Files of runs; a container of it has those of one run. */
export const RUN_ORIGIN = 'ExperimentRun';
const PREFIX = `aml://artifactId/${RUN_ORIGIN}/`;

/** The path in the run, where it names a file of it; else as it was. */
export function artifactPathOf(reference: string, containerId: string): string {
	const own = `${PREFIX}${containerId}/`;
	return reference.startsWith(own) ? reference.slice(own.length) : reference;
}

export function artifactReference(path: string, containerId: string): string {
	return path.startsWith('aml://') ? path : `${PREFIX}${containerId}/${path}`;
}
