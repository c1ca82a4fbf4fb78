/** `traces/calculate-filter-correlation`: how much two filters of traces go together. */
import type { TraceCondition } from '../../capabilities/traces/service.ts';
import { traceConditions } from '../../capabilities/traces/trace-filter.ts';
import type { Capabilities } from '../../create-capabilities.ts';
import { keysOfExperiments } from './experiments.ts';
import { experimentIdText, listOf, message, text } from './message.ts';
import type { MlflowToolbox } from './toolbox.ts';

/** Jeffreys prior: added to each count, so that few traces say little. */
const SMOOTHING = 0.5;

/** How many traces pass both filters, only the first, only the second, and neither. */
interface Counts {
	readonly both: number;
	readonly first: number;
	readonly second: number;
	readonly neither: number;
}

/**
 * Normalized pointwise mutual information, from -1 (never together) to 1 (always); NaN where either never passes.
 * @param added to each count.
 */
function npmi({ both, first, second, neither }: Counts, added: number): number {
	if (both + first === 0 || both + second === 0) return Number.NaN;
	if (first === 0 && second === 0 && neither === 0) return 1;
	const together = both + added;
	if (together === 0) return -1;
	const all = both + first + second + neither + 4 * added;
	const expected = (together + first + added) * (together + second + added);
	return Math.max(-1, Math.min(1, Math.log((together * all) / expected) / -Math.log(together / all)));
}

const numberText = (value: number): number | 'NaN' => (Number.isNaN(value) ? 'NaN' : value);

export function serveTraceCorrelation({ serve }: MlflowToolbox, { traces, experiments }: Capabilities): void {
	serve(
		{
			method: 'POST',
			path: '/3.0/mlflow/traces/calculate-filter-correlation',
			permission: 'run.read',
			message: message({ experiment_ids: listOf(experimentIdText), filter_string1: text, filter_string2: text, base_filter: text }, [
				'experiment_ids',
				'filter_string1',
				'filter_string2',
			]),
			about: null,
		},
		async ({ message: { experiment_ids, filter_string1, filter_string2, base_filter = '' }, authorize }) => {
			const [base, one, other] = [base_filter, filter_string1, filter_string2].map(traceConditions) as [
				TraceCondition[],
				TraceCondition[],
				TraceCondition[],
			];
			const keys = await keysOfExperiments(experiments, experiment_ids, authorize);
			const [total, ofOne, ofOther, both] = (await Promise.all([
				traces.count(keys, [base]),
				traces.count(keys, [base, one]),
				traces.count(keys, [base, other]),
				traces.count(keys, [base, one, other]),
			])) as [number, number, number, number];
			const counts = { both, first: ofOne - both, second: ofOther - both, neither: total - ofOne - ofOther + both };
			return {
				npmi: numberText(npmi(counts, 0)),
				npmi_smoothed: numberText(npmi(counts, SMOOTHING)),
				filter1_count: ofOne,
				filter2_count: ofOther,
				joint_count: both,
				total_count: total,
			};
		},
	);
}
