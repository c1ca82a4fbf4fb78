/** What clients ask before they begin: which MLflow this is, and what it offers. */
import type { FastifyInstance } from 'fastify';
import type { MlflowToolbox } from './toolbox.ts';

/** The release of MLflow whose wire this door speaks; clients choose by it what they send. */
const MLFLOW_VERSION = '3.17.2';

export function serveProbes(app: FastifyInstance, { serve }: MlflowToolbox): void {
	app.get('/version', (_request, reply) => reply.type('text/plain').send(MLFLOW_VERSION));
	const describe = () => ({
		store_type: 'SqlStore',
		workspaces_enabled: true,
		trace_archival_enabled: false,
		multipart_uploads_enabled: false,
		multipart_downloads_enabled: false,
		presigned_upload_run_id_supported: false,
		presigned_upload_model_id_supported: false,
	});
	serve({ method: 'GET', path: '/3.0/mlflow/server-info', permission: 'public' }, describe);
	serve({ method: 'GET', path: '/3.0/mlflow/server-features', permission: 'public' }, describe);
}
