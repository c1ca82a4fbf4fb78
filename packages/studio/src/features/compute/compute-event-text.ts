/** What happened to a cluster or a node, in one sentence. */
import type { ComputeEvent } from '@runstead/contract';

export function eventText({ type, subject, data }: Pick<ComputeEvent, 'type' | 'subject' | 'data'>): string {
	const reason = typeof data.reason === 'string' && data.reason !== '' ? `: ${data.reason}` : '';
	switch (type) {
		case 'node.changed':
			return `${subject} ${nodeChange(data)}${reason}`;
		case 'cluster.created':
			return `Created with ${data.minNodes} to ${data.maxNodes} nodes of ${data.vmSize}`;
		case 'cluster.changed':
			return `Changed: ${data.minNodes} to ${data.maxNodes} nodes`;
		case 'cluster.resized':
			return `Resizing from ${data.currentNodes} to ${data.targetNodes} nodes`;
		case 'cluster.deleting':
			return 'Being deleted';
		case 'cluster.deleted':
			return 'Deleted';
		default:
			return `${type} ${subject}${reason}`;
	}
}

function nodeChange({ from, to }: Readonly<Record<string, unknown>>): string {
	if (to === 'gone') return 'has left';
	return typeof from === 'string' ? `went from ${from} to ${String(to)}` : `came, ${String(to)}`;
}
