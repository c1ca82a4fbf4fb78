/** Nodes that come from other machines by themselves: how they join, how they leave, and how one that has died is found. */
import { AGENT_PROTOCOL, checkLimit, type JoinNode, type Node, RunsteadError } from '@runstead/contract';
import { VERSION } from '../../version.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import type { NodesOptions } from './nodes.ts';
import type { createPreemption } from './preemption.ts';
import type { Presence } from './presence.ts';
import { presentNode } from './present-node.ts';
import { BROKEN_KEPT_MICROS } from './scaling.ts';
import * as store from './store.ts';

export interface JoinedNode {
	readonly node: Node;
	/** Id of the cluster: what the agent asks jobs of. */
	readonly target: string;
	readonly serverVersion: string;
}

export function createJoinedNodes({
	database,
	demandOf,
	wake,
	find,
	changes,
	presence,
	preemptIn,
}: NodesOptions & Pick<ReturnType<typeof createPreemption>, 'preemptIn'>) {
	/** Why this one may not be the node of that name. @throws {RunsteadError} already-exists. */
	const checkOwner = (cluster: store.ClusterRecord, node: store.NodeRecord, { instance }: JoinNode): void => {
		const known = machineOf(node);
		const isOwn = node.joined === 1 && node.cluster_key === cluster.key;
		// A folder that was lost with its machine leaves its name to the next one; two at once may not have it.
		if (isOwn && (known === null || known.instance === instance || !presence.isPresent(node.id))) return;
		const where = known === null ? '' : ` on ${known.machine.hostname}`;
		throw new RunsteadError('already-exists', { noun: 'node', given: `${node.id}${where}; choose another name (--name)` });
	};

	return {
		/** Makes an agent's machine a node, or finds the one that it was. @throws {RunsteadError} already-exists, agent-not-compatible, limit-exceeded. */
		async join(workspace: WorkspaceRecord, name: string, agent: JoinNode): Promise<JoinedNode> {
			if (agent.protocol !== AGENT_PROTOCOL)
				throw new RunsteadError('agent-not-compatible', {
					agent: agent.machine.agentVersion,
					given: agent.protocol,
					server: VERSION,
					protocol: AGENT_PROTOCOL,
				});
			const cluster = await find(workspace, name);
			const machine = JSON.stringify({ machine: agent.machine, instance: agent.instance });
			await database.write(async (unit) => {
				const known = await store.nodeById(unit.db, agent.id);
				if (known) {
					checkOwner(cluster, known, agent);
					// A node that left and comes again takes jobs again; one that a person has cordoned does not.
					const cordoned = known.state === 'leaving' ? 0 : known.cordoned;
					await store.updateNode(unit.db, known.key, { machine, cordoned });
					await changes.changeStateIn(unit, known, 'idle', null);
				} else {
					const count = (await store.nodesOf(unit.db, cluster.key)).length;
					checkLimit('The number of nodes', count + 1, 'nodesPerCluster');
					await changes.insertIn(unit, cluster, { id: agent.id, state: 'idle', joined: 1, machine });
				}
				unit.afterCommit(() => presence.heard(agent.id));
			});
			const node = (await store.nodeById(database.read, agent.id)) as store.NodeRecord;
			return { node: presentNode(cluster, node, await demandOf(cluster.id)), target: cluster.id, serverVersion: VERSION };
		},

		/**
		 * A joined node takes nothing new. It is gone with its second word, that it has nothing left: between the two it hears of a job
		 * that it was given at the very moment. @throws {RunsteadError} not-found.
		 */
		async leave(
			workspace: WorkspaceRecord,
			name: string,
			nodeId: string,
			isPreempted = false,
		): Promise<{ runs: string[]; isGone: boolean }> {
			const cluster = await find(workspace, name);
			return database.write(async (unit) => {
				const node = await store.nodeById(unit.db, nodeId);
				// It was removed already: a second word changes nothing.
				if (!node) return { runs: [], isGone: true };
				if (node.cluster_key !== cluster.key || node.joined === 0)
					throw new RunsteadError('not-found', { noun: 'joined node', given: `${nodeId} of ${cluster.name}` });
				if (isPreempted) await preemptIn(unit, node, { reason: 'Its machine is being taken away.', actor: nodeId });
				// It stays for a while to be seen.
				if (isPreempted || node.state === 'preempted') return { runs: [], isGone: true };
				const run = (await demandOf(cluster.id)).busy.get(nodeId);
				const runs = run === undefined ? [] : [run];
				const isGone = node.state === 'leaving' && runs.length === 0;
				if (isGone) {
					await changes.removeIn(unit, node, 'It has left.');
					unit.afterCommit(() => presence.forget(nodeId));
				} else {
					await changes.changeStateIn(unit, node, 'leaving', 'It leaves when it has no job left.');
					unit.afterCommit(() => wake(cluster.id));
				}
				return { runs, isGone };
			});
		},

		/** What a server asks of an agent that waits for a job. */
		async askOf(nodeId: string): Promise<'introduce' | 'leave' | null> {
			const node = await store.nodeById(database.read, nodeId);
			if (!node || node.joined === 0) return null;
			return node.state === 'leaving' ? 'leave' : node.machine === null ? 'introduce' : null;
		},

		/** Something was heard of a node's agent. */
		heard(nodeId: string): void {
			presence.heard(nodeId);
		},

		/** The connection of an agent that waited for a job broke. */
		hungUp: (nodeId: string): void => presence.hungUp(nodeId),
	};
}

/** What should become of a joined node of which nothing is heard; null: nothing. */
export function fateOf(
	node: store.NodeRecord,
	isBusy: boolean,
	presence: Presence,
	now: number,
): { to: 'unusable' | 'gone'; reason: string } | null {
	if (node.joined === 0) return null;
	if (node.state === 'preempted')
		return now - node.state_time >= BROKEN_KEPT_MICROS ? { to: 'gone', reason: node.state_reason ?? '' } : null;
	const state = presence.stateOf(node.id);
	const where = machineOf(node)?.machine.hostname;
	if (state === 'present') return null;
	const reason = `Nothing is heard of its agent${where === undefined ? '' : ` on ${where}`}: it or its machine has stopped, or the way to the server is broken.`;
	if (!isBusy && (state === 'forgotten' || node.state === 'leaving')) return { to: 'gone', reason };
	return node.state === 'unusable' ? null : { to: 'unusable', reason };
}

function machineOf(node: store.NodeRecord): Pick<JoinNode, 'machine' | 'instance'> | null {
	return node.machine === null ? null : (JSON.parse(node.machine) as Pick<JoinNode, 'machine' | 'instance'>);
}
