/** Whether a page of the monitor is about one workspace or about all that the reader may see. */
export const MONITOR_SCOPES = ['workspace', 'all'] as const;
export type MonitorScope = (typeof MONITOR_SCOPES)[number];

export function parseScope(given: unknown): MonitorScope {
	return given === 'all' ? 'all' : 'workspace';
}
