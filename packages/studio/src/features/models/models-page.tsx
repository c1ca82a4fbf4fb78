/** The registered models of a workspace. */
import { Input, makeStyles, Tag, tokens } from '@fluentui/react-components';
import type { Model, Tags } from '@runstead/contract';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Moment } from '../../shared/format/moment.tsx';
import { SearchRegular } from '../../shared/icons.ts';
import { PageTitle } from '../../shared/shell/page-title.tsx';
import { PageTrail } from '../../shared/shell/page-trail.tsx';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { ErrorState } from '../../shared/states/error-state.tsx';
import { LoadingRows } from '../../shared/states/loading-rows.tsx';
import { DataTable } from '../../shared/table/data-table.tsx';
import { morePages } from '../../shared/table/more-pages.tsx';
import type { TableColumn } from '../../shared/table/table-column.ts';
import { TagList } from '../runs/tag-list.tsx';
import { modelsQuery } from './api.ts';
import { ModelLink } from './model-link.tsx';
import { isPrompt, tagsOfPeople } from './prompt.ts';

const route = getRouteApi('/w/$workspace/models');

const useStyles = makeStyles({
	name: { display: 'inline-flex', alignItems: 'center', gap: tokens.spacingHorizontalS },
	search: { width: '280px', maxWidth: '100%', marginLeft: tokens.spacingHorizontalL, marginBottom: tokens.spacingVerticalS },
});

const REGISTER = `from azureml.core import Model

Model.register(workspace, model_path="outputs/model.pkl", model_name="ridge")
`;

export function ModelsPage() {
	const styles = useStyles();
	const { workspace } = route.useParams();
	const { search = '' } = route.useSearch();
	const navigate = useNavigate();
	const list = useInfiniteQuery({ ...modelsQuery(workspace, search), placeholderData: keepPreviousData });
	const models = useMemo(() => list.data?.pages.flatMap((page) => page.models) ?? [], [list.data]);
	const columns = useMemo(() => columnsOf(workspace), [workspace]);
	const isNone = list.data !== undefined && models.length === 0;
	const lookFor = (text: string) =>
		void navigate({ to: '/w/$workspace/models', params: { workspace }, search: text === '' ? {} : { search: text }, replace: true });
	return (
		<>
			<PageTrail items={[{ label: 'Models' }]} />
			<PageTitle title="Models" beside="What training made and is worth keeping, in versions." />
			{(!isNone || search !== '') && (
				<Input
					className={styles.search}
					type="search"
					aria-label="Find models by name"
					placeholder="Find by name"
					contentBefore={<SearchRegular />}
					value={search}
					onChange={(_, { value }) => lookFor(value)}
				/>
			)}
			{list.isError && list.data === undefined && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
			{list.isPending && <LoadingRows rows={8} label="Loading models" />}
			{isNone && search !== '' && <EmptyState title={`No model has "${search}" in its name`} />}
			{isNone && search === '' && (
				<EmptyState title="No models yet" code={REGISTER}>
					Register one from a run (<code>run.register_model</code>), with MLflow (<code>registered_model_name</code>), or from a file with{' '}
					<code>runstead model register</code>.
				</EmptyState>
			)}
			{models.length > 0 && (
				<DataTable
					label="Models"
					rows={models}
					columns={columns}
					getId={({ name }) => name}
					onOpen={({ name }) => void navigate({ to: '/w/$workspace/models/$model', params: { workspace, model: name } })}
					{...morePages(list)}
				/>
			)}
		</>
	);
}

function Name({ workspace, model, tags }: { readonly workspace: string; readonly model: string; readonly tags: Tags }) {
	const styles = useStyles();
	const link = <ModelLink workspace={workspace} model={model} />;
	if (!isPrompt(tags)) return link;
	return (
		<span className={styles.name}>
			{link}
			<Tag size="extra-small">prompt</Tag>
		</span>
	);
}

function columnsOf(workspace: string): TableColumn<Model>[] {
	return [
		{
			id: 'name',
			header: 'Model',
			widthPx: 220,
			grows: true,
			cell: ({ name, tags }) => <Name workspace={workspace} model={name} tags={tags} />,
		},
		{
			id: 'latest',
			header: 'Latest',
			title: 'The newest version',
			widthPx: 84,
			isNumeric: true,
			cell: ({ latestVersion }) => (latestVersion === null ? '–' : String(latestVersion)),
		},
		{ id: 'versions', header: 'Versions', widthPx: 84, isNumeric: true, cell: ({ versionCount }) => String(versionCount) },
		{
			id: 'aliases',
			header: 'Aliases',
			widthPx: 200,
			grows: true,
			cell: ({ aliases }) =>
				Object.entries(aliases)
					.map(([alias, version]) => `${alias}: ${version}`)
					.join(', '),
		},
		{ id: 'tags', header: 'Tags', widthPx: 200, grows: true, cell: ({ tags }) => <TagList tags={tagsOfPeople(tags)} /> },
		{ id: 'modified', header: 'Changed', widthPx: 128, cell: ({ modifiedTime }) => <Moment time={modifiedTime} /> },
		{ id: 'by', header: 'By', widthPx: 128, cell: ({ createdBy }) => createdBy },
	];
}
