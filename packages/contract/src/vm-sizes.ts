/** VM sizes by the names that Azure's users know, with what each stands for. A node of a cluster gets that share of its machine. */
import { nearestNameOrNull } from './nearest-name.ts';

export interface VmSize {
	readonly name: string;
	readonly family: string;
	readonly cores: number;
	readonly memoryGiB: number;
	readonly gpus: number;
}

/** A series: its sizes as [name, cores, GiB of memory, GPUs]. */
function series(family: string, sizes: readonly (readonly [string, number, number, number?])[]): VmSize[] {
	return sizes.map(([name, cores, memoryGiB, gpus = 0]) => ({ name: `STANDARD_${name}`, family, cores, memoryGiB, gpus }));
}

/** Source of the figures: Azure's documentation of virtual machine sizes. */
export const VM_SIZES: readonly VmSize[] = [
	...series('standardDv2Family', [
		['D1_V2', 1, 3.5],
		['D2_V2', 2, 7],
		['D3_V2', 4, 14],
		['D4_V2', 8, 28],
		['D5_V2', 16, 56],
		['D11_V2', 2, 14],
		['D12_V2', 4, 28],
		['D13_V2', 8, 56],
		['D14_V2', 16, 112],
	]),
	...series('standardDSv2Family', [
		['DS1_V2', 1, 3.5],
		['DS2_V2', 2, 7],
		['DS3_V2', 4, 14],
		['DS4_V2', 8, 28],
		['DS5_V2', 16, 56],
		['DS11_V2', 2, 14],
		['DS12_V2', 4, 28],
		['DS13_V2', 8, 56],
		['DS14_V2', 16, 112],
	]),
	...series('standardDSv3Family', [
		['D2S_V3', 2, 8],
		['D4S_V3', 4, 16],
		['D8S_V3', 8, 32],
		['D16S_V3', 16, 64],
		['D32S_V3', 32, 128],
	]),
	...series('standardFSv2Family', [
		['F2S_V2', 2, 4],
		['F4S_V2', 4, 8],
		['F8S_V2', 8, 16],
		['F16S_V2', 16, 32],
		['F32S_V2', 32, 64],
	]),
	...series('standardESv3Family', [
		['E2S_V3', 2, 16],
		['E4S_V3', 4, 32],
		['E8S_V3', 8, 64],
		['E16S_V3', 16, 128],
	]),
	...series('standardNCFamily', [
		['NC6', 6, 56, 1],
		['NC12', 12, 112, 2],
		['NC24', 24, 224, 4],
	]),
	...series('standardNCSv3Family', [
		['NC6S_V3', 6, 112, 1],
		['NC12S_V3', 12, 224, 2],
		['NC24S_V3', 24, 448, 4],
	]),
	...series('standardNCASv3_T4Family', [
		['NC4AS_T4_V3', 4, 28, 1],
		['NC8AS_T4_V3', 8, 56, 1],
		['NC16AS_T4_V3', 16, 110, 1],
		['NC64AS_T4_V3', 64, 440, 4],
	]),
	...series('standardNDSv2Family', [['ND40RS_V2', 40, 672, 8]]),
];

const BY_NAME = new Map(VM_SIZES.map((size) => [size.name, size]));

/** Of so many sizes that begin as a mistyped one the names are told. */
const NEAR_MAX = 5;

/** The names of sizes that were probably meant: those that begin so, or else the nearest. */
export function nearVmSizes(given: string): string[] {
	// All begin alike: only what follows tells.
	const wanted = given.toUpperCase().replace(/^STANDARD_/, '');
	const names = [...BY_NAME.keys()].map((name) => name.replace(/^STANDARD_/, ''));
	const beginning = wanted === '' ? [] : names.filter((name) => name.startsWith(wanted));
	const nearest = nearestNameOrNull(wanted, names);
	const near = beginning.length > 0 ? beginning.slice(0, NEAR_MAX) : nearest === null ? [] : [nearest];
	return near.map((name) => `STANDARD_${name}`);
}

/** The size of a name in any case. */
export function vmSizeOrNull(name: string): VmSize | null {
	return BY_NAME.get(name.toUpperCase()) ?? null;
}
