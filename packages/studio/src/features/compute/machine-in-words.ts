/** What a node has to run with, in one line. */
import type { Node } from '@runstead/contract';
import { formatBytes } from '../../shared/format/bytes.ts';

const MIB = 1024 * 1024;

/** Of a machine that joined, which is the node's alone. */
export function machineInWords(machine: NonNullable<Node['machine']>): string {
	return [
		machine.hostname,
		cores(machine.cores),
		`${formatBytes(machine.memoryMib * MIB)} of memory`,
		machine.gpus.length === 0 ? 'no GPU' : machine.gpus.join(', '),
		machine.platform,
		`Python ${machine.pythonVersion}`,
	].join(' · ');
}

/** Of the machine of the server, which other nodes share. */
export function shareInWords(share: NonNullable<Node['share']>): string {
	const gpus = share.gpus === 0 ? 'no GPU' : `${share.gpus} ${share.gpus === 1 ? 'GPU' : 'GPUs'}`;
	return `${share.vmSize} on this server: ${cores(share.cores)}, ${formatBytes(share.memoryBytes)} of memory, ${gpus}`;
}

function cores(count: number): string {
	return `${count} ${count === 1 ? 'core' : 'cores'}`;
}
