/** The page of a logged model: the run that made it, what was measured of it, and its files. */
import { makeStyles, Tab, TabList, tokens } from '@fluentui/react-components';
import type { LoggedModel } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Suspense } from 'react';
import { FactList } from '../../shared/fact-list.tsx';
import { Moment } from '../../shared/format/moment.tsx';
import { formatCount, formatNumber } from '../../shared/format/numbers.ts';
import { scrollable } from '../../shared/keyboard/scrollable.ts';
import { onDemand } from '../../shared/on-demand.ts';
import { PageTitle } from '../../shared/shell/page-title.tsx';
import { PageTrail } from '../../shared/shell/page-trail.tsx';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { LoadingRows } from '../../shared/states/loading-rows.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { DataTable } from '../../shared/table/data-table.tsx';
import type { TableColumn } from '../../shared/table/table-column.ts';
import { NamedRunLink } from '../runs/named-run-link.tsx';
import { TextTable } from '../runs/text-table.tsx';
import { loggedModelQuery } from './api.ts';
import { type LoggedModelSearch, type LoggedModelTab, parseLoggedModelSearch } from './models-search.ts';

const ModelFiles = onDemand(async () => (await import('./model-files.tsx')).ModelFiles);

const route = getRouteApi('/w/$workspace/logged-models/$loggedModel');

const useStyles = makeStyles({
	tabs: { flexShrink: 0, padding: `0 ${tokens.spacingHorizontalM}`, borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
	panel: { display: 'flex', flexDirection: 'column', flexGrow: 1, minHeight: 0 },
	body: { overflowY: 'auto', padding: tokens.spacingHorizontalL },
	heading: { margin: `${tokens.spacingVerticalL} 0 ${tokens.spacingVerticalXS}`, fontSize: tokens.fontSizeBase300 },
});

export function LoggedModelPage() {
	const styles = useStyles();
	const { workspace, loggedModel } = route.useParams();
	const { tab = 'files', file }: LoggedModelSearch = route.useSearch();
	const navigate = route.useNavigate();
	const query = useQuery(loggedModelQuery(workspace, loggedModel));
	const go = (change: LoggedModelSearch) =>
		void navigate({ search: (current) => parseLoggedModelSearch({ ...current, ...change }), replace: true });
	const all = (
		<Link to="/w/$workspace/models" params={{ workspace }}>
			Models
		</Link>
	);
	return (
		<>
			<PageTrail items={[{ label: 'Models', link: all }, { label: query.data?.name ?? loggedModel }]} />
			<QueryState query={query} label="the logged model">
				{(model) => (
					<>
						<PageTitle title={model.name || model.id} beside="A model as a run logged it." />
						<Facts workspace={workspace} model={model} />
						<TabList className={styles.tabs} selectedValue={tab} onTabSelect={(_, { value }) => go({ tab: value as LoggedModelTab })}>
							<Tab value="files">Files</Tab>
							<Tab value="metrics">Metrics</Tab>
							<Tab value="details">Params and tags</Tab>
						</TabList>
						<div className={styles.panel} role="tabpanel" aria-label={tab}>
							{tab === 'files' && (
								<Suspense fallback={<LoadingRows label="Loading files" />}>
									<ModelFiles
										of={{ experiment: model.experimentId, loggedModel: model.id }}
										file={file}
										onFile={(path) => go({ file: path })}
										none="It was made without any, or they are still on their way."
									/>
								</Suspense>
							)}
							{tab === 'metrics' && <Metrics workspace={workspace} model={model} />}
							{tab === 'details' && (
								<div className={styles.body} {...scrollable}>
									<h2 className={styles.heading}>Params</h2>
									<TextTable entries={Object.entries(model.params)} empty="No params." />
									<h2 className={styles.heading}>Tags</h2>
									<TextTable entries={Object.entries(model.tags)} empty="No tags." />
								</div>
							)}
						</div>
					</>
				)}
			</QueryState>
		</>
	);
}

function Facts({ workspace, model }: { readonly workspace: string; readonly model: LoggedModel }) {
	const { status, statusMessage, sourceRunId } = model;
	return (
		<FactList
			facts={[
				['Id', <code key="id">{model.id}</code>],
				['State', [status, statusMessage].filter(Boolean).join(': ')],
				['Made by run', sourceRunId !== null && <NamedRunLink workspace={workspace} runId={sourceRunId} />],
				['Type', model.modelType],
				['Logged', <Moment key="logged" time={model.createdTime} />],
			]}
		/>
	);
}

type Metric = LoggedModel['metrics'][number];

function Metrics({ workspace, model }: { readonly workspace: string; readonly model: LoggedModel }) {
	if (model.metrics.length === 0)
		return <EmptyState title="No metrics">Those that are logged with its id, mlflow.log_metric(…, model_id=…), are shown here.</EmptyState>;
	const columns: TableColumn<Metric>[] = [
		{ id: 'name', header: 'Metric', widthPx: 220, grows: true, cell: ({ name }) => name },
		{ id: 'value', header: 'Value', widthPx: 120, isNumeric: true, cell: ({ value }) => (value === null ? 'NaN' : formatNumber(value)) },
		{ id: 'step', header: 'Step', widthPx: 88, isNumeric: true, cell: ({ step }) => formatCount(step) },
		{
			id: 'dataset',
			header: 'Dataset',
			widthPx: 160,
			grows: true,
			cell: ({ datasetName, datasetDigest }) => [datasetName, datasetDigest].filter(Boolean).join(' '),
		},
		{ id: 'run', header: 'Run', widthPx: 180, grows: true, cell: ({ runId }) => <NamedRunLink workspace={workspace} runId={runId} /> },
	];
	return (
		<DataTable
			label="Metrics of the logged model"
			rows={model.metrics}
			columns={columns}
			getId={({ name, step, time, runId, datasetName, datasetDigest }) => [name, step, time, runId, datasetName, datasetDigest].join(' ')}
		/>
	);
}
