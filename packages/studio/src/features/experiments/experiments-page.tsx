/** Everything that was run in a workspace: as one list of runs, or by experiment. */
import { makeStyles, Tab, TabList, tokens } from '@fluentui/react-components';
import { getRouteApi } from '@tanstack/react-router';
import { PageTitle } from '../../shared/shell/page-title.tsx';
import { PageTrail } from '../../shared/shell/page-trail.tsx';
import { RunsWithCharts } from '../run-charts/runs-with-charts.tsx';
import { parseRunListSearch, type RunListSearch } from '../runs/run-search.ts';
import { ViewBar } from '../views/view-bar.tsx';
import { ExperimentList } from './experiment-list.tsx';
import { ExperimentPicker } from './experiment-picker.tsx';
import { type ExperimentsSearch, parseExperimentsSearch } from './experiments-search.ts';
import { RunsSummary } from './runs-summary.tsx';

const route = getRouteApi('/w/$workspace/experiments');

const useStyles = makeStyles({
	tabs: { padding: `0 ${tokens.spacingHorizontalM}`, marginBottom: tokens.spacingVerticalS },
});

export function ExperimentsPage() {
	const styles = useStyles();
	const { workspace } = route.useParams();
	const search: ExperimentsSearch = route.useSearch();
	const navigate = route.useNavigate();
	const tab = search.tab ?? 'runs';
	const { tab: _, ...view } = search;
	const onView = (change: Partial<RunListSearch>) =>
		void navigate({ search: (current) => parseExperimentsSearch({ ...current, ...change }), replace: true });
	return (
		<>
			<PageTrail items={[{ label: 'Experiments' }]} />
			<PageTitle
				title="Experiments"
				beside={<RunsSummary workspace={workspace} experimentId={null} view={view} />}
				actions={
					tab === 'runs' && (
						<ViewBar
							workspace={workspace}
							experimentId={null}
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
				onTabSelect={(_, { value }) => void navigate({ search: { tab: value === 'experiments' ? 'experiments' : undefined } })}
			>
				<Tab value="runs">All runs</Tab>
				<Tab value="experiments">All experiments</Tab>
			</TabList>
			{tab === 'runs' ? (
				<RunsWithCharts
					workspace={workspace}
					experimentId={null}
					view={view}
					onView={onView}
					beside={
						<ExperimentPicker workspace={workspace} chosen={view.experiments ?? []} onChoose={(ids) => onView({ experiments: ids })} />
					}
				/>
			) : (
				<ExperimentList workspace={workspace} />
			)}
		</>
	);
}
