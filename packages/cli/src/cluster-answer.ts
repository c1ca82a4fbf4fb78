/** A cluster as the commands answer it. */
import type { Cluster } from '@runstead/contract';
import { type Answer, documentAnswer } from './output/answer.ts';
import { timeText } from './run/values.ts';

/** @example boundsOf({ minNodes: 0, maxNodes: 4 }) === '0 to 4' */
export function boundsOf({ minNodes, maxNodes }: Pick<Cluster, 'minNodes' | 'maxNodes'>): string {
	return minNodes === maxNodes ? String(minNodes) : `${minNodes} to ${maxNodes}`;
}

function nodesInWords({ currentNodes, nodeCounts }: Cluster): string {
	const states = Object.entries(nodeCounts).filter(([, count]) => count > 0);
	return currentNodes === 0 ? 'none' : states.map(([state, count]) => `${count} ${state}`).join(', ');
}

export function clusterAnswer(cluster: Cluster): Answer {
	const tags = Object.entries(cluster.tags).map(([key, value]) => (value === null ? key : `${key}=${value}`));
	const pairs: [string, string][] = [
		['Cluster', cluster.name],
		['VM size', `${cluster.vmSize}, ${cluster.vmPriority}`],
		['May have', `${boundsOf(cluster)} nodes, idle for at most ${cluster.idleSecondsBeforeScaleDown} s`],
		['Nodes', `${nodesInWords(cluster)}${cluster.allocationState === 'resizing' ? ` (resizing to ${cluster.targetNodes})` : ''}`],
		['Runs', `${cluster.activeRuns} at work, ${cluster.queuedRuns} waiting`],
	];
	if (cluster.maxConcurrentRuns !== null) pairs.push(['Runs at once', `at most ${cluster.maxConcurrentRuns}`]);
	if (cluster.enforceMemory) pairs.push(['Memory', 'a job that uses more than its VM size has is ended']);
	if (cluster.description !== '') pairs.push(['Description', cluster.description]);
	if (tags.length > 0) pairs.push(['Tags', tags.join(', ')]);
	pairs.push(['Made', `${timeText(cluster.createdTime)} by ${cluster.createdBy}`]);
	return documentAnswer(cluster, pairs, { remark: cluster.note ?? undefined });
}
