/** The nodes of a cluster as small tiles coloured by state; the chosen one says why, what it runs, and takes orders. */
import { Button, Card, makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import type { Cluster, Node } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { Moment } from '../../shared/format/moment.tsx';
import { DismissRegular } from '../../shared/icons.ts';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { nodesQuery, useChangeCompute } from './api.ts';
import { EventList } from './event-list.tsx';
import { machineInWords, shareInWords } from './machine-in-words.ts';
import { NODE_LOOKS, NodeStateLabel, shownState, useNodeColours } from './node-state.tsx';

/** With more nodes than this a tile is its icon alone; its name and word are said on hover. */
const NAMED_TILES_MAX = 60;

const useStyles = makeStyles({
	root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, padding: tokens.spacingHorizontalL, overflowY: 'auto' },
	tiles: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, margin: 0, padding: 0, listStyleType: 'none' },
	tile: {
		display: 'flex',
		alignItems: 'center',
		gap: tokens.spacingHorizontalS,
		minHeight: '40px',
		padding: `4px ${tokens.spacingHorizontalM} 4px ${tokens.spacingHorizontalS}`,
		border: `1px solid ${tokens.colorTransparentStroke}`,
		borderRadius: tokens.borderRadiusMedium,
		font: 'inherit',
		fontSize: tokens.fontSizeBase200,
		textAlign: 'left',
		cursor: 'pointer',
		':hover': { border: '1px solid currentColor' },
		':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '1px' },
	},
	bare: { padding: '4px', minHeight: '32px', minWidth: '32px', justifyContent: 'center' },
	chosen: { border: '1px solid currentColor', boxShadow: 'inset 0 0 0 1px currentColor' },
	icon: { display: 'inline-flex', fontSize: '20px' },
	words: { display: 'flex', flexDirection: 'column', lineHeight: '16px' },
	name: { color: tokens.colorNeutralForeground2, fontFamily: tokens.fontFamilyMonospace },
	detail: { gap: tokens.spacingVerticalM },
	head: { display: 'flex', alignItems: 'center', flexWrap: 'wrap', gap: tokens.spacingHorizontalM },
	actions: { display: 'flex', gap: tokens.spacingHorizontalS, marginLeft: 'auto' },
	facts: { display: 'flex', flexWrap: 'wrap', gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalXL}`, margin: 0 },
	term: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
	value: { margin: 0 },
	link: { color: tokens.colorBrandForegroundLink },
	error: { color: tokens.colorPaletteRedForeground1 },
});

export function ClusterNodes({ workspace, cluster }: { readonly workspace: string; readonly cluster: Cluster }) {
	const styles = useStyles();
	const query = useQuery(nodesQuery(workspace, cluster.name));
	const [chosenId, setChosenId] = useState<string | null>(null);
	return (
		<QueryState query={query} label="nodes">
			{(nodes) => {
				if (nodes.length === 0) return <NoNodes cluster={cluster} />;
				const chosen = nodes.find((node) => node.id === chosenId);
				return (
					<div className={styles.root}>
						<ul className={styles.tiles} aria-label="Nodes">
							{nodes.map((node) => (
								<NodeTile
									key={node.id}
									node={node}
									isNamed={nodes.length <= NAMED_TILES_MAX}
									isChosen={node.id === chosenId}
									onChoose={() => setChosenId(node.id === chosenId ? null : node.id)}
								/>
							))}
						</ul>
						{chosen !== undefined && <NodeDetail workspace={workspace} cluster={cluster} node={chosen} onClose={() => setChosenId(null)} />}
						{chosenId !== null && chosen === undefined && <Text>The node {chosenId} has left the cluster.</Text>}
					</div>
				);
			}}
		</QueryState>
	);
}

function NoNodes({ cluster }: { readonly cluster: Cluster }) {
	return (
		<EmptyState title="No nodes now">
			{cluster.maxNodes === 0
				? 'This cluster may have no nodes: raise its greatest number under Scale.'
				: `Up to ${cluster.maxNodes} come when runs wait, and leave after ${cluster.idleSecondsBeforeScaleDown} s without work.`}
		</EmptyState>
	);
}

interface NodeTileProps {
	readonly node: Node;
	readonly isNamed: boolean;
	readonly isChosen: boolean;
	readonly onChoose: () => void;
}

function NodeTile({ node, isNamed, isChosen, onChoose }: NodeTileProps) {
	const styles = useStyles();
	const colours = useNodeColours();
	const state = shownState(node);
	const { word, icon } = NODE_LOOKS[state];
	return (
		<li>
			<button
				type="button"
				className={mergeClasses(styles.tile, !isNamed && styles.bare, colours[state], isChosen && styles.chosen)}
				aria-expanded={isChosen}
				aria-label={`${node.id}: ${word}`}
				title={`${node.id}: ${word}${node.stateReason === null ? '' : `. ${node.stateReason}`}`}
				data-node={node.id}
				onClick={onChoose}
			>
				<span className={styles.icon} aria-hidden="true">
					{icon}
				</span>
				{isNamed && (
					<span className={styles.words}>
						<strong>{word}</strong>
						<span className={styles.name}>{node.id}</span>
					</span>
				)}
			</button>
		</li>
	);
}

interface NodeDetailProps {
	readonly workspace: string;
	readonly cluster: Cluster;
	readonly node: Node;
	readonly onClose: () => void;
}

function NodeDetail({ workspace, cluster, node, onClose }: NodeDetailProps) {
	const styles = useStyles();
	const change = useChangeCompute(workspace);
	const order = (orders: { cordoned?: boolean; drain?: boolean }) =>
		change.mutate({ kind: 'node', name: cluster.name, node: node.id, change: orders });
	return (
		<Card appearance="outline" className={styles.detail} role="region" aria-label={`Node ${node.id}`}>
			<div className={styles.head}>
				<Text as="h2" weight="semibold">
					{node.id}
				</Text>
				<NodeStateLabel state={shownState(node)} />
				<div className={styles.actions}>
					<Button
						disabled={change.isPending || node.state === 'leaving'}
						title={node.cordoned ? 'It takes runs again.' : 'It finishes what it runs and takes nothing new.'}
						onClick={() => order({ cordoned: !node.cordoned })}
					>
						{node.cordoned ? 'Uncordon' : 'Cordon'}
					</Button>
					<Button
						disabled={change.isPending || node.state === 'leaving'}
						title="It finishes what it runs, then leaves the cluster."
						onClick={() => order({ drain: true })}
					>
						Drain
					</Button>
					<Button appearance="subtle" icon={<DismissRegular />} aria-label="Close" onClick={onClose} />
				</div>
			</div>
			{change.isError && <span className={styles.error}>{describeError(change.error).message}</span>}
			<dl className={styles.facts}>
				<Fact term="Why">{node.stateReason ?? (node.cordoned ? 'Somebody cordoned it: it takes nothing new.' : '–')}</Fact>
				<Fact term="Runs">
					{node.runId === null ? (
						'nothing'
					) : (
						<Link to="/w/$workspace/runs/$runId" params={{ workspace, runId: node.runId }} className={styles.link}>
							{node.runId}
						</Link>
					)}
				</Fact>
				<Fact term="Came">{node.joined ? 'by itself, from a machine that joined' : 'made by the cluster'}</Fact>
				<Fact term="Machine">
					{node.machine !== null ? machineInWords(node.machine) : node.share !== null ? shareInWords(node.share) : '–'}
				</Fact>
				<Fact term="Allocated">
					<Moment time={node.allocatedTime} isWhole />
				</Fact>
				<Fact term="Ready">
					<Moment time={node.bootTime} isWhole />
				</Fact>
				<Fact term="Idle since">
					<Moment time={node.state === 'idle' ? node.idleSinceTime : null} isWhole />
				</Fact>
			</dl>
			<EventList workspace={workspace} cluster={cluster.name} node={node.id} />
		</Card>
	);
}

function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }) {
	const styles = useStyles();
	return (
		<div>
			<dt className={styles.term}>{term}</dt>
			<dd className={styles.value}>{children}</dd>
		</div>
	);
}
