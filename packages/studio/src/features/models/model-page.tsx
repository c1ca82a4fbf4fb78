/** The page of a model: what it is, and its versions with their stages, aliases, tags, files and the runs that made them. */
import { makeStyles, Tag, tokens } from '@fluentui/react-components';
import type { Model, ModelVersion, Run } from '@runstead/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { formatBytes } from '../../shared/format/bytes.ts';
import { Moment } from '../../shared/format/moment.tsx';
import { PageTitle } from '../../shared/shell/page-title.tsx';
import { PageTrail } from '../../shared/shell/page-trail.tsx';
import { CopyableCode } from '../../shared/states/copyable-code.tsx';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { ErrorState } from '../../shared/states/error-state.tsx';
import { LoadingRows } from '../../shared/states/loading-rows.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { DataTable } from '../../shared/table/data-table.tsx';
import { morePages } from '../../shared/table/more-pages.tsx';
import type { TableColumn } from '../../shared/table/table-column.ts';
import { ownTags } from '../../shared/text/own-tags.ts';
import { webAddressOrNull } from '../../shared/web-address.ts';
import { runsByIdQuery } from '../runs/api.ts';
import { RunLink } from '../runs/run-link.tsx';
import { TagList } from '../runs/tag-list.tsx';
import { modelQuery, modelVersionsQuery } from './api.ts';
import { ModelVersionLink } from './model-link.tsx';
import { isPrompt, promptOrNull, promptSummary } from './prompt.ts';

const route = getRouteApi('/w/$workspace/models/$model');

const useStyles = makeStyles({
	about: {
		display: 'flex',
		flexDirection: 'column',
		gap: tokens.spacingVerticalS,
		alignItems: 'flex-start',
		padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalM}`,
	},
	aliases: { display: 'inline-flex', gap: tokens.spacingHorizontalXS },
	link: {
		color: tokens.colorBrandForegroundLink,
		textDecorationLine: 'none',
		':hover': { textDecorationLine: 'underline' },
		':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, borderRadius: tokens.borderRadiusSmall },
	},
	problem: { color: tokens.colorPaletteRedForeground1 },
});

export function ModelPage() {
	const { workspace, model: name } = route.useParams();
	const model = useQuery(modelQuery(workspace, name));
	const all = (
		<Link to="/w/$workspace/models" params={{ workspace }}>
			Models
		</Link>
	);
	return (
		<>
			<PageTrail items={[{ label: 'Models', link: all }, { label: name }]} />
			<PageTitle title={name} beside={model.data && <TagList tags={ownTags(model.data.tags)} wraps />} />
			<QueryState query={model} label="the model">
				{(found) => <About model={found} />}
			</QueryState>
			{model.data && <Versions workspace={workspace} name={name} />}
		</>
	);
}

function About({ model: { name, description, createdTime, createdBy, latestVersion, tags } }: { readonly model: Model }) {
	const styles = useStyles();
	const use = isPrompt(tags)
		? `mlflow.genai.load_prompt("prompts:/${name}/${latestVersion}")`
		: `runstead model download '${name}:${latestVersion}'`;
	return (
		<div className={styles.about}>
			{description && <span>{description}</span>}
			<span>
				Made by {createdBy}, <Moment time={createdTime} isWhole />
			</span>
			{latestVersion !== null && <CopyableCode code={use} />}
		</div>
	);
}

function Versions({ workspace, name }: { readonly workspace: string; readonly name: string }) {
	const styles = useStyles();
	const navigate = useNavigate();
	const list = useInfiniteQuery(modelVersionsQuery(workspace, name));
	const versions = useMemo(() => list.data?.pages.flatMap((page) => page.versions) ?? [], [list.data]);
	const makers = useMemo(() => [...new Set(versions.flatMap(({ runId }) => runId ?? []))], [versions]);
	const runs = useQuery(runsByIdQuery(workspace, makers)).data;
	const columns = useMemo(
		() => columnsOf(workspace, runs, styles).filter(({ isIn }) => isIn === undefined || versions.some(isIn)),
		[workspace, runs, styles, versions],
	);
	if (list.isPending) return <LoadingRows rows={6} label="Loading versions" />;
	if (list.isError && list.data === undefined) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
	if (versions.length === 0)
		return (
			<EmptyState title="No versions">
				It was made without one, or they were deleted. The next one that is registered is shown here.
			</EmptyState>
		);
	return (
		<DataTable
			label={`Versions of ${name}`}
			rows={versions}
			columns={columns}
			getId={({ id }) => id}
			onOpen={({ version }) =>
				void navigate({ to: '/w/$workspace/models/$model/versions/$version', params: { workspace, model: name, version: String(version) } })
			}
			{...morePages(list)}
		/>
	);
}

/** MLflow's stages; most versions are in none. */
const stageText = (stage: ModelVersion['stage']): string => (stage === 'None' ? '–' : stage);

interface VersionColumn extends TableColumn<ModelVersion> {
	/** Whether a version has something in it: a column that is wholly empty only takes room. */
	readonly isIn?: (version: ModelVersion) => boolean;
}

function columnsOf(workspace: string, runs: ReadonlyMap<string, Run> | undefined, styles: ReturnType<typeof useStyles>): VersionColumn[] {
	return [
		{
			id: 'version',
			header: 'Version',
			widthPx: 84,
			isNumeric: true,
			cell: ({ name, version }) => <ModelVersionLink workspace={workspace} model={name} version={version} text={String(version)} />,
		},
		{
			id: 'status',
			header: 'State',
			widthPx: 96,
			cell: ({ status, statusMessage }) => (
				<span className={status === 'failed' ? styles.problem : undefined} title={statusMessage ?? undefined}>
					{status}
				</span>
			),
		},
		{
			id: 'aliases',
			isIn: ({ aliases }) => aliases.length > 0,
			header: 'Aliases',
			widthPx: 112,
			grows: true,
			cell: ({ aliases }) => (
				<span className={styles.aliases}>
					{aliases.map((alias) => (
						<Tag key={alias} size="extra-small">
							{alias}
						</Tag>
					))}
				</span>
			),
		},
		{ id: 'stage', header: 'Stage', widthPx: 92, isIn: ({ stage }) => stage !== 'None', cell: ({ stage }) => stageText(stage) },
		{
			id: 'run',
			header: 'Made by run',
			widthPx: 144,
			grows: true,
			cell: (version) => <MakerLink version={version} runs={runs} />,
		},
		{
			id: 'tags',
			isIn: ({ tags }) => Object.keys(ownTags(tags)).length > 0,
			header: 'Tags',
			widthPx: 132,
			grows: true,
			cell: ({ tags }) => <TagList tags={ownTags(tags)} />,
		},
		{
			id: 'framework',
			isIn: ({ framework }) => Boolean(framework),
			header: 'Framework',
			widthPx: 112,
			cell: ({ framework, frameworkVersion }) => [framework, frameworkVersion].filter(Boolean).join(' '),
		},
		{
			id: 'prompt',
			isIn: ({ tags }) => isPrompt(tags),
			header: 'Prompt',
			widthPx: 240,
			grows: true,
			cell: ({ tags }) => {
				const prompt = promptOrNull(tags);
				return prompt === null ? '' : promptSummary(prompt);
			},
		},
		{
			id: 'files',
			isIn: ({ tags }) => !isPrompt(tags),
			header: 'Files',
			widthPx: 104,
			cell: ({ name, version, fileCount, sizeBytes, source }) =>
				fileCount === 0 ? (
					<span title={source}>elsewhere</span>
				) : (
					<ModelVersionLink workspace={workspace} model={name} version={version} text={`${fileCount}, ${formatBytes(sizeBytes)}`} />
				),
		},
		{ id: 'created', header: 'Registered', widthPx: 108, cell: ({ createdTime }) => <Moment time={createdTime} /> },
		{
			id: 'description',
			isIn: ({ description }) => Boolean(description),
			header: 'Description',
			widthPx: 140,
			grows: true,
			cell: ({ description }) => description ?? '',
		},
	];
}

interface MakerLinkProps {
	readonly version: ModelVersion;
	/** Undefined until they are read. */
	readonly runs: ReadonlyMap<string, Run> | undefined;
}

function MakerLink({ version: { runId, runLink }, runs }: MakerLinkProps) {
	const styles = useStyles();
	if (runId === null) return '–';
	// A run of another server has an address of its own there.
	const address = webAddressOrNull(runLink);
	if (address !== null)
		return (
			<a href={address} rel="noreferrer" className={styles.link}>
				{runId}
			</a>
		);
	const run = runs?.get(runId);
	if (run === undefined) return <span title={runs && 'This run is not here.'}>{runId}</span>;
	return <RunLink run={run} />;
}
