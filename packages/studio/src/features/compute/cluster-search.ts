/** What the page of a cluster shows, as it stands in its address. */
const TABS = ['runs', 'nodes', 'waits', 'events', 'scale'] as const;
export type ClusterTab = (typeof TABS)[number];

export interface ClusterSearch {
	/** Absent for the runs. */
	readonly tab?: ClusterTab;
}

export const DEFAULT_CLUSTER_TAB: ClusterTab = 'runs';

export function parseClusterSearch(given: Record<string, unknown>): ClusterSearch {
	const tab = TABS.find((one) => one === given.tab);
	return tab === undefined || tab === DEFAULT_CLUSTER_TAB ? {} : { tab };
}
