/** Alerts that concern a run, as marks of its charts: those about itself, and those about the cluster that it runs on. */
import type { Alert, Run } from '@runstead/contract';
import type { RunMark } from './run-marks.ts';

/** Critical and error. */
const BAD_SEVERITY_MAX = 1;
/** As workspace metrics and log tables call them, in lower case. */
const OF_RUN = new Set(['runid', 'rootrunid']);
const OF_CLUSTER = new Set(['clustername', 'computename']);

type MarkedAlert = Pick<Alert, 'ruleName' | 'severity' | 'condition' | 'dimensions' | 'summary' | 'runId' | 'firedTime'>;

export function alertMarks(alerts: readonly MarkedAlert[], run: Pick<Run, 'id' | 'target'>): RunMark[] {
	return alerts
		.filter((alert) => concerns(alert, run))
		.map(({ firedTime, ruleName, summary, severity }) => ({
			atMs: Date.parse(firedTime),
			text: `Alert ${ruleName}: ${summary}`,
			tone: severity <= BAD_SEVERITY_MAX ? ('bad' as const) : ('notice' as const),
		}));
}

/** An alert about all runs or all clusters together says nothing of one. */
function concerns({ runId, dimensions, condition }: MarkedAlert, run: Pick<Run, 'id' | 'target'>): boolean {
	if (runId !== null) return runId === run.id;
	const given = Object.entries(dimensions).map(([name, value]) => ({ name: name.toLowerCase(), values: [value] }));
	const asked =
		condition.type === 'metric'
			? (condition.filter ?? []).flatMap(({ dimension, operator, values }) =>
					operator === 'eq' ? [{ name: dimension.toLowerCase(), values }] : [],
				)
			: [];
	const about = [...given, ...asked];
	const ofRun = about.filter(({ name }) => OF_RUN.has(name));
	if (ofRun.length > 0) return ofRun.some(({ values }) => values.includes(run.id));
	return run.target !== null && about.some(({ name, values }) => OF_CLUSTER.has(name) && values.includes(run.target as string));
}
