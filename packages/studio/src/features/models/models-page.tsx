/** The registered models of a workspace, and its prompts. */
import { Input, makeStyles, Tab, TabList, tokens } from '@fluentui/react-components';
import type { Model, ModelKind } from '@runstead/contract';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
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
import { ownTags } from '../../shared/text/own-tags.ts';
import { TagList } from '../runs/tag-list.tsx';
import { modelsQuery } from './api.ts';
import { ModelLink } from './model-link.tsx';

const route = getRouteApi('/w/$workspace/models');

const useStyles = makeStyles({
	tabs: { padding: `0 ${tokens.spacingHorizontalM}`, marginBottom: tokens.spacingVerticalS },
	search: { width: '280px', maxWidth: '100%', marginLeft: tokens.spacingHorizontalL, marginBottom: tokens.spacingVerticalS },
});

const REGISTER = `from azureml.core import Model

Model.register(workspace, model_path="outputs/model.pkl", model_name="ridge")
`;

const REGISTER_PROMPT = `import mlflow

mlflow.genai.register_prompt("greeting", template="Greet {{name}} in one sentence.")
`;

/** What of a kind is called on the page. */
const WORDS = {
	model: { plural: 'Models', one: 'model' },
	prompt: { plural: 'Prompts', one: 'prompt' },
} as const satisfies Record<ModelKind, object>;

export function ModelsPage() {
	const styles = useStyles();
	const { workspace } = route.useParams();
	const { tab, search = '' } = route.useSearch();
	const navigate = route.useNavigate();
	const kind = tab === 'prompts' ? 'prompt' : 'model';
	const { plural, one } = WORDS[kind];
	const list = useInfiniteQuery({ ...modelsQuery(workspace, kind, search), placeholderData: keepPreviousData });
	const models = useMemo(() => list.data?.pages.flatMap((page) => page.models) ?? [], [list.data]);
	const columns = useMemo(() => columnsOf(workspace, plural), [workspace, plural]);
	const isNone = list.data !== undefined && models.length === 0;
	const lookFor = (text: string) =>
		void navigate({ search: (current) => ({ ...current, search: text === '' ? undefined : text }), replace: true });
	return (
		<>
			<PageTrail items={[{ label: 'Models' }]} />
			<PageTitle title="Models" beside="What training made and is worth keeping, in versions." />
			<TabList
				className={styles.tabs}
				selectedValue={kind}
				onTabSelect={(_, { value }) => void navigate({ search: value === 'prompt' ? { tab: 'prompts' } : {} })}
			>
				<Tab value="model">Models</Tab>
				<Tab value="prompt">Prompts</Tab>
			</TabList>
			{(!isNone || search !== '') && (
				<Input
					className={styles.search}
					type="search"
					aria-label={`Find ${plural.toLowerCase()} by name`}
					placeholder="Find by name"
					contentBefore={<SearchRegular />}
					value={search}
					onChange={(_, { value }) => lookFor(value)}
				/>
			)}
			{list.isError && list.data === undefined && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
			{list.isPending && <LoadingRows rows={8} label={`Loading ${plural.toLowerCase()}`} />}
			{isNone && search !== '' && <EmptyState title={`No ${one} has "${search}" in its name`} />}
			{isNone && search === '' && kind === 'prompt' && (
				<EmptyState title="No prompts yet" code={REGISTER_PROMPT}>
					Templates for language models, in versions with aliases. MLflow's clients register and load them.
				</EmptyState>
			)}
			{isNone && search === '' && kind === 'model' && (
				<EmptyState title="No models yet" code={REGISTER}>
					Register one from a run (<code>run.register_model</code>), with MLflow (<code>registered_model_name</code>), or from a file with{' '}
					<code>runstead model register</code>.
				</EmptyState>
			)}
			{models.length > 0 && (
				<DataTable
					label={plural}
					rows={models}
					columns={columns}
					getId={({ name }) => name}
					onOpen={({ name }) => void navigate({ to: '/w/$workspace/models/$model', params: { workspace, model: name }, search: {} })}
					{...morePages(list)}
				/>
			)}
		</>
	);
}

function columnsOf(workspace: string, plural: string): TableColumn<Model>[] {
	return [
		{
			id: 'name',
			header: plural.slice(0, -1),
			widthPx: 220,
			grows: true,
			cell: ({ name }) => <ModelLink workspace={workspace} model={name} />,
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
		{ id: 'tags', header: 'Tags', widthPx: 200, grows: true, cell: ({ tags }) => <TagList tags={ownTags(tags)} /> },
		{ id: 'modified', header: 'Changed', widthPx: 128, cell: ({ modifiedTime }) => <Moment time={modifiedTime} /> },
		{ id: 'by', header: 'By', widthPx: 128, cell: ({ createdBy }) => createdBy },
	];
}
