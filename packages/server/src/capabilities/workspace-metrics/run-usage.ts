/** What jobs use of their nodes: the samples that agents log as metrics of the run (docs/concepts/metrics.md), by workspace metric. */
import { type Job, SYSTEM_METRIC_PREFIX } from '@runstead/contract';
import type { NodeCapacity } from '../compute/service.ts';
import type { NewPoints } from '../metrics/service.ts';
import type { RunRecord } from '../runs/service.ts';
import type { Dimensions, Sample } from './samples.ts';

const MEGABYTES_PER_MIB = 1.048576;
const MILLI_PER_PERCENT = 10;
const LOCAL_NODE = 'local';

/** The metrics of one node's job by the last part of the name; `node_1/` is before it where a job has several nodes. */
const NAME = /^(?:node_(\d+)\/)?(?:gpu_(\d+)_)?(\w+)$/;

export interface RunPlace {
	readonly run: RunRecord;
	readonly nodes: Job['nodes'];
	/** What its node offers; null where that is not known. */
	readonly capacity: NodeCapacity | null;
}

interface Source {
	readonly metric: string;
	readonly value: number;
	/** It grows from the beginning of the job on; what it grew by is a part of what its minute measures once. */
	readonly isTotal?: boolean;
	/** With the dimensions that CpuUtilization and GpuUtilization have, which are older than the others. */
	readonly isOlder?: boolean;
}

/** What a sample of an agent says. */
function sourcesOf(name: string, isGpu: boolean, value: number, capacity: NodeCapacity | null): Source[] {
	if (isGpu && name === 'percent')
		return [
			{ metric: 'GpuUtilization', value, isOlder: true },
			{ metric: 'GpuUtilizationPercentage', value },
			{ metric: 'GpuUtilizationMilliGPUs', value: value * MILLI_PER_PERCENT },
			{ metric: 'GpuCapacityMilliGPUs', value: 1_000 },
		];
	if (isGpu) return name === 'memory_mib' ? [{ metric: 'GpuMemoryUtilizationMegabytes', value: value * MEGABYTES_PER_MIB }] : [];
	switch (name) {
		case 'cpu_percent':
			return [
				{ metric: 'CpuUtilizationMillicores', value: value * MILLI_PER_PERCENT },
				...(capacity ? [{ metric: 'CpuCapacityMillicores', value: capacity.cores * 1_000 }] : []),
			];
		case 'cpu_node_percent':
			return [
				{ metric: 'CpuUtilization', value, isOlder: true },
				{ metric: 'CpuUtilizationPercentage', value },
			];
		case 'memory_mib': {
			const megabytes = value * MEGABYTES_PER_MIB;
			if (!capacity) return [{ metric: 'CpuMemoryUtilizationMegabytes', value: megabytes }];
			const capacityMegabytes = capacity.memoryBytes / 1e6;
			return [
				{ metric: 'CpuMemoryUtilizationMegabytes', value: megabytes },
				{ metric: 'CpuMemoryCapacityMegabytes', value: capacityMegabytes },
				{ metric: 'CpuMemoryUtilizationPercentage', value: (100 * megabytes) / capacityMegabytes },
			];
		}
		case 'disk_read_mib':
			return [{ metric: 'DiskReadMegabytes', value: value * MEGABYTES_PER_MIB, isTotal: true }];
		case 'disk_write_mib':
			return [{ metric: 'DiskWriteMegabytes', value: value * MEGABYTES_PER_MIB, isTotal: true }];
		case 'network_received_mib':
			return [{ metric: 'NetworkInputMegabytes', value: value * MEGABYTES_PER_MIB, isTotal: true }];
		case 'network_sent_mib':
			return [{ metric: 'NetworkOutputMegabytes', value: value * MEGABYTES_PER_MIB, isTotal: true }];
		default:
			return [];
	}
}

function dimensionsOf({ run, nodes }: RunPlace, rank: number, device: string | undefined, isOlder: boolean): Dimensions {
	const node = nodes.find((one) => one.rank === rank)?.node ?? LOCAL_NODE;
	const target = run.target ?? LOCAL_NODE;
	const ofDevice: Dimensions = device === undefined ? {} : { DeviceId: device };
	return isOlder
		? { runId: run.id, NodeId: node, ClusterName: target, ...ofDevice }
		: { RunId: run.id, InstanceId: node, ComputeName: target, ...ofDevice };
}

/** By how much a total grew; one that is less than before began anew with a further attempt. */
const growth = (value: number, before: number): number => (value >= before ? value - before : value);

/** The samples of a series of a run that are new. */
export function samplesOfUsage(place: RunPlace, { name, times, values, valueBefore }: NewPoints): Sample[] {
	const [, rank = '0', device, measure] = NAME.exec(name.slice(SYSTEM_METRIC_PREFIX.length)) ?? [];
	if (measure === undefined) return [];
	const dimensions = [false, true].map((isOlder) => dimensionsOf(place, Number(rank), device, isOlder)) as [Dimensions, Dimensions];
	const sourcesAt = (value: number) => sourcesOf(measure, device !== undefined, value, place.capacity);
	const samples: Sample[] = [];
	let before = sourcesAt(valueBefore ?? 0);
	for (const [index, time] of times.entries()) {
		const sources = sourcesAt(values[index] as number);
		for (const [ordinal, { metric, value, isTotal, isOlder = false }] of sources.entries())
			samples.push({
				workspaceKey: place.run.workspace_key,
				metric,
				dimensions: dimensions[isOlder ? 1 : 0],
				time,
				value: isTotal ? growth(value, (before[ordinal] as Source).value) : value,
				...(isTotal && { isPart: true }),
			});
		before = sources;
	}
	return samples;
}
