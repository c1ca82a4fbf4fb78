/** What a job executes, as a run configuration of Azure ML shows it. */
import { type EnvironmentSpecification, type JobDefinition, LOCAL_TARGET } from '@runstead/contract';

/** Framework and communicator by which Azure tells how the processes of a job find one another. */
const DISTRIBUTIONS = {
	mpi: { framework: 'Python', communicator: 'OpenMpi' },
	pytorch: { framework: 'PyTorch', communicator: 'Nccl' },
	tensorflow: { framework: 'TensorFlow', communicator: 'ParameterServer' },
} as const;

/** Command lines are shown as one text there. */
function commandText(words: readonly string[]): string {
	return words.map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}

/** What a run had that named no registered environment: it is read by the run's id, in place of a version. */
const UNREGISTERED = 'Autosave_';

/** The run whose environment a version means; null for a version of a registered one. */
export function runOfEnvironmentVersion(version: string): string | null {
	return version.startsWith(UNREGISTERED) ? version.slice(UNREGISTERED.length) : null;
}

/** The environment of a job, which need not be registered. */
export function presentJobEnvironment({ environment, interpreter }: JobDefinition, { id, experimentName }: RunOfJob): object {
	const { name, version, specification = {} } = environment ?? { name: `Experiment ${experimentName} Environment` };
	return {
		name,
		version: version === undefined ? UNREGISTERED + id : String(version),
		...presentSpecification(specification, interpreter),
	};
}

interface RunOfJob {
	readonly id: string;
	readonly experimentName: string;
}

export function presentDefinition(job: JobDefinition, run: RunOfJob): object {
	const { distribution, nodeCount = 1 } = job;
	const { type, ...counts } = distribution ?? { type: null };
	return {
		script: job.script ?? null,
		command: commandText(job.command ?? []),
		useAbsolutePath: false,
		arguments: job.arguments ?? [],
		target: job.target ?? LOCAL_TARGET,
		...(type === null ? { framework: 'Python', communicator: 'None' } : { ...DISTRIBUTIONS[type], [type]: counts }),
		nodeCount,
		priority: job.priority ?? null,
		maxRunDurationSeconds: job.maxRunDurationSeconds ?? null,
		environmentVariables: job.environmentVariables ?? {},
		environment: presentJobEnvironment(job, run),
		history: { outputCollection: true, snapshotProject: true, directoriesToWatch: ['logs'] },
		data: {},
		dataReferences: {},
		outputData: {},
	};
}

/** The sections of an environment; `interpreter` is that of a job that brings its own. */
export function presentSpecification(specification: EnvironmentSpecification, interpreter?: string): object {
	const { pythonVersion, pipRequirements = [], condaPackages = [], condaChannels = [], environmentVariables = {} } = specification;
	const isBuilt = pythonVersion !== undefined || pipRequirements.length > 0 || condaPackages.length > 0;
	return {
		python: {
			interpreterPath: interpreter ?? specification.interpreterPath ?? 'python',
			userManagedDependencies: specification.userManaged ?? !isBuilt,
			condaDependencies: {
				channels: condaChannels.length > 0 ? condaChannels : ['conda-forge'],
				dependencies: [
					...(pythonVersion === undefined ? [] : [`python=${pythonVersion}`]),
					...condaPackages,
					...(pipRequirements.length > 0 ? [{ pip: pipRequirements }] : []),
				],
				name: 'project_environment',
			},
			baseCondaEnvironment: null,
		},
		environmentVariables,
		docker: { baseImage: null, baseDockerfile: null, platform: { os: 'Linux', architecture: 'amd64' }, baseImageRegistry: {} },
		spark: { repositories: [], packages: [], precachePackages: false },
		inferencingStackVersion: null,
		assetId: null,
	};
}
