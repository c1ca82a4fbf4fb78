/** Whose turn it is among waiting jobs, and why they wait, in words. */
import type { Cluster } from '@runstead/contract';

interface Waiting {
	readonly experiment_key: number;
	readonly priority: number;
}

/**
 * The order in which jobs will be taken: the more urgent first; among equals experiments take turns, the one with the fewest
 * jobs at work begins; within an experiment by time. `jobs` come by priority and time.
 */
export function inTurn<Job extends Waiting>(jobs: readonly Job[], active: ReadonlyMap<number, number>): Job[] {
	const seen = new Map<string, number>();
	const keyed = jobs.map((job, index) => {
		const key = `${job.priority} ${job.experiment_key}`;
		const before = seen.get(key) ?? 0;
		seen.set(key, before + 1);
		return { job, index, load: (active.get(job.experiment_key) ?? 0) + before };
	});
	return keyed
		.sort((left, right) => right.job.priority - left.job.priority || left.load - right.load || left.index - right.index)
		.map(({ job }) => job);
}

/** Runs that a sentence names; more are counted. */
const NAMED_RUNS_MAX = 3;

/** Why a job waits for a cluster; `busy` has the run of each node that executes something. */
export function reasonToWait(cluster: Cluster, busy: ReadonlyMap<string, string>, nodeCount: number): string {
	const { name, currentNodes, maxNodes, maxConcurrentRuns, nodeCounts } = cluster;
	const activeRuns = [...new Set(busy.values())];
	const parts: string[] = [];
	if (maxNodes === 0 && currentNodes === 0) return `${name} has no nodes and makes none: let a machine join it, or raise its maxNodes.`;
	const mostNodes = Math.max(maxNodes, currentNodes);
	if (nodeCount > mostNodes)
		return `It takes ${nodeCount} nodes at once, and ${name} may have ${mostNodes}: raise its maxNodes, or cancel the run.`;
	if (nodeCount > 1) {
		const free = Math.min(nodeCounts.idle ?? 0, nodeCount);
		const lacking = nodeCount - free;
		if (lacking > 0) parts.push(`It takes ${nodeCount} nodes at once: ${free} ${free === 1 ? 'is' : 'are'} free, ${lacking} lacking`);
	}
	if (busy.size > 0)
		parts.push(`${count(busy.size, 'node')} of ${name} ${busy.size === 1 ? 'is' : 'are'} busy with ${runsInWords(activeRuns)}`);
	if (nodeCounts.preparing)
		parts.push(`${nodeCounts.preparing}${busy.size > 0 ? ' more' : ` of ${name}`} ${nodeCounts.preparing === 1 ? 'is' : 'are'} starting`);
	if (nodeCounts.leaving) parts.push(`${count(nodeCounts.leaving, 'node')} ${nodeCounts.leaving === 1 ? 'is' : 'are'} leaving`);
	if (nodeCounts.unusable) parts.push(`${count(nodeCounts.unusable, 'node')} ${nodeCounts.unusable === 1 ? 'is' : 'are'} unusable`);
	if (cluster.blockedReason !== null) parts.push(cluster.blockedReason);
	if (maxConcurrentRuns !== null && activeRuns.length >= maxConcurrentRuns) parts.push(`it runs at most ${maxConcurrentRuns} at once`);
	if (parts.length === 0) return nodeCount > 1 ? `Nodes of ${name} are about to take it.` : `A node of ${name} is about to take it.`;
	const text = parts.join('; ');
	return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

function count(number: number, noun: string): string {
	return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function runsInWords(runs: readonly string[]): string {
	const named = runs.slice(0, NAMED_RUNS_MAX);
	const more = runs.length - named.length;
	const last = more > 0 ? `${more} more` : named.pop();
	const words = named.length > 0 ? `${named.join(', ')} and ${last}` : last;
	return `run${runs.length === 1 ? '' : 's'} ${words}`;
}
