/** The experiments of a workspace, newest first. */
import type { Experiment } from '@runstead/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Moment } from '../../shared/format/moment.tsx';
import { formatCount } from '../../shared/format/numbers.ts';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { ErrorState } from '../../shared/states/error-state.tsx';
import { LoadingRows } from '../../shared/states/loading-rows.tsx';
import { DataTable } from '../../shared/table/data-table.tsx';
import { morePages } from '../../shared/table/more-pages.tsx';
import type { TableColumn } from '../../shared/table/table-column.ts';
import { ownTags } from '../../shared/text/own-tags.ts';
import { startRunSnippet } from '../runs/start-run-snippet.ts';
import { TagList } from '../runs/tag-list.tsx';
import { ActiveRuns } from './active-runs.tsx';
import { experimentsQuery } from './api.ts';
import { ExperimentLink } from './experiment-link.tsx';
import { useLiveExperiments } from './use-live-experiments.ts';

function columnsOf(workspace: string): TableColumn<Experiment>[] {
	return [
		{
			id: 'name',
			header: 'Experiment',
			widthPx: 240,
			grows: true,
			cell: (experiment) => <ExperimentLink workspace={workspace} id={experiment.id} name={experiment.name} isMain />,
		},
		{ id: 'runs', header: 'Runs', widthPx: 96, isNumeric: true, cell: (experiment) => formatCount(experiment.runCount) },
		{
			id: 'active',
			header: 'Active',
			widthPx: 128,
			isNumeric: true,
			cell: (experiment) => <ActiveRuns count={experiment.activeRunCount} />,
		},
		{ id: 'created', header: 'Created', widthPx: 128, cell: (experiment) => <Moment time={experiment.createdTime} /> },
		{ id: 'tags', header: 'Tags', widthPx: 240, cell: (experiment) => <TagList tags={ownTags(experiment.tags)} /> },
	];
}

export function ExperimentList({ workspace }: { readonly workspace: string }) {
	const navigate = useNavigate();
	const list = useInfiniteQuery(experimentsQuery(workspace));
	const columns = useMemo(() => columnsOf(workspace), [workspace]);
	const experiments = useMemo(() => list.data?.pages.flatMap((page) => page.experiments) ?? [], [list.data]);
	useLiveExperiments();
	if (list.isError && list.data === undefined) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
	if (list.data === undefined) return <LoadingRows rows={8} label="Loading experiments" />;
	if (experiments.length === 0) {
		return (
			<EmptyState title="No experiments yet" code={startRunSnippet(workspace)}>
				An experiment is a name under which runs are kept together. It is made by the first run that names it.
			</EmptyState>
		);
	}
	return (
		<DataTable
			label="Experiments"
			rows={experiments}
			columns={columns}
			getId={(experiment) => experiment.id}
			onOpen={(experiment) =>
				void navigate({ to: '/w/$workspace/experiments/$experimentId', params: { workspace, experimentId: experiment.id } })
			}
			{...morePages(list)}
		/>
	);
}
