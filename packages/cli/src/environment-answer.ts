/** An environment as the commands answer it. */
import type { Environment } from '@runstead/contract';
import { type Answer, documentAnswer } from './output/answer.ts';
import { tagText, timeText } from './run/values.ts';

/** @example pythonOf({ pythonVersion: '3.11' }) === '3.11' */
export function pythonOf({ userManaged, interpreterPath, pythonVersion }: Environment['specification']): string {
	return userManaged ? (interpreterPath ?? 'python') : (pythonVersion ?? "the node's");
}

export function environmentAnswer(environment: Environment): Answer {
	const { specification } = environment;
	const pairs: [string, string][] = [
		['Environment', `${environment.name}, version ${environment.version}${environment.archived ? ' (archived)' : ''}`],
		['Python', pythonOf(specification)],
	];
	const add = (label: string, values: readonly string[] | undefined): void => {
		values?.forEach((value, index) => void pairs.push([index === 0 ? label : '', value]));
	};
	add('Conda channels', specification.condaChannels);
	add('Conda packages', specification.condaPackages);
	add('Requirements', specification.pipRequirements);
	const variables = Object.entries(specification.environmentVariables ?? {});
	add(
		'Variables',
		variables.map(([name, value]) => `${name}=${value}`),
	);
	if (environment.description !== '') pairs.push(['Description', environment.description]);
	const tags = Object.entries(environment.tags).map(tagText);
	if (tags.length > 0) pairs.push(['Tags', tags.join(', ')]);
	pairs.push(['Made', environment.createdTime === null ? 'curated' : `${timeText(environment.createdTime)} by ${environment.createdBy}`]);
	return documentAnswer(environment, pairs);
}
