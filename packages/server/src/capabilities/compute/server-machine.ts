/** The machine of the server, which the nodes that it makes share. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus as allCpus, totalmem } from 'node:os';
import { type Node, vmSizeOrNull } from '@runstead/contract';

export interface Machine {
	/** Numbers of the processors that this process may use. */
	readonly cpus: readonly number[];
	readonly memoryBytes: number;
	/** Ids as CUDA_VISIBLE_DEVICES takes them. */
	readonly gpus: readonly string[];
}

const BYTES_PER_GIB = 1024 ** 3;
const NVIDIA_SMI_TIMEOUT_MS = 10_000;

let known: Machine | null = null;

/** What there is; looked at once, since it stays. */
export function serverMachine(): Machine {
	known ??= { cpus: usableCpus(), memoryBytes: totalmem(), gpus: usableGpus() };
	return known;
}

/** What a node of a size has of this machine: no more than there is. */
export function shareOfSize(vmSize: string): NonNullable<Node['share']> {
	const size = vmSizeOrNull(vmSize);
	const { cpus, memoryBytes, gpus } = serverMachine();
	return {
		vmSize,
		cores: Math.min(size?.cores ?? cpus.length, cpus.length),
		memoryBytes: Math.min(Math.round((size?.memoryGiB ?? Number.POSITIVE_INFINITY) * BYTES_PER_GIB), memoryBytes),
		gpus: Math.min(size?.gpus ?? 0, gpus.length),
	};
}

/** @example cpusOfList('0-2,8') gives [0, 1, 2, 8] */
export function cpusOfList(list: string): number[] {
	return list.split(',').flatMap((part) => {
		const [first, last = first] = part.split('-').map(Number) as [number, number?];
		return Array.from({ length: last - first + 1 }, (_, index) => first + index);
	});
}

/** A container or a batch system may allow fewer than the machine has. */
function usableCpus(): number[] {
	const list =
		process.platform === 'linux' ? /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] : undefined;
	return list === undefined ? allCpus().map((_, index) => index) : cpusOfList(list);
}

/** Those that the server itself may use, where that is said; else what `nvidia-smi` lists. */
function usableGpus(): string[] {
	const said = process.env.CUDA_VISIBLE_DEVICES;
	if (said !== undefined) return said.split(',').filter((id) => id !== '' && id !== '-1');
	try {
		const listed = execFileSync('nvidia-smi', ['--query-gpu=index', '--format=csv,noheader'], {
			encoding: 'utf8',
			timeout: NVIDIA_SMI_TIMEOUT_MS,
			stdio: ['ignore', 'pipe', 'ignore'],
		});
		return listed.split('\n').filter((id) => /^\d+$/.test(id.trim()));
	} catch {
		return [];
	}
}
