/** What is given to somebody who is to help. */
import { route } from './route.ts';
import { Type } from './schema-builder.ts';

export const supportRoutes = {
	downloadSupportBundle: route({
		method: 'GET',
		path: '/api/v1/runs/:run/support-bundle',
		permission: 'run.read',
		summary: 'The logs of a run with its definition, events, nodes and versions as a zip file, secrets removed',
		params: Type.Object({ run: Type.String() }),
		responseStream: 'bytes',
	}),
};
