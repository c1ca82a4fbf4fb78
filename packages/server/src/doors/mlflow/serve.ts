/** MLflow's REST protocol at the root: unmodified clients track here. Each file serves one group of its calls. */
import type { RunsteadError } from '@runstead/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Capabilities } from '../../create-capabilities.ts';
import type { Addresses } from '../../http/addresses.ts';
import type { Guard } from '../../http/guard.ts';
import type { Principal, ResourceScope } from '../../http/principal.ts';
import { serveArtifactLinks } from './artifact-links.ts';
import { createArtifactRoots } from './artifact-roots.ts';
import { serveArtifactUploads } from './artifact-uploads.ts';
import { createArtifactFinder, createRunRoots, serveArtifacts } from './artifacts.ts';
import { MlflowError } from './errors.ts';
import { serveEvaluationDatasets } from './evaluation-datasets.ts';
import { createDefaultExperimentFinder, serveExperiments } from './experiments.ts';
import { serveExportedSpans } from './exported-spans.ts';
import { serveHistory } from './history.ts';
import { createLineageReader, serveLineage } from './lineage.ts';
import { serveLoggedModels } from './logged-models.ts';
import { serveMetrics } from './metrics.ts';
import { serveModelVersions } from './model-versions.ts';
import { serveProbes } from './probes.ts';
import { serveRegisteredModels } from './registered-models.ts';
import { serveRunSearch } from './run-search.ts';
import { serveRuns } from './runs.ts';
import { createMlflowToolbox, setMlflowErrors, setMlflowParser } from './toolbox.ts';
import { serveTraces } from './traces.ts';
import { serveWebhooks } from './webhooks.ts';
import { createWorkspaceFinder } from './workspace-finder.ts';
import { serveWorkspaces } from './workspaces.ts';

export interface MlflowDoorOptions {
	readonly guard: Guard;
	readonly scopeOf: (params: Readonly<Record<string, string>>, principal: Principal) => Promise<ResourceScope>;
	readonly asRunsteadError: (error: unknown, request: FastifyRequest) => RunsteadError;
	readonly addresses: Addresses;
	/** A reply as it is for who asked at another address than MLflow's own. */
	readonly replyFor: (request: FastifyRequest, reply: string) => string;
}

export function serveMlflow(server: FastifyInstance, capabilities: Capabilities, options: MlflowDoorOptions): void {
	// In a part of its own: it answers errors in its own words.
	void server.register(async (app) => {
		setMlflowParser(app);
		setMlflowErrors(app, options.asRunsteadError);
		app.addHook('onSend', async (request, _reply, payload) =>
			typeof payload === 'string' && request.originalUrl !== request.url ? options.replyFor(request, payload) : payload,
		);
		const toolbox = createMlflowToolbox({
			app,
			...options,
			workspaceOf: createWorkspaceFinder(capabilities.workspaces),
			defaultExperimentOf: createDefaultExperimentFinder(capabilities.experiments),
		});
		const extrasOf = createLineageReader(capabilities);
		const runRoot = createRunRoots(capabilities);
		const artifacts = { runRoot, resolve: createArtifactFinder(runRoot, createArtifactRoots(capabilities)) };
		serveProbes(app, toolbox);
		serveExperiments(toolbox, capabilities);
		serveRuns(toolbox, capabilities, extrasOf);
		serveRunSearch(toolbox, capabilities, extrasOf);
		serveMetrics(toolbox, capabilities);
		serveHistory(toolbox, capabilities);
		serveArtifacts(toolbox, capabilities, artifacts);
		serveArtifactUploads(toolbox, capabilities, artifacts.resolve, options.addresses);
		serveArtifactLinks(toolbox, capabilities, artifacts.resolve, options.addresses);
		serveLineage(toolbox, capabilities);
		serveLoggedModels(toolbox, capabilities, artifacts.resolve);
		serveRegisteredModels(toolbox, capabilities);
		serveModelVersions(toolbox, capabilities, artifacts.resolve);
		serveTraces(toolbox, capabilities, artifacts.resolve);
		serveExportedSpans(toolbox, capabilities);
		serveEvaluationDatasets(toolbox, capabilities);
		serveWebhooks(toolbox, capabilities);
		serveWorkspaces(toolbox, capabilities.workspaces);
		toolbox.refuseOtherMethods();
		for (const prefix of ['/api/2.0/mlflow/*', '/api/3.0/mlflow/*', '/api/2.0/mlflow-artifacts/*', '/graphql']) {
			app.all(prefix, (request) => {
				throw new MlflowError('ENDPOINT_NOT_FOUND', `There is no ${request.method} ${request.url.split('?')[0]}.`);
			});
		}
	});
}
