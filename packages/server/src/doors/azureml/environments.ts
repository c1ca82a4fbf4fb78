/** Environments as definitions of Azure ML: registered, read in one version, listed. */
import { type Environment, RunsteadError } from '@runstead/contract';
import type { Capabilities } from '../../create-capabilities.ts';
import { objectOf } from './fields.ts';
import { specificationOf } from './job-submission.ts';
import { presentJobEnvironment, presentSpecification, runOfEnvironmentVersion } from './run-definition.ts';
import type { AzureToolbox } from './toolbox.ts';

const ENVIRONMENTS = '/environment/v1.0';
const PAGE = 200;

function present({ name, version, specification }: Environment): object {
	return { name, version: String(version), ...presentSpecification(specification) };
}

function versionOf(text: string): number {
	if (!/^\d{1,9}$/.test(text)) throw new RunsteadError('not-found', { noun: 'version of an environment', given: text });
	return Number(text);
}

export function serveEnvironments({ serve }: AzureToolbox, { environments, search }: Capabilities): void {
	const read = { service: ENVIRONMENTS, method: 'GET', permission: 'workspace.read' } as const;
	const write = { service: ENVIRONMENTS, method: 'PUT', permission: 'workspace.write' } as const;

	serve({ ...read, path: '/environments/' }, async ({ workspace, query }) => {
		const { environments: found, nextCursor } = await environments.list(workspace, PAGE, false, query.continuation);
		return { value: found.map(present), continuationToken: nextCursor };
	});
	serve({ ...read, path: '/environments/:environment' }, async ({ workspace, params }) =>
		present(await environments.get(workspace, params.environment as string)),
	);
	serve({ ...read, path: '/environments/:environment/versions/:version' }, async (call) => {
		const { environment: name = '', version = '' } = call.params;
		const runId = runOfEnvironmentVersion(version);
		if (runId === null) return present(await environments.get(call.workspace, name, versionOf(version)));
		await call.authorizeRun(runId);
		const run = await search.run(runId);
		if (!run.job) throw new RunsteadError('not-found', { noun: 'environment of run', given: runId });
		return presentJobEnvironment(run.job, run);
	});
	serve({ ...read, path: '/environments/:environment/labels/:label' }, async ({ workspace, params }) => {
		const { environment: name = '', label = '' } = params;
		if (label.toLowerCase() !== 'latest') throw new RunsteadError('not-found', { noun: `label of environment ${name}`, given: label });
		return present(await environments.get(workspace, name));
	});

	// A version that a client asks for is the one that it gets, or nothing is registered: versions follow one another.
	for (const path of ['/environments/:environment', '/environments/:environment/versions/:version'])
		serve({ ...write, path }, async ({ workspace, params, body, principal }) => {
			const { environment: name = '', version } = params;
			const sent = objectOf(body);
			const fields = { ...sent, environmentVariables: sent.EnvironmentVariables ?? sent.environmentVariables };
			const specification = specificationOf(fields);
			if (version !== undefined) {
				const known = await environments.get(workspace, name, versionOf(version));
				const isSame =
					JSON.stringify(known.specification) ===
					JSON.stringify((await environments.resolve(workspace, { name, specification })).specification);
				if (!isSame)
					throw new RunsteadError('invalid-request', {
						what: `Version ${version} of ${name} is there and does not change. Set version to None.`,
					});
				return present(known);
			}
			const { environment } = await environments.register(workspace, { name, specification }, principal.name);
			return present(environment);
		});
}
