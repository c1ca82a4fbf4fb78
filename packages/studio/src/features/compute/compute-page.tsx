/** The compute targets of a workspace: its clusters, each with its nodes and its queue. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import type { Cluster } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { AddRegular } from '../../shared/icons.ts';
import { PageTitle } from '../../shared/shell/page-title.tsx';
import { PageTrail } from '../../shared/shell/page-trail.tsx';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { DataTable } from '../../shared/table/data-table.tsx';
import type { TableColumn } from '../../shared/table/table-column.ts';
import { TextCell } from '../../shared/table/text-cell.tsx';
import { clustersQuery } from './api.ts';
import { CreateCluster } from './create-cluster.tsx';
import { NodeCounts } from './node-counts.tsx';
import { QuotaList } from './quota-list.tsx';
import { useLiveCompute } from './use-live-compute.ts';

const route = getRouteApi('/w/$workspace/compute');

const useStyles = makeStyles({
	link: {
		color: tokens.colorBrandForegroundLink,
		textDecorationLine: 'none',
		':hover': { textDecorationLine: 'underline' },
		':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, borderRadius: tokens.borderRadiusSmall },
	},
	blocked: { color: tokens.colorPaletteMarigoldForeground2 },
	quiet: { color: tokens.colorNeutralForeground3 },
});

export function ComputePage() {
	const { workspace } = route.useParams();
	const query = useQuery(clustersQuery(workspace));
	const navigate = useNavigate();
	const [isCreating, setIsCreating] = useState(false);
	useLiveCompute(workspace);
	const open = (cluster: string) => void navigate({ to: '/w/$workspace/compute/$cluster', params: { workspace, cluster } });
	return (
		<>
			<PageTrail items={[{ label: 'Compute' }]} />
			<PageTitle
				title="Compute"
				beside="Clusters grow and shrink with their queue."
				actions={
					<Button icon={<AddRegular />} aria-expanded={isCreating} onClick={() => setIsCreating(!isCreating)}>
						New cluster
					</Button>
				}
			/>
			{isCreating && <CreateCluster workspace={workspace} onCreated={open} onClose={() => setIsCreating(false)} />}
			<QueryState query={query} label="clusters">
				{(clusters) =>
					clusters.length === 0 ? (
						<EmptyState title="No clusters yet" code={'runstead compute create cpu-cluster --vm-size STANDARD_D2_V2 --max-nodes 2\n'}>
							Jobs run on this machine, the target <code>local</code>, without a cluster. A cluster has a queue, and nodes that come and go
							with it.
						</EmptyState>
					) : (
						<ClusterTable workspace={workspace} clusters={clusters} onOpen={open} />
					)
				}
			</QueryState>
			<QuotaList workspace={workspace} />
		</>
	);
}

interface ClusterTableProps {
	readonly workspace: string;
	readonly clusters: readonly Cluster[];
	readonly onOpen: (cluster: string) => void;
}

function ClusterTable({ workspace, clusters, onOpen }: ClusterTableProps) {
	const styles = useStyles();
	const columns: TableColumn<Cluster>[] = [
		{
			id: 'name',
			header: 'Cluster',
			widthPx: 150,
			grows: true,
			cell: ({ name }) => (
				<Link to="/w/$workspace/compute/$cluster" params={{ workspace, cluster: name }} className={styles.link}>
					{name}
				</Link>
			),
		},
		{ id: 'nodes', header: 'Nodes', widthPx: 200, grows: true, cell: (cluster) => <NodeCounts cluster={cluster} /> },
		{
			id: 'range',
			header: 'Least to greatest',
			widthPx: 150,
			isNumeric: true,
			cell: ({ minNodes, maxNodes }) => `${minNodes} to ${maxNodes}`,
		},
		{ id: 'active', header: 'At work', title: 'Runs at work', widthPx: 84, isNumeric: true, cell: ({ activeRuns }) => String(activeRuns) },
		{
			id: 'queued',
			header: 'Waiting',
			title: 'Runs that wait',
			widthPx: 84,
			isNumeric: true,
			cell: ({ queuedRuns }) => String(queuedRuns),
		},
		{ id: 'size', header: 'Size of a node', widthPx: 164, cell: ({ vmSize }) => vmSize },
		{
			id: 'note',
			header: 'Note',
			widthPx: 180,
			grows: true,
			cell: ({ blockedReason, note }) => (
				<TextCell className={blockedReason === null ? styles.quiet : styles.blocked} text={blockedReason ?? note ?? ''} />
			),
		},
	];
	return <DataTable label="Clusters" rows={clusters} columns={columns} getId={({ id }) => id} onOpen={({ name }) => onOpen(name)} />;
}
