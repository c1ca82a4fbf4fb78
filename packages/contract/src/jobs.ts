/** Jobs: runs with something to execute, and the agents that execute them. */
import type { Static } from 'typebox';
import { Nullable, StringMap, Tags, Time } from './common.ts';
import { DataReference } from './datastores.ts';
import { JobEnvironment } from './environments.ts';
import { LIMITS } from './limits.ts';
import { route } from './route.ts';
import { RUN_ID_PATTERN } from './run-id.ts';
import { Type } from './schema-builder.ts';
import { WorkspaceParams } from './workspaces.ts';

/** What becomes of a job whose node is lost while it has it. */
export const NODE_LOSS_DEFAULTS = { action: 'fail', requeuesMax: 3, afterSeconds: 600 } as const;

export const NodeLossPolicy = Type.Object(
	{
		action: Type.Union([Type.Literal('fail'), Type.Literal('requeue')], {
			description: 'fail: the run fails with the reason. requeue: it waits for another node and begins anew, its logs going on.',
		}),
		requeuesMax: Type.Optional(
			Type.Integer({
				minimum: 0,
				maximum: LIMITS.requeuesPerJob.max,
				default: NODE_LOSS_DEFAULTS.requeuesMax,
				description: 'Then it fails.',
			}),
		),
		afterSeconds: Type.Optional(
			Type.Integer({
				minimum: 0,
				maximum: 86_400,
				default: NODE_LOSS_DEFAULTS.afterSeconds,
				description: 'How long a run may be NotResponding until its node counts as lost.',
			}),
		),
	},
	{ additionalProperties: false },
);
export type NodeLossPolicy = Static<typeof NodeLossPolicy>;

const ProcessCount = (options: object) => Type.Integer({ minimum: 1, maximum: LIMITS.processesPerJob.max, ...options });

/** How the processes of a job on several nodes, or of several processes, find one another. */
export const Distribution = Type.Union(
	[
		Type.Object(
			{
				type: Type.Literal('mpi'),
				processCountPerNode: Type.Optional(ProcessCount({ default: 1, description: 'Started by mpirun, which every node must have.' })),
			},
			{ additionalProperties: false },
		),
		Type.Object(
			{
				type: Type.Literal('pytorch'),
				processCount: ProcessCount({ description: 'On all nodes together; each has as many as the others.' }),
			},
			{ additionalProperties: false },
		),
		Type.Object(
			{
				type: Type.Literal('tensorflow'),
				workerCount: ProcessCount({ description: 'Spread over the nodes in turn.' }),
				parameterServerCount: Type.Optional(Type.Integer({ minimum: 0, maximum: LIMITS.processesPerJob.max, default: 0 })),
			},
			{ additionalProperties: false },
		),
	],
	{ description: 'Absent: one process a node.' },
);
export type Distribution = Static<typeof Distribution>;

export const JobDefinition = Type.Object(
	{
		script: Type.Optional(Type.String({ description: 'Python file within the snapshot; needed unless command is given.' })),
		command: Type.Optional(Type.Array(Type.String(), { description: 'Program and arguments, run in the snapshot.' })),
		arguments: Type.Optional(Type.Array(Type.String())),
		environmentVariables: Type.Optional(
			Type.Record(Type.String(), Type.String(), {
				description:
					'Those with names of secrets, and such options of the command line, are shown as `[redacted]`: only agents are told them.',
			}),
		),
		interpreter: Type.Optional(Type.String({ description: "Python to use; the agent's own if absent." })),
		environment: Type.Optional(JobEnvironment),
		target: Type.Optional(Type.String({ default: 'local', description: 'Compute target.' })),
		priority: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000, default: 0, description: 'The greater goes first.' })),
		snapshotId: Type.Optional(Type.String()),
		maxRunDurationSeconds: Type.Optional(Type.Integer({ minimum: 1 })),
		cancelGraceSeconds: Type.Optional(Type.Number({ minimum: 0, maximum: 3600, default: 10, description: 'Between SIGTERM and SIGKILL.' })),
		nodeLoss: Type.Optional(NodeLossPolicy),
		nodeCount: Type.Optional(
			Type.Integer({
				minimum: 1,
				maximum: LIMITS.nodesPerCluster.max,
				default: 1,
				description: 'Nodes that the job has at once: it starts when all are there.',
			}),
		),
		distribution: Type.Optional(Distribution),
		data: Type.Optional(
			Type.Array(DataReference, {
				maxItems: LIMITS.dataReferencesPerJob.max,
				description: 'Paths of datastores that are brought to the node before the script, or taken from it after.',
			}),
		),
	},
	{ additionalProperties: false },
);
export type JobDefinition = Static<typeof JobDefinition>;

/** A random UUID that a machine keeps to itself: whoever knows it may send jobs there. */
const MACHINE_ID_PATTERN = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';

export const SubmitJob = Type.Object(
	{
		id: Type.Optional(Type.String({ pattern: RUN_ID_PATTERN, description: 'Run id chosen by the client.' })),
		parentId: Type.Optional(Type.String()),
		name: Type.Optional(Type.String()),
		displayName: Type.Optional(Type.String({ maxLength: LIMITS.displayNameCharacters.max })),
		tags: Type.Optional(Tags),
		properties: Type.Optional(StringMap),
		machine: Type.Optional(
			Type.String({
				pattern: MACHINE_ID_PATTERN,
				description: "For the target local: the machine that submits, where it is not the server's.",
			}),
		),
		definition: JobDefinition,
	},
	{ additionalProperties: false },
);
export type SubmitJob = Static<typeof SubmitJob>;

export const ResubmitJob = Type.Object(
	{
		id: Type.Optional(Type.String({ pattern: RUN_ID_PATTERN, description: 'Run id chosen by the client.' })),
		displayName: Type.Optional(Type.String({ maxLength: LIMITS.displayNameCharacters.max })),
		arguments: Type.Optional(Type.Array(Type.String(), { description: 'In place of those it had.' })),
		environmentVariables: Type.Optional(
			Type.Record(Type.String(), Nullable(Type.String()), {
				description: 'Set or, with null, removed; the others stay as they were, so that secret values need not be known.',
			}),
		),
		target: Type.Optional(Type.String({ description: 'Compute target.' })),
		priority: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000 })),
	},
	{ additionalProperties: false },
);
export type ResubmitJob = Static<typeof ResubmitJob>;

/** One node of a job, as the others know it. */
export const JobNode = Type.Object({
	rank: Type.Integer({ description: 'From 0.' }),
	node: Type.String({ description: 'Its id, which is that of its agent.' }),
	address: Type.String({ description: 'Where the other nodes reach it.' }),
});
export type JobNode = Static<typeof JobNode>;

/** What a node of a job offers the others before they all start. */
export const NodeOffer = Type.Object(
	{
		ports: Type.Array(Type.Integer({ minimum: 1, maximum: 65_535 }), {
			maxItems: LIMITS.processesPerJob.max,
			description: 'Free ports of the node.',
		}),
		key: Type.String({ maxLength: 256, description: 'Shown by the other nodes of the job when they connect.' }),
	},
	{ additionalProperties: false },
);
export type NodeOffer = Static<typeof NodeOffer>;

export const PART_STATES = ['given', 'leased', 'ready', 'running', 'finalizing', 'ended'] as const;
export type PartState = (typeof PART_STATES)[number];

export const Job = Type.Object({
	runId: Type.String(),
	state: Type.Union([Type.Literal('queued'), Type.Literal('leased'), Type.Literal('ended')]),
	definition: JobDefinition,
	attempt: Type.Integer({ description: '0 until it is first leased.' }),
	requeues: Type.Integer({ description: 'How often the loss of a node has sent it back to the queue.' }),
	endReason: Nullable(Type.String({ description: 'Why its processes were to be ended.' })),
	nodes: Type.Array(
		Type.Object({
			...JobNode.properties,
			state: Type.Unsafe<PartState>({ type: 'string', enum: PART_STATES }),
			exitCode: Nullable(Type.Integer()),
			signal: Nullable(Type.Integer()),
		}),
	),
});
export type Job = Static<typeof Job>;

/** What an agent gets with a lease: everything it needs to run the job without asking again. */
export const JobLease = Type.Object({
	runId: Type.String(),
	fence: Type.Integer({ description: 'Grows with each attempt; requests with an older one are refused.' }),
	attempt: Type.Integer(),
	leaseSeconds: Type.Integer(),
	workspaceId: Type.String(),
	workspaceName: Type.String(),
	subscriptionId: Type.String(),
	resourceGroup: Type.String(),
	experimentId: Type.String(),
	experimentName: Type.String(),
	rootId: Type.String(),
	parentId: Nullable(Type.String()),
	definition: JobDefinition,
	secrets: Type.Array(Type.String(), { description: 'Values of the definition that must not stand in any log.' }),
	rank: Type.Integer({ description: 'Which of the nodes of the job the agent is.' }),
	nodes: Type.Array(JobNode, { description: 'All nodes of the job, by rank.' }),
	runToken: Type.String({ description: 'Given to the script: may write its own run and descendants, and submit children.' }),
	runTokenExpiryTime: Time,
	authorities: Nullable(
		Type.String({ description: 'Tells one `/api/v1/tls/bundle.pem` from the next, for what the job is to trust; null: TLS is off.' }),
	),
});
export type JobLease = Static<typeof JobLease>;

/** How far a job is, as its agent sees it. */
export const JOB_PHASES = ['preparing', 'running', 'finalizing', 'ended'] as const;
export type JobPhase = (typeof JOB_PHASES)[number];
const JobPhaseSchema = Type.Unsafe<JobPhase>({ type: 'string', enum: JOB_PHASES });

const JobParams = Type.Object({ run: Type.String() });
const Fence = { agent: Type.String(), fence: Type.Integer() };

export const jobRoutes = {
	submitJob: route({
		method: 'POST',
		path: '/api/v1/experiments/:experiment/jobs',
		permission: 'run.write',
		summary: 'Submit a job: a run that is Queued until an agent takes it',
		params: Type.Object({ experiment: Type.String() }),
		body: SubmitJob,
		response: Type.Object({ runId: Type.String() }),
	}),
	resubmitJob: route({
		method: 'POST',
		path: '/api/v1/jobs/:run/resubmit',
		permission: 'workspace.write',
		summary: 'Submit a job again as a new run of the same experiment, from the same snapshot, with what is given changed',
		params: JobParams,
		body: ResubmitJob,
		response: Type.Object({ runId: Type.String() }),
	}),
	registerMachine: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/machines',
		permission: 'run.write',
		summary: 'Let an agent on another machine run what is submitted there as local',
		params: WorkspaceParams,
		body: Type.Object({ id: Type.String({ pattern: MACHINE_ID_PATTERN }) }, { additionalProperties: false }),
		response: Type.Object({
			target: Type.String({ description: 'For leasing its jobs.' }),
			token: Type.String({ description: 'Good for the jobs of this machine alone.' }),
			expiryTime: Time,
		}),
	}),
	leaseJob: route({
		method: 'POST',
		path: '/api/v1/agents/:agent/lease',
		permission: 'job.agent',
		summary: 'Take the next job of a compute target, waiting for one if there is none',
		params: Type.Object({ agent: Type.String() }),
		body: Type.Object(
			{
				target: Type.String(),
				address: Type.Optional(Type.String({ maxLength: 255, default: '127.0.0.1', description: 'Where other nodes reach this one.' })),
				waitMs: Type.Integer({ minimum: 0, maximum: 60_000, default: 0 }),
				holding: Type.Optional(
					Type.Array(Type.String(), {
						description:
							'Runs that this agent has at hand. A job leased to it that is not among them, because the reply was lost or the agent was killed before it kept it, is given again.',
					}),
				),
			},
			{ additionalProperties: false },
		),
		response: Type.Object({
			job: Nullable(JobLease),
			ask: Type.Optional(
				Nullable(
					Type.Union([Type.Literal('introduce'), Type.Literal('leave')], {
						description: 'Of a joined node: to say (again) what it is, or to leave when it is done.',
					}),
				),
			),
		}),
	}),
	renewJob: route({
		method: 'POST',
		path: '/api/v1/jobs/:run/renew',
		permission: 'job.agent',
		summary: 'Renew the lease of a job; the reply says whether it is to be ended',
		params: JobParams,
		body: Type.Object(
			{
				...Fence,
				waitMs: Type.Optional(
					Type.Integer({
						minimum: 0,
						maximum: 30_000,
						default: 0,
						description: 'Hold the reply, with the lease renewed, until the job is to be ended or this time is over.',
					}),
				),
			},
			{ additionalProperties: false },
		),
		response: Type.Object({
			leaseSeconds: Type.Integer(),
			end: Type.Boolean({ description: 'The run was cancelled or failed: end its process tree.' }),
			reason: Nullable(Type.String()),
		}),
	}),
	meetJob: route({
		method: 'POST',
		path: '/api/v1/jobs/:run/meet',
		permission: 'job.agent',
		summary: 'Say that a node of a job may start, and learn what the others offer when all of them may',
		params: JobParams,
		body: Type.Object(
			{ ...Fence, offer: NodeOffer, waitMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 30_000, default: 0 })) },
			{ additionalProperties: false },
		),
		response: Type.Object({
			nodes: Nullable(
				Type.Array(Type.Object({ ...JobNode.properties, ...NodeOffer.properties }), { description: 'By rank; null until all are ready.' }),
			),
		}),
	}),
	getJob: route({
		method: 'GET',
		path: '/api/v1/jobs/:run',
		permission: 'run.read',
		summary: 'Get the job of a run: its definition, its attempt and its nodes',
		params: JobParams,
		response: Job,
	}),
	reportJob: route({
		method: 'POST',
		path: '/api/v1/jobs/:run/report',
		permission: 'job.agent',
		summary: 'Report how a job goes: preparing, running, finalizing, ended',
		params: JobParams,
		body: Type.Object(
			{
				...Fence,
				phase: JobPhaseSchema,
				time: Type.String({ description: 'When it happened on the node.' }),
				passed: Type.Optional(
					Type.Array(Type.Object({ phase: JobPhaseSchema, time: Type.String() }, { additionalProperties: false }), {
						maxItems: JOB_PHASES.length,
						description: 'Phases before this one that were not reported, in their order: of a job so short that one report tells all.',
					}),
				),
				exitCode: Type.Optional(Nullable(Type.Integer())),
				signal: Type.Optional(Nullable(Type.Integer())),
				timedOut: Type.Optional(Type.Boolean()),
				memoryExceeded: Type.Optional(Type.Boolean({ description: 'It was ended for using more than its node has.' })),
				process: Type.Optional(
					Nullable(Type.Integer({ description: 'Of a job of several processes, the one whose end this is; counted over all nodes.' })),
				),
				error: Type.Optional(Type.String({ description: "The script's own last words (its traceback), or why it could not start." })),
			},
			{ additionalProperties: false },
		),
		response: Type.Object({ status: Type.String() }),
	}),
};
