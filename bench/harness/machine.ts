/** What the numbers were measured on: they mean nothing without it. */
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

export interface Machine {
	readonly cpu: string;
	readonly cores: number;
	readonly memoryGiB: number;
	readonly system: string;
	readonly node: string;
	/** Processes that wanted a core in the last minute: above the number of cores, others were at work too. */
	readonly load: number;
}

export function describeMachine(): Machine {
	return {
		cpu: cpus()[0]?.model.trim() ?? 'unknown',
		cores: availableParallelism(),
		memoryGiB: Math.round(totalmem() / 1024 ** 3),
		system: `${type()} ${release()}`,
		node: process.version,
		load: Math.round((loadavg()[0] as number) * 10) / 10,
	};
}

export function machineLine({ cpu, cores, memoryGiB, system, node, load }: Machine): string {
	return `${cores} cores of ${cpu}, ${memoryGiB} GiB, ${system}, Node ${node}, load ${load}`;
}
