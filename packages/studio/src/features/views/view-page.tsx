/** A saved view: the list as it was kept, and what was changed since. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { PageTitle } from '../../shared/shell/page-title.tsx';
import { PageTrail } from '../../shared/shell/page-trail.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { ExperimentPicker } from '../experiments/experiment-picker.tsx';
import { RunsSummary } from '../experiments/runs-summary.tsx';
import { RunsWithCharts } from '../run-charts/runs-with-charts.tsx';
import { parseRunListSearch, type RunListSearch } from '../runs/run-search.ts';
import { viewQuery } from './api.ts';
import { ViewBar } from './view-bar.tsx';
import { isSameState, parseViewSearch, type ViewSearch } from './view-search.ts';

const route = getRouteApi('/w/$workspace/views/$viewId');

export function ViewPage() {
	const { workspace, viewId } = route.useParams();
	const search: ViewSearch = route.useSearch();
	const navigate = route.useNavigate();
	const query = useQuery(viewQuery(viewId));
	const { version, ...shown } = search;
	const state = version === undefined && query.data ? parseRunListSearch(query.data.state) : shown;
	const show = (next: RunListSearch, from: number) => void navigate({ search: parseViewSearch({ ...next, version: from }), replace: true });

	// The exact state stands in the address from the first moment.
	const opened = query.data;
	useEffect(() => {
		if (version === undefined && opened !== undefined)
			void navigate({ search: parseViewSearch({ ...parseRunListSearch(opened.state), version: opened.version }), replace: true });
	}, [version, opened, navigate]);

	const experiments = (
		<Link to="/w/$workspace/experiments" params={{ workspace }}>
			Experiments
		</Link>
	);
	return (
		<>
			<PageTrail items={[{ label: 'Experiments', link: experiments }, { label: query.data?.name ?? 'View' }]} />
			<QueryState query={query} label="the view">
				{(view) => {
					// Somebody else's change shows once the reader asks for it: until then their version is the one this page began with.
					const begun = version ?? view.version;
					const onView = (change: Partial<RunListSearch>) => show({ ...state, ...change }, begun);
					return (
						<>
							<PageTitle
								title={view.name}
								beside={<RunsSummary workspace={workspace} experimentId={view.experimentId} view={state} />}
								actions={
									<ViewBar
										workspace={workspace}
										experimentId={view.experimentId}
										state={{ ...state }}
										view={{ ...view, version: begun }}
										isChanged={!isSameState(state, parseRunListSearch(view.state))}
										onState={(next, from) => show(parseRunListSearch(next), from)}
									/>
								}
							/>
							<RunsWithCharts
								workspace={workspace}
								experimentId={view.experimentId}
								view={state}
								onView={onView}
								beside={
									view.experimentId === null && (
										<ExperimentPicker
											workspace={workspace}
											chosen={state.experiments ?? []}
											onChoose={(ids) => onView({ experiments: ids })}
										/>
									)
								}
							/>
						</>
					);
				}}
			</QueryState>
		</>
	);
}
