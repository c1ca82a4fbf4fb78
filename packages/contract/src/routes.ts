/** Every route of the native API by operation id: what the server must serve, and what OpenAPI and the clients are made from. */
import { actionGroupRoutes } from './action-groups.ts';
import { alertRoutes } from './alerts.ts';
import { computeRoutes } from './compute.ts';
import { datastoreRoutes } from './datastores.ts';
import { diagnosticSettingRoutes } from './diagnostic-settings.ts';
import { environmentRoutes } from './environments.ts';
import { evaluationDatasetRoutes } from './evaluation-datasets.ts';
import { experimentRoutes } from './experiments.ts';
import { importMarkRoutes } from './import-marks.ts';
import { jobRoutes } from './jobs.ts';
import { lineageRoutes } from './lineage.ts';
import { liveRoutes } from './live.ts';
import { loggedModelRoutes } from './logged-models.ts';
import { metricLineRoutes } from './metric-lines.ts';
import { metricRoutes } from './metrics.ts';
import { modelRoutes } from './models.ts';
import { queryRoutes } from './query.ts';
import { quotaRoutes } from './quotas.ts';
import { runFileRoutes } from './run-files.ts';
import { runTableRoutes } from './run-table.ts';
import { runRoutes } from './runs.ts';
import { serverRoutes } from './server.ts';
import { snapshotRoutes } from './snapshots.ts';
import { supportRoutes } from './support.ts';
import { tlsRoutes } from './tls.ts';
import { traceRoutes } from './traces.ts';
import { viewRoutes } from './views.ts';
import { workspaceMetricRoutes } from './workspace-metrics.ts';
import { workspaceRoutes } from './workspaces.ts';

export const API_ROUTES = {
	...serverRoutes,
	...tlsRoutes,
	...workspaceRoutes,
	...experimentRoutes,
	...runRoutes,
	...runTableRoutes,
	...metricRoutes,
	...metricLineRoutes,
	...runFileRoutes,
	...snapshotRoutes,
	...computeRoutes,
	...quotaRoutes,
	...environmentRoutes,
	...datastoreRoutes,
	...modelRoutes,
	...lineageRoutes,
	...evaluationDatasetRoutes,
	...loggedModelRoutes,
	...traceRoutes,
	...jobRoutes,
	...liveRoutes,
	...supportRoutes,
	...queryRoutes,
	...viewRoutes,
	...importMarkRoutes,
	...workspaceMetricRoutes,
	...diagnosticSettingRoutes,
	...alertRoutes,
	...actionGroupRoutes,
};
