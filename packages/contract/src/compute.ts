/** Compute targets: this machine (`local`), and clusters of nodes that grow and shrink with their queue. */
import type { Static } from 'typebox';
import { NextCursor, Nullable, PageQuery, Tags, Time } from './common.ts';
import { LIMITS } from './limits.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';
import { WorkspaceParams } from './workspaces.ts';

/**
 * What a node is doing: `preparing` until its agent has come, `idle`, `running` a job, `leaving` on its way out,
 * `preempted` taken away by its machine, `unusable` when its agent is lost or its machine will not do.
 */
export const NODE_STATES = ['preparing', 'idle', 'running', 'leaving', 'preempted', 'unusable'] as const;
export type NodeState = (typeof NODE_STATES)[number];
const NodeStateSchema = Type.Unsafe<NodeState>({ type: 'string', enum: NODE_STATES });

export const VM_PRIORITIES = ['dedicated', 'lowpriority'] as const;
export type VmPriority = (typeof VM_PRIORITIES)[number];
const VmPrioritySchema = Type.Unsafe<VmPriority>({ type: 'string', enum: VM_PRIORITIES });

/** What agent and server say to one another; greater when the one would no longer understand the other. */
export const AGENT_PROTOCOL = 2;

/** What a node that joined has said of its machine. */
const Machine = Type.Object(
	{
		hostname: Type.String({ maxLength: 255 }),
		address: Nullable(Type.String({ maxLength: 255, description: 'By which other machines reach it, as far as it knows.' })),
		cores: Type.Integer({ minimum: 1 }),
		memoryMib: Type.Integer({ minimum: 0 }),
		gpus: Type.Array(Type.String({ maxLength: 255 }), { maxItems: 64, description: 'By name.' }),
		platform: Type.String({ maxLength: 255 }),
		pythonVersion: Type.String({ maxLength: 64 }),
		agentVersion: Type.String({ maxLength: 64 }),
	},
	{ additionalProperties: false },
);

export const JoinNode = Type.Object(
	{
		id: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$', description: 'Name of the node, unique on the server.' }),
		instance: Type.String({ maxLength: 64, description: 'Tells the folder of this agent from every other.' }),
		protocol: Type.Integer({ description: `What the agent speaks; ${AGENT_PROTOCOL} now.` }),
		machine: Machine,
	},
	{ additionalProperties: false },
);
export type JoinNode = Static<typeof JoinNode>;

const NodeShare = Type.Object(
	{
		vmSize: Type.String(),
		cores: Type.Integer({ description: 'Those of its VM size, or all that the machine has.' }),
		memoryBytes: Type.Integer(),
		gpus: Type.Integer(),
	},
	{ description: 'What it has of the machine of the server; null for a node that joined, which has its own.' },
);

export const Node = Type.Object({
	id: Type.String(),
	cluster: Type.String(),
	state: NodeStateSchema,
	stateReason: Nullable(Type.String({ description: 'Why, in words.' })),
	cordoned: Type.Boolean({ description: 'It finishes what it runs and takes nothing new.' }),
	share: Nullable(NodeShare),
	joined: Type.Boolean({ description: 'It came by itself from a machine; the others are made and ended by the cluster.' }),
	machine: Nullable(Machine),
	runId: Nullable(Type.String({ description: 'The run that it executes.' })),
	allocatedTime: Time,
	bootTime: Nullable(Time),
	idleSinceTime: Nullable(Time),
});
export type Node = Static<typeof Node>;

export const Cluster = Type.Object({
	id: Type.String(),
	name: Type.String(),
	workspaceId: Type.String(),
	description: Type.String(),
	tags: Tags,
	vmSize: Type.String({ description: 'In upper case: STANDARD_D2_V2.' }),
	vmPriority: VmPrioritySchema,
	minNodes: Type.Integer(),
	maxNodes: Type.Integer(),
	idleSecondsBeforeScaleDown: Type.Integer(),
	maxConcurrentRuns: Nullable(
		Type.Integer({ description: 'Runs at once, whatever the nodes could do; null: as many as there are nodes.' }),
	),
	enforceMemory: Type.Boolean({ description: 'A job that uses more memory than its VM size has is ended.' }),
	createdTime: Time,
	createdBy: Type.String(),
	modifiedTime: Time,
	allocationState: Type.Union([Type.Literal('steady'), Type.Literal('resizing')]),
	currentNodes: Type.Integer(),
	targetNodes: Type.Integer(),
	nodeCounts: Type.Record(Type.String(), Type.Integer(), { description: 'Nodes by state.' }),
	queuedRuns: Type.Integer(),
	activeRuns: Type.Integer(),
	blockedReason: Nullable(Type.String({ description: 'Why it cannot grow to what waits: what its quota says.' })),
	note: Nullable(Type.String({ description: 'What a person should know: more cores than the machine has, and such.' })),
});
export type Cluster = Static<typeof Cluster>;

const scale = {
	minNodes: Type.Optional(Type.Integer({ minimum: 0, maximum: LIMITS.nodesPerCluster.max })),
	maxNodes: Type.Optional(
		Type.Integer({
			minimum: 0,
			maximum: LIMITS.nodesPerCluster.max,
			description: 'Of those that the cluster makes; 0: its nodes are those that join.',
		}),
	),
	idleSecondsBeforeScaleDown: Type.Optional(Type.Integer({ minimum: 0, maximum: 30 * 86_400 })),
	maxConcurrentRuns: Type.Optional(Nullable(Type.Integer({ minimum: 1 }))),
	enforceMemory: Type.Optional(Type.Boolean({ default: false })),
	description: Type.Optional(Type.String({ maxLength: LIMITS.descriptionCharacters.max })),
	tags: Type.Optional(Tags),
};

const ClusterParams = Type.Object({ workspace: Type.String(), compute: Type.String({ description: 'Name of the cluster.' }) });
const NodeParams = Type.Object({ workspace: Type.String(), compute: Type.String(), node: Type.String() });

export const VmSizeSchema = Type.Object({
	name: Type.String(),
	family: Type.String(),
	cores: Type.Integer(),
	memoryGiB: Type.Number(),
	gpus: Type.Integer(),
});

export const QueueEntry = Type.Object({
	runId: Type.String(),
	displayName: Type.String(),
	experimentName: Type.String(),
	priority: Type.Integer(),
	position: Type.Integer({ description: 'From 1; by priority, then fairly between experiments, then by time.' }),
	reason: Type.String({ description: 'Why it waits, in words.' }),
});
export type QueueEntry = Static<typeof QueueEntry>;

export const ComputeEvent = Type.Object({
	sequence: Type.Integer(),
	type: Type.String({
		description: 'cluster.created, cluster.changed, cluster.resized, cluster.deleting, cluster.deleted, node.changed, …',
	}),
	subject: Type.String({ description: 'Id of the cluster or of the node.' }),
	time: Time,
	actor: Type.String(),
	data: Type.Record(Type.String(), Type.Unknown()),
});
export type ComputeEvent = Static<typeof ComputeEvent>;

export const QueueWait = Type.Object({
	runId: Type.String(),
	displayName: Type.String(),
	queuedTime: Time,
	leftTime: Nullable(Time),
	waitMs: Type.Number({ description: 'From its submission until an agent took it, it was cancelled, or now.' }),
});
export type QueueWait = Static<typeof QueueWait>;

export const computeRoutes = {
	listVmSizes: route({
		method: 'GET',
		path: '/api/v1/vm-sizes',
		permission: 'public',
		summary: 'VM sizes by name, with cores, memory and GPUs',
		response: Type.Object({ vmSizes: Type.Array(VmSizeSchema) }),
	}),
	listClusters: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/compute',
		permission: 'workspace.read',
		summary: 'List the clusters of a workspace by name',
		params: WorkspaceParams,
		query: Type.Object(PageQuery),
		response: Type.Object({ clusters: Type.Array(Cluster), nextCursor: NextCursor }),
	}),
	createCluster: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/compute',
		permission: 'workspace.write',
		summary: 'Create a cluster',
		params: WorkspaceParams,
		body: Type.Object(
			{ name: Type.String(), vmSize: Type.String(), vmPriority: Type.Optional(VmPrioritySchema), ...scale },
			{ additionalProperties: false },
		),
		response: Cluster,
	}),
	getCluster: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/compute/:compute',
		permission: 'workspace.read',
		summary: 'Get a cluster',
		params: ClusterParams,
		response: Cluster,
	}),
	updateCluster: route({
		method: 'PATCH',
		path: '/api/v1/workspaces/:workspace/compute/:compute',
		permission: 'workspace.write',
		summary: 'Change the size, idle time, description or tags of a cluster',
		params: ClusterParams,
		body: Type.Object(scale, { additionalProperties: false }),
		response: Cluster,
	}),
	deleteCluster: route({
		method: 'DELETE',
		path: '/api/v1/workspaces/:workspace/compute/:compute',
		permission: 'workspace.write',
		summary: 'Delete a cluster without jobs; with cancelRuns its jobs are cancelled first',
		params: ClusterParams,
		query: Type.Object({ cancelRuns: Type.Optional(Type.Boolean({ default: false })) }),
	}),
	listNodes: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/compute/:compute/nodes',
		permission: 'workspace.read',
		summary: 'Nodes of a cluster with their states',
		params: ClusterParams,
		response: Type.Object({ nodes: Type.Array(Node) }),
	}),
	joinNode: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/compute/:compute/nodes',
		permission: 'job.agent',
		summary: 'Make the machine of an agent a node of a cluster, or say again what it is',
		params: ClusterParams,
		body: JoinNode,
		response: Type.Object({
			node: Node,
			target: Type.String({ description: 'Id of the cluster, for leasing its jobs.' }),
			token: Nullable(
				Type.String({ description: 'Of this node alone: what it does from now on it does with it. Null where none is needed.' }),
			),
			serverVersion: Type.String(),
		}),
	}),
	leaveNode: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/compute/:compute/nodes/:node/leave',
		permission: 'job.agent',
		summary: 'A joined node takes nothing new; said again when it has no job left, it is gone',
		params: NodeParams,
		query: Type.Object({
			preempted: Type.Optional(
				Type.Boolean({ default: false, description: 'Its machine is being taken away: its jobs are queued again at once.' }),
			),
		}),
		response: Type.Object({ runs: Type.Array(Type.String(), { description: 'What it still has.' }), isGone: Type.Boolean() }),
	}),
	preemptNode: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/compute/:compute/nodes/:node/preempt',
		permission: 'workspace.write',
		summary: 'Take away a low-priority node, or one that joined: its jobs are queued again, and it stays preempted for a while',
		params: NodeParams,
		body: Type.Object(
			{ reason: Type.Optional(Type.String({ minLength: 1, maxLength: LIMITS.descriptionCharacters.max })) },
			{ additionalProperties: false },
		),
		response: Node,
	}),
	changeNode: route({
		method: 'PATCH',
		path: '/api/v1/workspaces/:workspace/compute/:compute/nodes/:node',
		permission: 'workspace.write',
		summary: 'Cordon a node (it takes nothing new), or drain it (it leaves when it is done)',
		params: NodeParams,
		body: Type.Object({ cordoned: Type.Optional(Type.Boolean()), drain: Type.Optional(Type.Boolean()) }, { additionalProperties: false }),
		response: Node,
	}),
	listQueue: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/compute/:compute/queue',
		permission: 'workspace.read',
		summary: 'Runs that wait for a cluster, in the order in which they will be taken, with why each waits',
		params: ClusterParams,
		query: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageSize.max, default: 100 })) }),
		response: Type.Object({ waiting: Type.Integer(), queue: Type.Array(QueueEntry) }),
	}),
	listQueueWaits: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/compute/:compute/queue-waits',
		permission: 'workspace.read',
		summary: 'How long the latest runs of a cluster waited in its queue, oldest first',
		params: ClusterParams,
		query: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageSize.max, default: 500 })) }),
		response: Type.Object({ waits: Type.Array(QueueWait) }),
	}),
	listComputeEvents: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/compute/:compute/events',
		permission: 'workspace.read',
		summary: 'What happened to a cluster and its nodes, newest first',
		params: ClusterParams,
		query: Type.Object(PageQuery),
		response: Type.Object({ events: Type.Array(ComputeEvent), nextCursor: NextCursor }),
	}),
};
