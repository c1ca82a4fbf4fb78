/** The runs that wait or are at work on a cluster: child runs on lines of their own, each with why it waits; they leave when they end. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { Cluster } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { Moment } from '../../shared/format/moment.tsx';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { DataTable } from '../../shared/table/data-table.tsx';
import type { TableColumn } from '../../shared/table/table-column.ts';
import { TextCell } from '../../shared/table/text-cell.tsx';
import { ExperimentLink } from '../experiments/experiment-link.tsx';
import { RunDuration } from '../runs/run-duration.tsx';
import { RunLink } from '../runs/run-link.tsx';
import { RunStatusLabel } from '../runs/run-status.tsx';
import { clusterRunsQuery, endedRunsFilter, nodesQuery, queueQuery, RUNS_MAX } from './api.ts';
import { type ClusterRun, clusterRunTree } from './cluster-run-tree.ts';

const useStyles = makeStyles({
	note: { padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`, color: tokens.colorNeutralForeground2 },
	link: { color: tokens.colorBrandForegroundLink },
	// A sentence, on the two lines that a row has room for.
	reason: {
		display: '-webkit-box',
		WebkitBoxOrient: 'vertical',
		WebkitLineClamp: 2,
		whiteSpace: 'normal',
		fontSize: tokens.fontSizeBase200,
		lineHeight: '16px',
		color: tokens.colorNeutralForeground2,
	},
});

export function ClusterRuns({ workspace, cluster }: { readonly workspace: string; readonly cluster: Cluster }) {
	const styles = useStyles();
	const runs = useQuery(clusterRunsQuery(workspace, cluster.name));
	const queue = useQuery(queueQuery(workspace, cluster.name));
	const nodes = useQuery(nodesQuery(workspace, cluster.name));
	const navigate = useNavigate();
	const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
	const nodeOf = useMemo(
		() => new Map((nodes.data ?? []).flatMap((node) => (node.runId === null ? [] : [[node.runId, node.id]]))),
		[nodes.data],
	);
	const tree = useMemo(() => clusterRunTree(runs.data?.runs ?? [], queue.data?.queue ?? []), [runs.data, queue.data]);
	const expanded = useMemo(
		() => new Set((runs.data?.runs ?? []).filter((run) => !closed.has(run.id)).map((run) => run.id)),
		[runs.data, closed],
	);
	const columns = useMemo(() => columnsOf(styles.reason, nodeOf), [styles.reason, nodeOf]);
	const turn = (id: string) => {
		const next = new Set(closed);
		if (!next.delete(id)) next.add(id);
		setClosed(next);
	};
	const ended = (
		<div className={styles.note}>
			A run leaves this page when it ends.{' '}
			<Link
				to="/w/$workspace/experiments"
				params={{ workspace }}
				search={{ filter: endedRunsFilter(cluster.name), flat: true }}
				className={styles.link}
			>
				See the ended runs of {cluster.name} in Experiments
			</Link>
			{runs.data?.nextCursor && ` The oldest ${RUNS_MAX} runs are shown.`}
		</div>
	);
	return (
		<QueryState query={runs} label="runs">
			{() =>
				tree.length === 0 ? (
					<>
						<EmptyState title="Nothing waits and nothing runs here">
							Submit a job with <code>compute_target="{cluster.name}"</code> and it appears at once.
						</EmptyState>
						{ended}
					</>
				) : (
					<DataTable
						label={`Runs of ${cluster.name}`}
						rows={tree}
						columns={columns}
						getId={({ run }) => run.id}
						{...(tree.some((row) => row.children.length > 0) && { getChildren: (row: ClusterRun) => row.children })}
						canExpand={(row) => row.children.length > 0}
						expanded={expanded}
						onExpand={turn}
						onOpen={({ run }) => void navigate({ to: '/w/$workspace/runs/$runId', params: { workspace, runId: run.id } })}
						footer={ended}
					/>
				)
			}
		</QueryState>
	);
}

function columnsOf(reason: string, nodeOf: ReadonlyMap<string, string>): TableColumn<ClusterRun>[] {
	return [
		{ id: 'run', header: 'Run', widthPx: 160, cell: ({ run }) => <RunLink run={run} /> },
		{
			id: 'experiment',
			header: 'Experiment',
			widthPx: 112,
			cell: ({ run }) => <ExperimentLink workspace={run.workspaceName} id={run.experimentId} name={run.experimentName} />,
		},
		{
			id: 'status',
			header: 'Status',
			widthPx: 116,
			cell: ({ run }) => <RunStatusLabel status={run.status} title={run.statusReason ?? undefined} />,
		},
		{
			id: 'turn',
			header: 'Turn',
			title: 'Place in the queue',
			widthPx: 52,
			isNumeric: true,
			cell: ({ turn }) => (turn === null ? '' : String(turn.position)),
		},
		{ id: 'created', header: 'Submitted', widthPx: 92, cell: ({ run }) => <Moment time={run.createdTime} /> },
		{ id: 'duration', header: 'Duration', widthPx: 76, isNumeric: true, cell: ({ run }) => <RunDuration run={run} /> },
		{
			// A run that waits has no node yet, and one that has a node does not wait.
			id: 'node',
			header: 'Node, or why it waits',
			widthPx: 368,
			grows: true,
			cell: ({ run, turn }) =>
				run.status === 'Queued' ? (
					<TextCell className={reason} text={turn?.reason ?? run.statusReason ?? ''} />
				) : (
					<TextCell text={nodeOf.get(run.id) ?? ''} />
				),
		},
	];
}
