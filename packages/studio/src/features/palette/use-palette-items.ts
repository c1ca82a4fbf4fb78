/** Everything the palette leads to: pages, what the page can do, experiments, views, clusters, models, prompts and runs. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { openPanel } from '../../shared/commands/open-panel.ts';
import { useCommandsOfPage } from '../../shared/commands/page-commands.ts';
import { timeZone } from '../../shared/format/time-zone.ts';
import { chooseTheme } from '../../shared/theme/theme-choice.ts';
import { clustersQuery } from '../compute/api.ts';
import { experimentsQuery } from '../experiments/api.ts';
import { isPrompt } from '../models/prompt.ts';
import { runTitle } from '../runs/run-link.tsx';
import { viewsQuery } from '../views/api.ts';
import { workspacesQuery } from '../workspaces/api.ts';
import { experimentOfNameQuery, foundModelsQuery, foundRunsQuery } from './api.ts';
import { fittingItems, type PaletteItem } from './palette-item.ts';

const SETTINGS: readonly PaletteItem[] = [
	{ id: 'theme-system', label: 'Theme: as the system', act: () => chooseTheme('system') },
	{ id: 'theme-light', label: 'Theme: light', act: () => chooseTheme('light') },
	{ id: 'theme-dark', label: 'Theme: dark', act: () => chooseTheme('dark') },
	{ id: 'theme-contrast', label: 'Theme: high contrast', act: () => chooseTheme('contrast') },
	{ id: 'times-local', label: 'Times: my time zone', act: () => timeZone.set('local') },
	{ id: 'times-utc', label: 'Times: UTC', act: () => timeZone.set('utc') },
	{ id: 'keys', label: 'Keyboard map', act: () => openPanel('keys') },
].map((setting) => ({ ...setting, group: 'Settings' }));

const PAGES = [
	['Environments', '/w/$workspace/environments'],
	['Traces', '/w/$workspace/traces'],
	['Models', '/w/$workspace/models'],
	['Compute', '/w/$workspace/compute'],
	['Logs', '/w/$workspace/logs'],
	['Monitor: metrics', '/w/$workspace/monitor/metrics'],
	['Monitor: alerts', '/w/$workspace/monitor/alerts'],
	['Monitor: all logs', '/w/$workspace/monitor/logs'],
	['Monitor: diagnostics', '/w/$workspace/monitor/diagnostic-settings'],
] as const;

export interface PaletteAnswers {
	readonly items: readonly PaletteItem[];
	/** Runs are being looked for. */
	readonly isSearching: boolean;
	readonly error: Error | null;
}

/** `typed` answers at once from what is known; `searched` is what the server is asked for, some keys behind. */
export function usePaletteItems(workspace: string, typed: string, searched: string): PaletteAnswers {
	const runs = useQuery(foundRunsQuery(workspace, searched));
	const models = useQuery(foundModelsQuery(workspace, searched));
	const known = useKnownItems(workspace, searched);
	const navigate = useNavigate();
	const found = (searched === '' ? [] : (runs.data ?? [])).map(
		(run): PaletteItem => ({
			id: `run-${run.id}`,
			group: 'Runs',
			label: runTitle(run),
			detail: `${run.experimentName} #${run.number} · ${run.status}`,
			act: () => void navigate({ to: '/w/$workspace/runs/$runId', params: { workspace, runId: run.id } }),
		}),
	);
	const foundModels = (searched === '' ? [] : (models.data ?? [])).map(
		(model): PaletteItem => ({
			id: `model-${model.name}`,
			group: isPrompt(model.tags) ? 'Prompts' : 'Models',
			label: model.name,
			detail: model.latestVersion === null ? undefined : `version ${model.latestVersion}`,
			act: () => void navigate({ to: '/w/$workspace/models/$model', params: { workspace, model: model.name } }),
		}),
	);
	return {
		items: [...fittingItems(known, typed), ...foundModels, ...found],
		isSearching: runs.isFetching || models.isFetching || typed !== searched,
		error: runs.error ?? models.error,
	};
}

function useKnownItems(workspace: string, name: string): readonly PaletteItem[] {
	const navigate = useNavigate();
	const commands = useCommandsOfPage();
	const experiments = useInfiniteQuery(experimentsQuery(workspace)).data?.pages.flatMap((page) => page.experiments) ?? [];
	const named = useQuery(experimentOfNameQuery(workspace, name)).data ?? [];
	const views = useQuery(viewsQuery(workspace)).data ?? [];
	const clusters = useQuery(clustersQuery(workspace)).data ?? [];
	const workspaces = useQuery(workspacesQuery).data ?? [];
	const params = { workspace };
	const unlisted = named.filter(({ id }) => !experiments.some((experiment) => experiment.id === id));
	return [
		...commands.map(({ id, label, run }) => ({ id: `page-${id}`, group: 'On this page', label, act: run })),
		{ id: 'go-runs', group: 'Go to', label: 'All runs', act: () => void navigate({ to: '/w/$workspace/experiments', params }) },
		{
			id: 'go-experiments',
			group: 'Go to',
			label: 'All experiments',
			act: () => void navigate({ to: '/w/$workspace/experiments', params, search: { tab: 'experiments' } }),
		},
		...PAGES.map(([label, to]) => ({ id: `go-${to}`, group: 'Go to', label, act: () => void navigate({ to, params }) })),
		...[...experiments, ...unlisted].map(({ id, name: label }) => ({
			id: `experiment-${id}`,
			group: 'Experiments',
			label,
			act: () => void navigate({ to: '/w/$workspace/experiments/$experimentId', params: { workspace, experimentId: id } }),
		})),
		...views.map(({ id, name: label }) => ({
			id: `view-${id}`,
			group: 'Views',
			label,
			act: () => void navigate({ to: '/w/$workspace/views/$viewId', params: { workspace, viewId: id } }),
		})),
		...clusters.map(({ id, name: label }) => ({
			id: `cluster-${id}`,
			group: 'Clusters',
			label,
			act: () => void navigate({ to: '/w/$workspace/compute/$cluster', params: { workspace, cluster: label } }),
		})),
		...workspaces
			.filter((one) => one.name !== workspace)
			.map(({ id, name: label }) => ({
				id: `workspace-${id}`,
				group: 'Workspaces',
				label,
				act: () => void navigate({ to: '/w/$workspace/experiments', params: { workspace: label } }),
			})),
		...SETTINGS,
	];
}
