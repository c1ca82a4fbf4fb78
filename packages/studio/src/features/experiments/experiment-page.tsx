/** One experiment: what it is about, how many of its runs are active, all of them, and its traces. */
import { makeStyles, Tab, TabList, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Suspense } from 'react';
import { onDemand } from '../../shared/on-demand.ts';
import { PageTitle } from '../../shared/shell/page-title.tsx';
import { PageTrail } from '../../shared/shell/page-trail.tsx';
import { LoadingRows } from '../../shared/states/loading-rows.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { RunsWithCharts } from '../run-charts/runs-with-charts.tsx';
import { parseRunListSearch } from '../runs/run-search.ts';
import { ViewBar } from '../views/view-bar.tsx';
import { experimentQuery } from './api.ts';
import { type ExperimentSearch, parseExperimentSearch } from './experiment-search.ts';
import { RunsSummary } from './runs-summary.tsx';
import { useLiveExperiments } from './use-live-experiments.ts';

const TraceList = onDemand(async () => (await import('../traces/trace-list.tsx')).TraceList);

const route = getRouteApi('/w/$workspace/experiments/$experimentId');

const useStyles = makeStyles({
	tabs: { padding: `0 ${tokens.spacingHorizontalM}`, marginBottom: tokens.spacingVerticalS, flexShrink: 0 },
});

export function ExperimentPage() {
	const { workspace, experimentId } = route.useParams();
	const styles = useStyles();
	const search: ExperimentSearch = route.useSearch();
	const { tab = 'runs', traces = '', ...view } = search;
	const navigate = route.useNavigate();
	const query = useQuery(experimentQuery(experimentId));
	useLiveExperiments();
	const onView = (change: Partial<ExperimentSearch>) =>
		void navigate({ search: (current) => parseExperimentSearch({ ...current, ...change }), replace: true });
	const experiments = (
		<Link to="/w/$workspace/experiments" params={{ workspace }}>
			Experiments
		</Link>
	);
	return (
		<>
			<PageTrail items={[{ label: 'Experiments', link: experiments }, { label: query.data?.name ?? experimentId }]} />
			<QueryState query={query} label="the experiment">
				{(experiment) => (
					<>
						<PageTitle
							title={experiment.name}
							beside={<RunsSummary workspace={workspace} experimentId={experimentId} view={view} />}
							actions={
								tab === 'runs' && (
									<ViewBar
										workspace={workspace}
										experimentId={experimentId}
										state={{ ...view }}
										view={null}
										isChanged={false}
										onState={(state) => onView(parseRunListSearch(state))}
									/>
								)
							}
						/>
						<TabList
							className={styles.tabs}
							selectedValue={tab}
							onTabSelect={(_, { value }) => void navigate({ search: (current) => parseExperimentSearch({ ...current, tab: value }) })}
						>
							<Tab value="runs">Runs</Tab>
							<Tab value="traces">Traces</Tab>
						</TabList>
						{tab === 'runs' ? (
							<RunsWithCharts workspace={workspace} experimentId={experimentId} view={view} onView={onView} />
						) : (
							<Suspense fallback={<LoadingRows rows={8} label="Loading traces" />}>
								<TraceList
									scope={{ workspace, experiment: experimentId }}
									filter={traces}
									onFilter={(filter) => onView({ traces: filter })}
								/>
							</Suspense>
						)}
					</>
				)}
			</QueryState>
		</>
	);
}
