/** Which quotas are worth a place on the page unasked. */
import { DEDICATED_QUOTA, type Quota } from '@runstead/contract';

/** The one of all dedicated cores always, the others when they are used, used up, or were given to the workspace. */
export function isTold(quota: Pick<Quota, 'name' | 'usedCores' | 'freeCores' | 'workspaceLimitCores'>): boolean {
	return quota.name === DEDICATED_QUOTA || quota.usedCores > 0 || quota.freeCores === 0 || quota.workspaceLimitCores !== null;
}
