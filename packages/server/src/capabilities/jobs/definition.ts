/** What a job may be: checked at submission, so that nothing fails later for what could be known now. */
import {
	checkLimit,
	coverWords,
	type JobDefinition,
	LIMITS,
	LOCAL_TARGET,
	optionOrNull,
	RunsteadError,
	type SnapshotFile,
	uncoverVariables,
} from '@runstead/contract';
import { checkDataReferences } from '../datastores/service.ts';
import type { ResolvedEnvironment } from '../environments/service.ts';
import { isBuilt } from '../environments/specification.ts';

/** @throws {RunsteadError} invalid-request, saying what is missing and what there is. */
export function checkDefinition(definition: JobDefinition, files: readonly SnapshotFile[] | null): void {
	const { script, command } = definition;
	if ((script === undefined) === (command === undefined)) throw invalid('A job has either a script or a command.');
	if (command?.length === 0) throw invalid('The command is empty.');
	checkDataReferences(definition.data ?? []);
	if (script === undefined) return;
	if (files === null) throw invalid(`The script ${JSON.stringify(script)} needs a snapshot: create one and name it as snapshotId.`);
	if (!files.some((file) => file.path === normalPath(script))) {
		const scripts = files.map((file) => file.path).filter((path) => path.endsWith('.py'));
		throw invalid(`The snapshot has no file ${JSON.stringify(script)}. Its Python files: ${scripts.slice(0, 20).join(', ') || 'none'}.`);
	}
}

/** The job as it runs in an environment. @throws {RunsteadError} invalid-request for two Pythons. */
export function inEnvironment(definition: JobDefinition, environment: ResolvedEnvironment): JobDefinition {
	const { specification } = environment;
	if (definition.interpreter !== undefined && isBuilt(specification))
		throw invalid(
			`The job names the interpreter ${JSON.stringify(definition.interpreter)} and the environment ${JSON.stringify(environment.name)}, which has its own Python.`,
		);
	const interpreter = definition.interpreter ?? specification.interpreterPath;
	const environmentVariables = {
		...specification.environmentVariables,
		...uncoverVariables(definition.environmentVariables ?? {}, specification.environmentVariables),
	};
	return {
		...definition,
		environment,
		...(interpreter !== undefined && { interpreter }),
		...(Object.keys(environmentVariables).length > 0 && { environmentVariables }),
	};
}

/** What a run shows of the environment that it was submitted with. */
export function propertiesOfEnvironment({ name, version }: ResolvedEnvironment): Record<string, string> {
	return { environmentName: name, ...(version !== undefined && { environmentVersion: String(version) }) };
}

/**
 * Whether the nodes and processes of a job fit together, and its target; `nodesMax` is what the target may have.
 * @throws {RunsteadError} invalid-request, saying what to do.
 */
export function checkNodes({ nodeCount = 1, distribution, target = LOCAL_TARGET }: JobDefinition, nodesMax: number): void {
	if (target === LOCAL_TARGET && nodeCount > 1)
		throw invalid(
			`The job takes ${nodeCount} nodes, and local is one: submit it to a cluster, or give local one node with several processes.`,
		);
	if (nodeCount > nodesMax)
		throw invalid(
			`The job takes ${nodeCount} nodes, and ${target} may have ${nodesMax}: raise its maxNodes to ${nodeCount}, or submit with fewer nodes.`,
		);
	if (distribution?.type === 'mpi') checkCount((distribution.processCountPerNode ?? 1) * nodeCount, nodeCount);
	if (distribution?.type === 'pytorch') {
		checkCount(distribution.processCount, nodeCount);
		if (distribution.processCount % nodeCount !== 0)
			throw invalid(
				`${distribution.processCount} processes cannot be shared out evenly among ${nodeCount} nodes: let processCount be a multiple of nodeCount.`,
			);
	}
	if (distribution?.type === 'tensorflow') checkCount(distribution.workerCount + (distribution.parameterServerCount ?? 0), nodeCount);
}

function checkCount(processes: number, nodes: number): void {
	checkLimit('The number of processes', processes, 'processesPerJob');
	if (processes < nodes) throw invalid(`${processes} processes leave some of ${nodes} nodes without one: ask for fewer nodes.`);
}

function normalPath(path: string): string {
	return path.replace(/^(\.\/)+/, '');
}

function invalid(what: string): RunsteadError {
	return new RunsteadError('invalid-request', { what });
}

/** The params that `--name value` and `--name=value` arguments give, but for secrets; an option without a value is "true". */
export function paramsOfArguments(args: readonly string[]): Record<string, string> {
	const params: Record<string, string> = {};
	const words = coverWords(args);
	for (const [index, word] of words.entries()) {
		const option = optionOrNull(word);
		if (option === null) continue;
		const following = words[index + 1];
		const value = option.value ?? (following === undefined || optionOrNull(following) !== null ? 'true' : following);
		if (option.name.length <= LIMITS.attributeKeyCharacters.max)
			params[option.name] ??= value.slice(0, LIMITS.attributeValueCharacters.max);
	}
	return params;
}
