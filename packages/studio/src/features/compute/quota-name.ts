/** What quotas are called where people read them. */
import { DEDICATED_QUOTA, LOW_PRIORITY_QUOTA } from '@runstead/contract';

const NAMES: Readonly<Record<string, string>> = { [DEDICATED_QUOTA]: 'All dedicated nodes', [LOW_PRIORITY_QUOTA]: 'Low-priority nodes' };

/** A family of machines is called as it is written. */
export function quotaName(quota: string): string {
	return NAMES[quota] ?? quota;
}
