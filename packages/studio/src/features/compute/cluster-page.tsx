/** The page of a cluster: what runs and waits on it, its nodes, how long runs wait, what happened, and its size. */
import { MessageBar, MessageBarBody, makeStyles, Tab, TabList, Title3, tokens } from '@fluentui/react-components';
import type { Cluster } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { PageTrail } from '../../shared/shell/page-trail.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { clusterQuery } from './api.ts';
import { ClusterNodes } from './cluster-nodes.tsx';
import { ClusterRuns } from './cluster-runs.tsx';
import { type ClusterSearch, type ClusterTab, DEFAULT_CLUSTER_TAB } from './cluster-search.ts';
import { DeleteCluster } from './delete-cluster.tsx';
import { EventList } from './event-list.tsx';
import { NodeCounts } from './node-counts.tsx';
import { QueueWaits } from './queue-waits.tsx';
import { ScaleForm } from './scale-form.tsx';
import { useLiveCompute } from './use-live-compute.ts';

const route = getRouteApi('/w/$workspace/compute/$cluster');

const useStyles = makeStyles({
	head: {
		display: 'flex',
		flexWrap: 'wrap',
		alignItems: 'center',
		gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
		padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalL} ${tokens.spacingVerticalXS}`,
	},
	facts: {
		display: 'flex',
		flexWrap: 'wrap',
		gap: `0 ${tokens.spacingHorizontalL}`,
		padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalS}`,
		color: tokens.colorNeutralForeground3,
		fontSize: tokens.fontSizeBase200,
	},
	blocked: { margin: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalS}` },
	tabs: {
		padding: `0 ${tokens.spacingHorizontalM}`,
		borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
		overflowX: 'auto',
		flexShrink: 0,
	},
	tab: { whiteSpace: 'nowrap' },
	panel: { display: 'flex', flexDirection: 'column', flexGrow: 1, minHeight: 0 },
	padded: {
		display: 'flex',
		flexDirection: 'column',
		gap: tokens.spacingVerticalXXL,
		padding: tokens.spacingHorizontalL,
		overflowY: 'auto',
	},
});

export function ClusterPage() {
	const { workspace, cluster: name } = route.useParams();
	const query = useQuery(clusterQuery(workspace, name));
	useLiveCompute(workspace);
	const compute = (
		<Link to="/w/$workspace/compute" params={{ workspace }}>
			Compute
		</Link>
	);
	return (
		<>
			<PageTrail items={[{ label: 'Compute', link: compute }, { label: name }]} />
			<QueryState query={query} label="the cluster">
				{(cluster) => <ShownCluster key={cluster.id} workspace={workspace} cluster={cluster} />}
			</QueryState>
		</>
	);
}

function ShownCluster({ workspace, cluster }: { readonly workspace: string; readonly cluster: Cluster }) {
	const styles = useStyles();
	const search: ClusterSearch = route.useSearch();
	const navigate = useNavigate();
	const tab = search.tab ?? DEFAULT_CLUSTER_TAB;
	const goTo = (next: ClusterTab) =>
		void navigate({
			to: '/w/$workspace/compute/$cluster',
			params: { workspace, cluster: cluster.name },
			search: next === DEFAULT_CLUSTER_TAB ? {} : { tab: next },
		});
	return (
		<>
			<header>
				<div className={styles.head}>
					<Title3 as="h1">{cluster.name}</Title3>
					<NodeCounts cluster={cluster} />
				</div>
				<div className={styles.facts}>
					<span>{cluster.vmSize}</span>
					<span>{cluster.vmPriority === 'dedicated' ? 'dedicated' : 'low priority'}</span>
					<span>
						{cluster.minNodes} to {cluster.maxNodes} nodes
					</span>
					<span>
						{cluster.activeRuns} at work, {cluster.queuedRuns} waiting
					</span>
					{cluster.enforceMemory && <span>runs are held to the memory of their node</span>}
					{cluster.description !== '' && <span>{cluster.description}</span>}
					{cluster.note !== null && <span>{cluster.note}</span>}
				</div>
				{cluster.blockedReason !== null && (
					<MessageBar intent="warning" className={styles.blocked} layout="multiline">
						<MessageBarBody>{cluster.blockedReason}</MessageBarBody>
					</MessageBar>
				)}
			</header>
			<TabList className={styles.tabs} selectedValue={tab} onTabSelect={(_, { value }) => goTo(value as ClusterTab)}>
				<Tab value="runs">Runs</Tab>
				<Tab value="nodes">Nodes</Tab>
				<Tab value="waits" className={styles.tab}>
					Waiting times
				</Tab>
				<Tab value="events">Events</Tab>
				<Tab value="scale">Scale</Tab>
			</TabList>
			<div className={styles.panel} role="tabpanel" aria-label={tab}>
				{tab === 'runs' && <ClusterRuns workspace={workspace} cluster={cluster} />}
				{tab === 'nodes' && <ClusterNodes workspace={workspace} cluster={cluster} />}
				{tab === 'waits' && <QueueWaits workspace={workspace} cluster={cluster.name} />}
				{tab === 'events' && (
					<div className={styles.padded}>
						<EventList workspace={workspace} cluster={cluster.name} />
					</div>
				)}
				{tab === 'scale' && (
					<div className={styles.padded}>
						<ScaleForm workspace={workspace} cluster={cluster} />
						<DeleteCluster
							workspace={workspace}
							cluster={cluster}
							onDeleted={() => void navigate({ to: '/w/$workspace/compute', params: { workspace }, replace: true })}
						/>
					</div>
				)}
			</div>
		</>
	);
}
