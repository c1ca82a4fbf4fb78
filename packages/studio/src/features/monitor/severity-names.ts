/** Severities of alerts in words. */
import type { AlertSeverity } from '@runstead/contract';

export const SEVERITY_NAMES: Readonly<Record<AlertSeverity, string>> = {
	0: '0 Critical',
	1: '1 Error',
	2: '2 Warning',
	3: '3 Informational',
	4: '4 Verbose',
};
