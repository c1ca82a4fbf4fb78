/** What the address of an environment's page says: which version is shown. */
import type { Environment } from '@runstead/contract';

export interface EnvironmentSearch {
	readonly version?: Environment['version'];
}

/** Anything but a version number is left out, so that an address typed by hand opens the newest. */
export function parseEnvironmentSearch(search: Record<string, unknown>): EnvironmentSearch {
	const version = Number(search.version);
	return Number.isSafeInteger(version) && version >= 1 ? { version } : {};
}
