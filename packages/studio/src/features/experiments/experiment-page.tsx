/** One experiment: what it is about, how many of its runs are active, and all of them. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { PageTitle } from '../../shared/shell/page-title.tsx';
import { PageTrail } from '../../shared/shell/page-trail.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { RunsWithCharts } from '../run-charts/runs-with-charts.tsx';
import { parseRunListSearch, type RunListSearch } from '../runs/run-search.ts';
import { ViewBar } from '../views/view-bar.tsx';
import { experimentQuery } from './api.ts';
import { RunsSummary } from './runs-summary.tsx';
import { useLiveExperiments } from './use-live-experiments.ts';

const route = getRouteApi('/w/$workspace/experiments/$experimentId');

export function ExperimentPage() {
	const { workspace, experimentId } = route.useParams();
	const search: RunListSearch = route.useSearch();
	const navigate = route.useNavigate();
	const query = useQuery(experimentQuery(experimentId));
	useLiveExperiments();
	const onView = (change: Partial<RunListSearch>) =>
		void navigate({ search: (current) => parseRunListSearch({ ...current, ...change }), replace: true });
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
							beside={<RunsSummary workspace={workspace} experimentId={experimentId} view={search} />}
							actions={
								<ViewBar
									workspace={workspace}
									experimentId={experimentId}
									state={{ ...search }}
									view={null}
									isChanged={false}
									onState={(state) => onView(parseRunListSearch(state))}
								/>
							}
						/>
						<RunsWithCharts workspace={workspace} experimentId={experimentId} view={search} onView={onView} />
					</>
				)}
			</QueryState>
		</>
	);
}
