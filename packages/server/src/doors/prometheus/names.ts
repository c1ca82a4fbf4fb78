/** Names as Prometheus wants them: `Active Nodes` is runstead_active_nodes, `CpuUtilization` runstead_cpu_utilization. */

/** Words that would fall apart: no word of ours ends within them. */
const WHOLE_WORDS: Readonly<Record<string, string>> = { MilliGPUs: 'MilliGpus', StorageAPI: 'StorageApi' };

/** @example snakeCase('GpuCapacityMilliGPUs') === 'gpu_capacity_milli_gpus' */
export function snakeCase(name: string): string {
	let text = name;
	for (const [word, whole] of Object.entries(WHOLE_WORDS)) text = text.replace(word, whole);
	return text
		.replace(/([a-z0-9])([A-Z])/g, '$1_$2')
		.replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
		.replace(/[^A-Za-z0-9]+/g, '_')
		.toLowerCase();
}

const BYTES_PER_MEGABYTE = 1e6;

/** The name of a metric and what its values are multiplied by: Prometheus has times in seconds and sizes in bytes, and says so in the name. */
export function baseUnit(name: string, unit: string): { name: string; factor: number } {
	const plain = snakeCase(name);
	if (plain.endsWith('_megabytes')) return { name: plain.replace(/megabytes$/, 'bytes'), factor: BYTES_PER_MEGABYTE };
	return { name: unit === 'Seconds' ? `${plain}_seconds` : plain, factor: 1 };
}

/** A value of a label, escaped as both text formats want it. */
export function labelText(labels: Readonly<Record<string, string>>): string {
	const pairs = Object.entries(labels)
		.filter(([, value]) => value !== '')
		.map(([name, value]) => `${name}="${value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"')}"`);
	return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
