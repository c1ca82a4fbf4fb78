/** Every page of the studio by its address; each is loaded when it is first gone to. */
import type { FetchQueryOptions, QueryClient, QueryKey } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, Outlet, redirect } from '@tanstack/react-router';
import { comparedRunsQuery } from './features/compare/api.ts';
import { inOrder, parseCompareSearch } from './features/compare/compare-search.ts';
import { parseClusterSearch } from './features/compute/cluster-search.ts';
import { parseEnvironmentSearch } from './features/environments/environment-search.ts';
import { parseExperimentSearch } from './features/experiments/experiment-search.ts';
import { parseExperimentsSearch } from './features/experiments/experiments-search.ts';
import { parseLogsSearch } from './features/logs/logs-search.ts';
import { metricsQuery } from './features/metrics/api.ts';
import { parseFileSearch, parseLoggedModelSearch, parseModelsSearch } from './features/models/models-search.ts';
import { parseAlertsSearch } from './features/monitor/alerts-search.ts';
import { parseMetricsSearch } from './features/monitor/metrics-search.ts';
import { runFilesQuery } from './features/run-files/api.ts';
import { fieldsQuery, runQuery } from './features/runs/api.ts';
import { DEFAULT_TAB, parseRunPageSearch } from './features/runs/run-page-search.ts';
import { parseTraceSearch, parseTracesSearch } from './features/traces/traces-search.ts';
import { viewsQuery } from './features/views/api.ts';
import { parseViewSearch } from './features/views/view-search.ts';
import { workspacesQuery } from './features/workspaces/api.ts';
import { NoWorkspace } from './features/workspaces/no-workspace.tsx';
import { WorkspaceLayout } from './features/workspaces/workspace-layout.tsx';
import { basePath } from './shared/api/page-address.ts';
import { lazyPage } from './shared/lazy-page.ts';
import type { Opening } from './shared/opening.ts';
import { BareShell } from './shared/shell/bare-shell.tsx';
import { ErrorState } from './shared/states/error-state.tsx';
import { LoadingPage } from './shared/states/loading-page.tsx';
import { NotFound } from './shared/states/not-found.tsx';

interface Context {
	readonly queries: QueryClient;
	readonly opening: Opening;
}

/** What a page begins with is read while its script is on the way; the page itself tells what went wrong. */
function startReading<Data, Key extends QueryKey>({ queries }: Context, query: FetchQueryOptions<Data, Error, Data, Key>): Promise<void> {
	return queries.prefetchQuery(query);
}

/** The first rows of a list of runs, by what stands in its address. */
async function startRows({ queries }: Context, workspace: string, experimentId: string | null, search: object): Promise<void> {
	await import('./features/runs/first-rows.ts')
		.then(({ beginRows }) => beginRows(queries, workspace, experimentId, search))
		.catch(() => undefined);
}

/** From then on the page itself says what it reads again. */
const LOADED_ONCE = { staleTime: Number.POSITIVE_INFINITY } as const;

/** What a workspace opens with: its default view, else all runs. */
async function firstPageOf(queries: QueryClient, workspace: string) {
	const views = await queries.fetchQuery(viewsQuery(workspace)).catch(() => []);
	const first = views.find((one) => one.isDefault);
	if (first === undefined) return redirect({ to: '/w/$workspace/experiments', params: { workspace }, replace: true });
	return redirect({ to: '/w/$workspace/views/$viewId', params: { workspace, viewId: first.id }, replace: true });
}

const root = createRootRouteWithContext<Context>()({
	component: Outlet,
	notFoundComponent: () => (
		<BareShell>
			<NotFound />
		</BareShell>
	),
	errorComponent: ({ error, reset }) => <ErrorState error={error} onRetry={reset} />,
});

const home = createRoute({
	getParentRoute: () => root,
	path: '/',
	beforeLoad: async ({ context }) => {
		const [first] = await context.queries.fetchQuery(workspacesQuery);
		if (first !== undefined) throw await firstPageOf(context.queries, first.name);
	},
	component: () => (
		<BareShell>
			<NoWorkspace />
		</BareShell>
	),
});

const workspace = createRoute({
	getParentRoute: () => root,
	path: '/w/$workspace',
	component: WorkspaceLayout,
	notFoundComponent: NotFound,
});

const workspaceHome = createRoute({
	getParentRoute: () => workspace,
	path: '/',
	beforeLoad: async ({ context, params }) => {
		throw await firstPageOf(context.queries, params.workspace);
	},
});

const experiments = createRoute({
	getParentRoute: () => workspace,
	path: 'experiments',
	validateSearch: parseExperimentsSearch,
	loader: ({ context, params, location, preload }) => {
		const fields = startReading(context, fieldsQuery(params.workspace, null));
		const hasRows = !preload && parseExperimentsSearch(location.search).tab === undefined;
		const rows = hasRows ? [startRows(context, params.workspace, null, location.search)] : [];
		return context.opening.waitFor([fields, ...rows]);
	},
	...LOADED_ONCE,
	component: lazyPage(() => import('./features/experiments/experiments-page.tsx'), 'ExperimentsPage'),
});

const experiment = createRoute({
	getParentRoute: () => workspace,
	path: 'experiments/$experimentId',
	validateSearch: parseExperimentSearch,
	loader: ({ context, params, location, preload }) => {
		const fields = startReading(context, fieldsQuery(params.workspace, params.experimentId));
		const rows =
			preload || parseExperimentSearch(location.search).tab !== undefined
				? []
				: [startRows(context, params.workspace, params.experimentId, location.search)];
		return context.opening.waitFor([fields, ...rows]);
	},
	...LOADED_ONCE,
	component: lazyPage(() => import('./features/experiments/experiment-page.tsx'), 'ExperimentPage'),
});

const view = createRoute({
	getParentRoute: () => workspace,
	path: 'views/$viewId',
	validateSearch: parseViewSearch,
	component: lazyPage(() => import('./features/views/view-page.tsx'), 'ViewPage'),
});

/** Where the address of a run leads without its end. */
const runs = createRoute({
	getParentRoute: () => workspace,
	path: 'runs',
	beforeLoad: ({ params }) => {
		throw redirect({ to: '/w/$workspace/experiments', params, replace: true });
	},
});

const run = createRoute({
	getParentRoute: () => workspace,
	path: 'runs/$runId',
	validateSearch: parseRunPageSearch,
	loaderDeps: ({ search }) => ({ tab: search.tab ?? DEFAULT_TAB }),
	loader: ({ context, params, deps }) => {
		const reads = [startReading(context, runQuery(params.runId))];
		if (deps.tab === 'metrics') reads.push(startReading(context, metricsQuery(params.runId)));
		if (deps.tab === 'files') reads.push(startReading(context, runFilesQuery(params.runId)));
		const drawing = import('./features/runs/run-page.tsx').then(({ wantTab }) => wantTab(deps.tab));
		// What cannot be had is told where it is drawn.
		return context.opening.waitFor([...reads, drawing.catch(() => undefined)]);
	},
	...LOADED_ONCE,
	component: lazyPage(() => import('./features/runs/run-page.tsx'), 'RunPage'),
});

const compare = createRoute({
	getParentRoute: () => workspace,
	path: 'compare',
	validateSearch: parseCompareSearch,
	loaderDeps: ({ search }) => ({ ids: inOrder(search.runs, search.baseline) }),
	loader: ({ context, params, deps }) => context.opening.waitFor([startReading(context, comparedRunsQuery(params.workspace, deps.ids))]),
	...LOADED_ONCE,
	component: lazyPage(() => import('./features/compare/compare-page.tsx'), 'ComparePage'),
});

const environments = createRoute({
	getParentRoute: () => workspace,
	path: 'environments',
	component: lazyPage(() => import('./features/environments/environments-page.tsx'), 'EnvironmentsPage'),
});

const environment = createRoute({
	getParentRoute: () => workspace,
	path: 'environments/$environment',
	validateSearch: parseEnvironmentSearch,
	component: lazyPage(() => import('./features/environments/environment-page.tsx'), 'EnvironmentPage'),
});

const traces = createRoute({
	getParentRoute: () => workspace,
	path: 'traces',
	validateSearch: parseTracesSearch,
	component: lazyPage(() => import('./features/traces/traces-page.tsx'), 'TracesPage'),
});

const trace = createRoute({
	getParentRoute: () => workspace,
	path: 'traces/$experimentId/$traceId',
	validateSearch: parseTraceSearch,
	component: lazyPage(() => import('./features/traces/trace-page.tsx'), 'TracePage'),
});

const models = createRoute({
	getParentRoute: () => workspace,
	path: 'models',
	validateSearch: parseModelsSearch,
	component: lazyPage(() => import('./features/models/models-page.tsx'), 'ModelsPage'),
});

const model = createRoute({
	getParentRoute: () => workspace,
	path: 'models/$model',
	component: lazyPage(() => import('./features/models/model-page.tsx'), 'ModelPage'),
});

const modelVersion = createRoute({
	getParentRoute: () => workspace,
	path: 'models/$model/versions/$version',
	validateSearch: parseFileSearch,
	component: lazyPage(() => import('./features/models/model-version-page.tsx'), 'ModelVersionPage'),
});

const loggedModel = createRoute({
	getParentRoute: () => workspace,
	path: 'logged-models/$loggedModel',
	validateSearch: parseLoggedModelSearch,
	component: lazyPage(() => import('./features/models/logged-model-page.tsx'), 'LoggedModelPage'),
});

const compute = createRoute({
	getParentRoute: () => workspace,
	path: 'compute',
	component: lazyPage(() => import('./features/compute/compute-page.tsx'), 'ComputePage'),
});

const cluster = createRoute({
	getParentRoute: () => workspace,
	path: 'compute/$cluster',
	validateSearch: parseClusterSearch,
	component: lazyPage(() => import('./features/compute/cluster-page.tsx'), 'ClusterPage'),
});

const metrics = createRoute({
	getParentRoute: () => workspace,
	path: 'monitor/metrics',
	validateSearch: parseMetricsSearch,
	component: lazyPage(() => import('./features/monitor/metrics-page.tsx'), 'MetricsPage'),
});

const alerts = createRoute({
	getParentRoute: () => workspace,
	path: 'monitor/alerts',
	validateSearch: parseAlertsSearch,
	component: lazyPage(() => import('./features/monitor/alerts-page.tsx'), 'AlertsPage'),
});

const logs = createRoute({
	getParentRoute: () => workspace,
	path: 'logs',
	validateSearch: parseLogsSearch,
	component: lazyPage(() => import('./features/logs/logs-page.tsx'), 'LogsPage'),
});

/** The way from the monitor: logs of every workspace. */
const allLogs = createRoute({
	getParentRoute: () => workspace,
	path: 'monitor/logs',
	beforeLoad: ({ params }) => {
		throw redirect({ to: '/w/$workspace/logs', params, search: { scope: 'all' }, replace: true });
	},
});

const diagnosticSettings = createRoute({
	getParentRoute: () => workspace,
	path: 'monitor/diagnostic-settings',
	component: lazyPage(() => import('./features/diagnostics/diagnostic-settings-page.tsx'), 'DiagnosticSettingsPage'),
});

export function createStudioRouter(queries: QueryClient, opening: Opening) {
	return createRouter({
		routeTree: root.addChildren([
			home,
			workspace.addChildren([
				workspaceHome,
				experiments,
				experiment,
				view,
				runs,
				run,
				compare,
				environments,
				environment,
				traces,
				trace,
				models,
				model,
				modelVersion,
				loggedModel,
				compute,
				cluster,
				metrics,
				alerts,
				logs,
				allLogs,
				diagnosticSettings,
			]),
		]),
		basepath: basePath(),
		context: { queries, opening },
		defaultPendingComponent: LoadingPage,
		defaultPreload: 'intent',
		defaultStructuralSharing: true,
	});
}

declare module '@tanstack/react-router' {
	interface Register {
		router: ReturnType<typeof createStudioRouter>;
	}
}
