/** Addresses that are other names of one, brought to the one that is served. */
import type { IncomingMessage } from 'node:http';

const PREFIXES = [
	['/ajax-api/', '/api/'],
	['/api/2.0/preview/mlflow/', '/api/2.0/mlflow/'],
] as const;

/** Azure's ids of resources are the same in upper and lower case, and some clients lower them. */
const RESOURCE =
	/^([^?]*?)\/+subscriptions\/([^/?]+)\/resourcegroups\/([^/?]+)\/providers\/microsoft\.machinelearningservices\/workspaces(?=[/?]|$)/i;
/** MLflow's protocol, for the workspace that the path names. */
const MLFLOW_OF_WORKSPACE =
	/^\/mlflow\/v[12]\.0\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/[^/]+\/workspaces\/([^/?]+)(\/api\/.*)$/;
const WORKSPACE_HEADER = 'x-mlflow-workspace';

/** May say in a header what the address said. */
export function canonicalUrl(given: string, request: IncomingMessage): string {
	// Of an address that ends in a slash, and a path that begins with one.
	const url = given.replace(/^\/{2,}/, '/');
	for (const [alias, name] of PREFIXES) if (url.startsWith(alias)) return name + url.slice(alias.length);
	if (!url.includes('/subscriptions/')) return url;
	const named = url.replace(RESOURCE, '$1/subscriptions/$2/resourceGroups/$3/providers/Microsoft.MachineLearningServices/workspaces');
	const [, workspace, path] = MLFLOW_OF_WORKSPACE.exec(named) ?? [];
	if (workspace === undefined || path === undefined) return named;
	request.headers[WORKSPACE_HEADER] = decodeOrNull(workspace) ?? workspace;
	return canonicalUrl(path, request);
}

function decodeOrNull(text: string): string | null {
	try {
		return decodeURIComponent(text);
	} catch {
		return null;
	}
}
