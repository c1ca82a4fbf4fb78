/** What receivers are told of an alert: the facts, from which each form is written. */
import type { AlertCondition, AlertSeverity } from '@runstead/contract';

export interface Notification {
	readonly what: 'fired' | 'resolved' | 'test';
	readonly alertId: string;
	readonly ruleId: string;
	readonly ruleName: string;
	readonly description: string;
	readonly severity: AlertSeverity;
	readonly condition: AlertCondition;
	readonly windowSeconds: number;
	readonly dimensions: Readonly<Record<string, string>>;
	readonly value: number | null;
	readonly summary: string;
	readonly runId: string | null;
	readonly workspace: { readonly id: string; readonly name: string; readonly resourceGroup: string; readonly subscriptionId: string };
	/** Times of the wire. */
	readonly firedTime: string;
	readonly resolvedTime: string | null;
	readonly windowStartTime: string | null;
	readonly windowEndTime: string | null;
}

export const SEVERITY_WORDS: Readonly<Record<AlertSeverity, string>> = {
	0: 'Critical',
	1: 'Error',
	2: 'Warning',
	3: 'Informational',
	4: 'Verbose',
};

/** @example "Sev2 Warning fired: Unusable nodes (lab)" */
export function titleOf({ what, severity, ruleName, workspace }: Notification): string {
	const word = what === 'test' ? 'Test' : `Sev${severity} ${SEVERITY_WORDS[severity]} ${what}`;
	return `${word}: ${ruleName} (${workspace.name})`;
}

/** Where the alert is looked at, below the address of the studio. */
export function pageOf({ workspace, alertId, what }: Notification): string {
	const page = `/w/${encodeURIComponent(workspace.name)}/monitor/alerts`;
	return what === 'test' ? page : `${page}?alert=${alertId}`;
}
