/** Finds an experiment by its name. */
import type { Client } from '@runstead/client';
import type { Experiment } from '@runstead/contract';
import { CommandError } from '../command.ts';
import { nearestOrNull } from '../nearest.ts';

/** @throws {CommandError} naming the one that was probably meant, or those that there are. */
export async function findExperiment(client: Client, workspace: string, name: string): Promise<Experiment> {
	const found = await client.call('listExperiments', { params: { workspace }, query: { name, lifecycle: 'all', limit: 1 } });
	const [experiment] = found.experiments;
	if (experiment !== undefined) return experiment;
	const { experiments } = await client.call('listExperiments', { params: { workspace }, query: { limit: 1_000 } });
	const names = experiments.map((other) => other.name);
	const nearest = nearestOrNull(name, names);
	throw new CommandError(
		`Workspace ${workspace} has no experiment "${name}".`,
		nearest !== null
			? `Did you mean ${nearest}?`
			: names.length === 0
				? 'It has none yet: the first run that is submitted makes one.'
				: `It has: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}.`,
	);
}
