/** What MLflow's client with Azure's plugin needs to see otherwise: where the artifacts of a run are. */
import type { FastifyRequest } from 'fastify';
import type { Addresses } from '../../http/addresses.ts';

const OF_WORKSPACE = /\/mlflow\/v\d\.\d\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/[^/]+\/workspaces\/[^/?]+/i;
const ARTIFACT_URI = /"artifact_uri":\s*"mlflow-artifacts:\/([^/"]+)\/([^/"]+)\/artifacts/g;

/** Replies to requests below the address of a workspace, which is what the plugin tracks to. */
export function createMlflowReplies(addresses: Addresses): (request: FastifyRequest, reply: string) => string {
	return (request, reply) => {
		const workspace = OF_WORKSPACE.exec(request.originalUrl)?.[0];
		if (workspace === undefined) return reply;
		const { host } = new URL(addresses.best(request.raw));
		return reply.replaceAll(
			ARTIFACT_URI,
			(_, experiment: string, run: string) =>
				`"artifact_uri":"azureml://${host}${workspace}/experiments/${experiment}/runs/${run}/artifacts`,
		);
	};
}
