/** The services that unmodified `azureml-core` calls, at the paths it knows. Each file serves one of them. */
import { RunsteadError } from '@runstead/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Capabilities } from '../../create-capabilities.ts';
import type { Addresses } from '../../http/addresses.ts';
import type { Guard } from '../../http/guard.ts';
import type { Principal, ResourceScope } from '../../http/principal.ts';
import { serveArtifacts } from './artifacts.ts';
import { serveBlobStore } from './blob-store.ts';
import { serveCompute } from './compute.ts';
import { serveDatasets } from './datasets.ts';
import { serveDatastoreBlobs } from './datastore-blobs.ts';
import { serveDatastores } from './datastores.ts';
import { serveDiscovery } from './discovery.ts';
import { serveEnvironments } from './environments.ts';
import { setAzureErrors } from './errors.ts';
import { serveExecution } from './execution.ts';
import { createExperimentFinder, serveExperiments } from './experiments.ts';
import { createFileLinks } from './file-links.ts';
import { setAzureParsers } from './json.ts';
import { serveMetrics } from './metrics.ts';
import { serveModels } from './models.ts';
import { serveRunDetails } from './run-details.ts';
import { serveRuns } from './runs.ts';
import { serveSignIn } from './sign-in.ts';
import { serveSnapshots, serveSnapshotZips } from './snapshots.ts';
import { createAzureToolbox } from './toolbox.ts';
import { serveWorkspaces } from './workspaces.ts';

export interface AzureDoorOptions {
	readonly guard: Guard;
	readonly scopeOf: (params: Readonly<Record<string, string>>, principal: Principal) => Promise<ResourceScope>;
	readonly asRunsteadError: (error: unknown, request: FastifyRequest) => RunsteadError;
	readonly addresses: Addresses;
}

/** First segments of the services that clients know; what is not served of them is refused in their words. */
const SERVICES = [
	'history',
	'metric',
	'artifact',
	'content',
	'execution',
	'modelmanagement',
	'rp',
	'subscriptions',
	'environment',
	'datastore',
	'hyperdrive',
	'pipelines',
	'jasmine',
	'credential',
	'dataset',
	'data',
	'mlflow',
];

export function serveAzureml(server: FastifyInstance, capabilities: Capabilities, options: AzureDoorOptions): void {
	const { guard, addresses } = options;
	const { runs, workspaces, access, runFiles, search, uploads, snapshots, datastores } = capabilities;
	const links = createFileLinks(access, addresses);
	// In a part of its own: it reads JSON as Python writes it, and answers errors in its own words.
	void server.register(async (app) => {
		setAzureErrors(app, options.asRunsteadError);
		setAzureParsers(app);
		const toolbox = createAzureToolbox({ app, guard, workspaces, runs, scopeOf: options.scopeOf });
		const findExperiment = createExperimentFinder(capabilities);
		serveDiscovery(app, guard, addresses);
		serveSignIn(app, { guard, access, addresses });
		serveWorkspaces(toolbox, { app, guard, workspaces, experiments: capabilities.experiments, search, addresses });
		serveExperiments(toolbox, capabilities, findExperiment);
		serveRuns(toolbox, { capabilities, findExperiment, addresses });
		serveSnapshots(toolbox, capabilities, links);
		serveSnapshotZips(app, { guard, access, workspaces, snapshots });
		serveExecution(toolbox, { app, capabilities, findExperiment });
		serveCompute(toolbox, { app, guard, capabilities, addresses });
		serveEnvironments(toolbox, capabilities);
		serveDatastores(toolbox, capabilities, addresses);
		serveDatasets(toolbox, capabilities);
		serveModels(toolbox, capabilities);
		serveRunDetails(toolbox, capabilities, links);
		serveMetrics(toolbox, capabilities);
		serveArtifacts(toolbox, capabilities, links);
		serveBlobStore(app, { guard, access, runFiles, uploads });
		serveDatastoreBlobs(app, { guard, access, workspaces, datastores, uploads });
		for (const service of SERVICES)
			app.all(`/${service}/*`, (request) => {
				throw new RunsteadError('unknown-route', { method: request.method, path: request.url });
			});
	});
}
