/** Every page of the studio by its address; each is loaded when it is first gone to. */
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { parseCompareSearch } from './features/compare/compare-search.ts';
import { parseClusterSearch } from './features/compute/cluster-search.ts';
import { parseEnvironmentSearch } from './features/environments/environment-search.ts';
import { parseExperimentsSearch } from './features/experiments/experiments-search.ts';
import { parseRunPageSearch } from './features/runs/run-page-search.ts';
import { parseRunListSearch } from './features/runs/run-search.ts';
import { viewsQuery } from './features/views/api.ts';
import { parseViewSearch } from './features/views/view-search.ts';
import { workspacesQuery } from './features/workspaces/api.ts';
import { NoWorkspace } from './features/workspaces/no-workspace.tsx';
import { WorkspaceLayout } from './features/workspaces/workspace-layout.tsx';
import { basePath } from './shared/api/page-address.ts';
import { ErrorState } from './shared/states/error-state.tsx';
import { LoadingRows } from './shared/states/loading-rows.tsx';
import { NotFound } from './shared/states/not-found.tsx';

/** What a workspace opens with: its default view, else all runs. */
async function firstPageOf(queries: QueryClient, workspace: string) {
	const views = await queries.fetchQuery(viewsQuery(workspace)).catch(() => []);
	const first = views.find((one) => one.isDefault);
	if (first === undefined) return redirect({ to: '/w/$workspace/experiments', params: { workspace }, replace: true });
	return redirect({ to: '/w/$workspace/views/$viewId', params: { workspace, viewId: first.id }, replace: true });
}

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
	component: Outlet,
	notFoundComponent: NotFound,
	errorComponent: ({ error, reset }) => <ErrorState error={error} onRetry={reset} />,
});

const home = createRoute({
	getParentRoute: () => root,
	path: '/',
	beforeLoad: async ({ context }) => {
		const [first] = await context.queries.fetchQuery(workspacesQuery);
		if (first !== undefined) throw await firstPageOf(context.queries, first.name);
	},
	component: NoWorkspace,
});

const workspace = createRoute({ getParentRoute: () => root, path: '/w/$workspace', component: WorkspaceLayout });

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
	component: lazyRouteComponent(() => import('./features/experiments/experiments-page.tsx'), 'ExperimentsPage'),
});

const experiment = createRoute({
	getParentRoute: () => workspace,
	path: 'experiments/$experimentId',
	validateSearch: parseRunListSearch,
	component: lazyRouteComponent(() => import('./features/experiments/experiment-page.tsx'), 'ExperimentPage'),
});

const view = createRoute({
	getParentRoute: () => workspace,
	path: 'views/$viewId',
	validateSearch: parseViewSearch,
	component: lazyRouteComponent(() => import('./features/views/view-page.tsx'), 'ViewPage'),
});

const run = createRoute({
	getParentRoute: () => workspace,
	path: 'runs/$runId',
	validateSearch: parseRunPageSearch,
	component: lazyRouteComponent(() => import('./features/runs/run-page.tsx'), 'RunPage'),
});

const compare = createRoute({
	getParentRoute: () => workspace,
	path: 'compare',
	validateSearch: parseCompareSearch,
	component: lazyRouteComponent(() => import('./features/compare/compare-page.tsx'), 'ComparePage'),
});

const environments = createRoute({
	getParentRoute: () => workspace,
	path: 'environments',
	component: lazyRouteComponent(() => import('./features/environments/environments-page.tsx'), 'EnvironmentsPage'),
});

const environment = createRoute({
	getParentRoute: () => workspace,
	path: 'environments/$environment',
	validateSearch: parseEnvironmentSearch,
	component: lazyRouteComponent(() => import('./features/environments/environment-page.tsx'), 'EnvironmentPage'),
});

const compute = createRoute({
	getParentRoute: () => workspace,
	path: 'compute',
	component: lazyRouteComponent(() => import('./features/compute/compute-page.tsx'), 'ComputePage'),
});

const cluster = createRoute({
	getParentRoute: () => workspace,
	path: 'compute/$cluster',
	validateSearch: parseClusterSearch,
	component: lazyRouteComponent(() => import('./features/compute/cluster-page.tsx'), 'ClusterPage'),
});

export function createStudioRouter(queries: QueryClient) {
	return createRouter({
		routeTree: root.addChildren([
			home,
			workspace.addChildren([workspaceHome, experiments, experiment, view, run, compare, environments, environment, compute, cluster]),
		]),
		basepath: basePath(),
		context: { queries },
		defaultPendingComponent: () => <LoadingRows rows={10} label="Loading the page" />,
		defaultPreload: 'intent',
		defaultStructuralSharing: true,
	});
}

declare module '@tanstack/react-router' {
	interface Register {
		router: ReturnType<typeof createStudioRouter>;
	}
}
