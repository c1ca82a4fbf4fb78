/** How severe an alert is, and what became of it. */
import { Badge } from '@fluentui/react-components';
import type { Alert, AlertSeverity } from '@runstead/contract';
import { SEVERITY_NAMES } from './severity-names.ts';

const COLOURS: Readonly<Record<AlertSeverity, 'danger' | 'severe' | 'warning' | 'informative' | 'subtle'>> = {
	0: 'danger',
	1: 'severe',
	2: 'warning',
	3: 'informative',
	4: 'subtle',
};

export function SeverityBadge({ severity }: { readonly severity: AlertSeverity }) {
	return (
		<Badge appearance="tint" color={COLOURS[severity]}>
			{SEVERITY_NAMES[severity]}
		</Badge>
	);
}

/** @example "fired", "acknowledged, resolved" */
export function stateInWords({ state, isResolved }: Alert): string {
	return isResolved ? (state === 'fired' ? 'resolved' : `${state}, resolved`) : state;
}
