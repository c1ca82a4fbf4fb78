/** The environments of a workspace, those that come with Runstead among them. */
import { makeStyles, Tag, tokens } from '@fluentui/react-components';
import type { Environment } from '@runstead/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Moment } from '../../shared/format/moment.tsx';
import { PageTitle } from '../../shared/shell/page-title.tsx';
import { PageTrail } from '../../shared/shell/page-trail.tsx';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { ErrorState } from '../../shared/states/error-state.tsx';
import { LoadingRows } from '../../shared/states/loading-rows.tsx';
import { DataTable } from '../../shared/table/data-table.tsx';
import type { TableColumn } from '../../shared/table/table-column.ts';
import { TextCell } from '../../shared/table/text-cell.tsx';
import { environmentsQuery } from './api.ts';
import { packagesInWords } from './packages-in-words.ts';

const route = getRouteApi('/w/$workspace/environments');

const useStyles = makeStyles({
	name: { display: 'inline-flex', alignItems: 'center', gap: tokens.spacingHorizontalS, minWidth: 0 },
	link: {
		color: tokens.colorBrandForegroundLink,
		textDecorationLine: 'none',
		overflow: 'hidden',
		textOverflow: 'ellipsis',
		':hover': { textDecorationLine: 'underline' },
		':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, borderRadius: tokens.borderRadiusSmall },
	},
});

export function EnvironmentsPage() {
	const { workspace } = route.useParams();
	const navigate = useNavigate();
	const styles = useStyles();
	const list = useInfiniteQuery(environmentsQuery(workspace));
	const environments = useMemo(() => list.data?.pages.flatMap((page) => page.environments) ?? [], [list.data]);
	const columns = useMemo(() => columnsOf(workspace, styles), [workspace, styles]);
	return (
		<>
			<PageTrail items={[{ label: 'Environments' }]} />
			<PageTitle title="Environments" beside="The Python and the packages that jobs run with." />
			{list.isError && list.data === undefined && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
			{list.isPending && <LoadingRows rows={8} label="Loading environments" />}
			{list.data !== undefined && environments.length === 0 && (
				<EmptyState title="No environments yet">
					A job that names none runs with the Python of its node. One that writes its packages itself needs none here.
				</EmptyState>
			)}
			{environments.length > 0 && (
				<DataTable
					label="Environments"
					rows={environments}
					columns={columns}
					getId={({ name }) => name}
					onOpen={({ name }) => void navigate({ to: '/w/$workspace/environments/$environment', params: { workspace, environment: name } })}
					hasMore={list.hasNextPage}
					onMore={() => {
						if (!list.isFetching) void list.fetchNextPage();
					}}
				/>
			)}
		</>
	);
}

function columnsOf(workspace: string, styles: ReturnType<typeof useStyles>): TableColumn<Environment>[] {
	return [
		{
			id: 'name',
			header: 'Environment',
			widthPx: 260,
			grows: true,
			cell: ({ name, curated }) => (
				<span className={styles.name}>
					<Link to="/w/$workspace/environments/$environment" params={{ workspace, environment: name }} className={styles.link} title={name}>
						{name}
					</Link>
					{curated && <Tag size="extra-small">curated</Tag>}
				</span>
			),
		},
		{ id: 'version', header: 'Version', title: 'The newest', widthPx: 84, isNumeric: true, cell: ({ version }) => String(version) },
		{ id: 'python', header: 'Python', widthPx: 128, cell: ({ specification }) => specification.pythonVersion ?? "the node's" },
		{
			id: 'packages',
			header: 'Packages',
			widthPx: 280,
			grows: true,
			cell: ({ specification }) => <TextCell text={packagesInWords(specification)} />,
		},
		{ id: 'created', header: 'Registered', widthPx: 128, cell: ({ createdTime }) => <Moment time={createdTime} /> },
		{ id: 'by', header: 'By', widthPx: 128, cell: ({ createdBy }) => createdBy },
	];
}
