/** Clusters as compute targets of type AmlCompute: read through the provider of resources, written through the resource manager. */
import { type Cluster, LIMITS, RunsteadError, VM_PRIORITIES, VM_SIZES, type VmPriority } from '@runstead/contract';
import type { FastifyInstance } from 'fastify';
import type { Capabilities } from '../../create-capabilities.ts';
import type { Addresses } from '../../http/addresses.ts';
import type { Guard } from '../../http/guard.ts';
import { type Fields, objectOf, textOf, textsOf } from './fields.ts';
import type { AzureCall, AzureToolbox } from './toolbox.ts';

const PROVIDER = '/rp/workspaces';
const MANAGER = '';
const DEFAULT_MAX_NODES = 4;
/** As .NET and ISO 8601 have it: PT300S, PT5M, P1DT2H. */
const DURATION = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?$/;

export interface ComputeRoutes {
	readonly app: FastifyInstance;
	readonly guard: Guard;
	readonly capabilities: Capabilities;
	readonly addresses: Addresses;
}

export function serveCompute({ serve }: AzureToolbox, { app, guard, capabilities, addresses }: ComputeRoutes): void {
	const { compute, workspaces } = capabilities;
	const present = (cluster: Cluster, call: AzureCall): object => presentCluster(cluster, resourcePath(call, workspaces.subscriptionId));
	/** The work is done when the reply is sent; the client asks nevertheless whether it is. */
	const done = (call: AzureCall): void => {
		const { request, reply } = call;
		const operation = `${addresses.own(request)}${resourcePath(call, workspaces.subscriptionId)}/computeOperations/${call.params.compute}`;
		reply.header('azure-asyncoperation', operation);
	};

	for (const service of [PROVIDER, MANAGER]) {
		const read = { service, method: 'GET', permission: 'workspace.read' } as const;
		serve({ ...read, path: '/computes' }, async (call) => {
			const { clusters } = await compute.list(call.workspace, LIMITS.pageSize.max);
			return { value: clusters.map((cluster) => present(cluster, call)) };
		});
		serve({ ...read, path: '/computes/:compute' }, async (call) =>
			present(await compute.present(await compute.find(call.workspace, call.params.compute as string)), call),
		);
		serve({ ...read, path: '/computeOperations/:compute' }, () => ({ status: 'Succeeded' }));
		serve({ ...read, method: 'POST', path: '/computes/:compute/listNodes' }, async (call) => {
			const nodes = await compute.nodes(call.workspace, call.params.compute as string);
			return {
				nodes: nodes.map(({ id, state, runId, machine }) => ({
					nodeId: id,
					nodeState: state,
					runId,
					privateIpAddress: machine?.address ?? null,
					publicIpAddress: null,
					port: null,
				})),
			};
		});
	}

	const write = { service: MANAGER, permission: 'workspace.write', path: '/computes/:compute' } as const;
	serve({ ...write, method: 'PUT' }, async (call) => {
		const { workspace, params, principal } = call;
		const name = params.compute as string;
		const properties = objectOf(objectOf(call.body).properties, 'properties');
		const type = textOf(properties, 'computeType') ?? '';
		if (type.toLowerCase() !== 'amlcompute')
			throw new RunsteadError('invalid-request', { what: `Compute of type ${JSON.stringify(type)} is not made here: AmlCompute is.` });
		const inner = objectOf(properties.properties ?? {}, 'properties.properties');
		const tags = textsOf(objectOf(call.body), 'tags');
		const description = textOf(properties, 'description');
		const made = await compute.create(
			workspace,
			{
				name,
				vmSize: textOf(inner, 'vmSize') ?? '',
				vmPriority: priorityOf(inner),
				maxNodes: DEFAULT_MAX_NODES,
				...scaleOf(inner),
				...(description !== undefined && { description }),
				...(tags && { tags }),
			},
			principal.name,
		);
		done(call);
		call.reply.code(201);
		return present(made, call);
	});
	serve({ ...write, method: 'PATCH' }, async (call) => {
		const { workspace, params, principal } = call;
		const body = objectOf(call.body);
		const properties = objectOf(body.properties ?? {}, 'properties');
		const tags = textsOf(body, 'tags');
		const change = { ...scaleOf(objectOf(properties.properties ?? properties, 'properties')), ...(tags && { tags }) };
		const changed = await compute.update(workspace, params.compute as string, change, principal.name);
		done(call);
		return present(changed, call);
	});
	serve({ ...write, method: 'DELETE' }, async (call) => {
		await compute.remove(call.workspace, call.params.compute as string, false, call.principal.name);
		done(call);
		return '';
	});

	app.get('/subscriptions/:subscription/providers/Microsoft.MachineLearningServices/locations/:location/vmSizes', (request) => {
		guard.screen(request.raw);
		return {
			amlCompute: VM_SIZES.map(({ name, cores, gpus, memoryGiB }) => ({
				name,
				vCPUs: cores,
				gpus,
				memoryGB: memoryGiB,
				maxResourceVolumeMB: 0,
				osVhdSizeMB: 0,
				lowPriorityCapable: true,
				premiumIO: false,
			})),
		};
	});
}

function resourcePath({ workspace }: AzureCall, subscriptionId: string): string {
	return `/subscriptions/${subscriptionId}/resourceGroups/${encodeURIComponent(workspace.resource_group)}/providers/Microsoft.MachineLearningServices/workspaces/${encodeURIComponent(workspace.name)}`;
}

function priorityOf(fields: Fields): VmPriority {
	const given = (textOf(fields, 'vmPriority') ?? 'dedicated').toLowerCase();
	const known = VM_PRIORITIES.find((one) => one === given);
	if (known === undefined) throw new RunsteadError('invalid-request', { what: `There is no vmPriority ${JSON.stringify(given)}.` });
	return known;
}

function scaleOf(fields: Fields): { minNodes?: number; maxNodes?: number; idleSecondsBeforeScaleDown?: number } {
	const settings = objectOf(fields.scaleSettings ?? {}, 'scaleSettings');
	const count = (name: string): number | undefined => {
		const value = settings[name];
		if (value === undefined || value === null) return undefined;
		if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > LIMITS.nodesPerCluster.max)
			throw new RunsteadError('invalid-request', {
				what: `${name} is ${JSON.stringify(value)}, not a number of nodes (0 to ${LIMITS.nodesPerCluster.max}).`,
			});
		return value;
	};
	const [minNodes, maxNodes] = [count('minNodeCount'), count('maxNodeCount')];
	const idle = settings.nodeIdleTimeBeforeScaleDown;
	return {
		...(minNodes !== undefined && { minNodes }),
		...(maxNodes !== undefined && { maxNodes }),
		...(idle !== undefined && idle !== null && { idleSecondsBeforeScaleDown: secondsOf(idle) }),
	};
}

function secondsOf(given: unknown): number {
	if (typeof given === 'number' && given >= 0) return Math.floor(given);
	const parts = typeof given === 'string' ? DURATION.exec(given) : null;
	if (!parts)
		throw new RunsteadError('invalid-request', {
			what: `nodeIdleTimeBeforeScaleDown is ${JSON.stringify(given)}, not a length of time such as PT120S.`,
		});
	const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
	return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

function presentCluster(cluster: Cluster, workspacePath: string): object {
	const { name, nodeCounts: counts } = cluster;
	const resized = cluster.allocationState === 'resizing';
	return {
		id: `${workspacePath}/computes/${name}`,
		name,
		type: 'Microsoft.MachineLearningServices/workspaces/computes',
		location: 'local',
		tags: cluster.tags,
		properties: {
			computeType: 'AmlCompute',
			computeLocation: 'local',
			description: cluster.description,
			resourceId: null,
			isAttachedCompute: false,
			disableLocalAuth: true,
			createdOn: cluster.createdTime,
			modifiedOn: cluster.modifiedTime,
			provisioningState: 'Succeeded',
			provisioningErrors: null,
			properties: {
				vmSize: cluster.vmSize,
				vmPriority: cluster.vmPriority === 'dedicated' ? 'Dedicated' : 'LowPriority',
				osType: 'Linux',
				scaleSettings: {
					minNodeCount: cluster.minNodes,
					maxNodeCount: cluster.maxNodes,
					nodeIdleTimeBeforeScaleDown: `PT${cluster.idleSecondsBeforeScaleDown}S`,
				},
				subnet: null,
				remoteLoginPortPublicAccess: 'Disabled',
				allocationState: resized ? 'Resizing' : 'Steady',
				allocationStateTransitionTime: cluster.modifiedTime,
				creationTime: cluster.createdTime,
				currentNodeCount: cluster.currentNodes,
				targetNodeCount: cluster.targetNodes,
				nodeStateCounts: {
					preparingNodeCount: counts.preparing ?? 0,
					runningNodeCount: counts.running ?? 0,
					idleNodeCount: counts.idle ?? 0,
					unusableNodeCount: counts.unusable ?? 0,
					leavingNodeCount: counts.leaving ?? 0,
					preemptedNodeCount: counts.preempted ?? 0,
				},
				errors: null,
			},
		},
	};
}
