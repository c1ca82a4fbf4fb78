/** What the page of alerts shows, as it stands in its address. */
import { type MonitorScope, parseScope } from './monitor-scope.ts';

const TABS = ['alerts', 'rules', 'groups'] as const;
export type AlertsTab = (typeof TABS)[number];

export interface AlertsSearch {
	readonly tab?: AlertsTab;
	/** The alert that is looked at. */
	readonly alert?: string;
	/** Also those that were resolved or closed. */
	readonly past?: boolean;
	readonly scope?: MonitorScope;
}

export function parseAlertsSearch(given: Record<string, unknown>): AlertsSearch {
	const tab = TABS.find((one) => one === given.tab);
	const scope = parseScope(given.scope);
	return {
		...(tab !== undefined && tab !== 'alerts' && { tab }),
		...(typeof given.alert === 'string' && { alert: given.alert }),
		...(given.past === true && { past: true }),
		...(scope !== 'workspace' && { scope }),
	};
}
