/** The history of metrics: whole, in pages, of several runs, and thinned out for charts. */
import { Readable } from 'node:stream';
import type { HistoryPoints } from '../../capabilities/metrics/service.ts';
import type { Capabilities } from '../../create-capabilities.ts';
import { invalidParameter, nullIfNotFound } from './errors.ts';
import { integer, listOf, message, text } from './message.ts';
import { checkMaxResults, offsetOf, pageToken } from './paging.ts';
import { doubleOf } from './present-run.ts';
import { aboutRun, RUN_FIELDS, runIdOf } from './runs.ts';
import { millisOf } from './times.ts';
import type { MlflowToolbox } from './toolbox.ts';

/** A page has at most so many; without a page the whole history comes. */
const PAGE_RESULTS_MAX = 25_000;
const RUNS_MAX = 100;
const SAMPLED_POINTS_MAX = 2_500;
/** A reply without an end to its history is written in pieces. */
const PIECE_POINTS = 20_000;

export function serveHistory({ serve }: MlflowToolbox, { metrics }: Capabilities): void {
	serve(
		{
			method: 'GET',
			path: '/2.0/mlflow/metrics/get-history',
			permission: 'run.read',
			message: message({ ...RUN_FIELDS, metric_key: text, page_token: text, max_results: integer }, ['metric_key']),
			about: aboutRun,
		},
		async ({ message: { metric_key, page_token, max_results, ...named }, reply }) => {
			const id = runIdOf(named);
			const offset = offsetOf(page_token);
			if (max_results === undefined) {
				const pieces = metrics.historyInPieces(id, metric_key, offset);
				const first = await pieces.next();
				if (first.done || first.value.count < PIECE_POINTS) return repliedWith(first.done ? [] : jsonOf(metric_key, first.value));
				return reply.type('application/json').send(Readable.from(wholeReply(metric_key, first.value, pieces)));
			}
			const limit = checkMaxResults(max_results, Number.POSITIVE_INFINITY);
			const points = await metrics.history(id, metric_key, { offset, limit: Math.min(limit, PAGE_RESULTS_MAX) + 1 });
			const shown = Math.min(limit, PAGE_RESULTS_MAX);
			const token = points.count > shown ? `,"next_page_token":${JSON.stringify(pageToken(offset + shown))}` : '';
			return repliedWith(jsonOf(metric_key, points, undefined, Math.min(shown, points.count)), token);
		},
	);

	serve(
		{
			method: 'GET',
			path: '/2.0/mlflow/metrics/get-history-bulk',
			permission: 'workspace.read',
			message: message({ run_id: listOf(text), metric_key: text, max_results: integer }),
		},
		async ({ message: { run_id = [], metric_key, max_results }, authorize }) => {
			if (run_id.length === 0) throw invalidParameter('GetMetricHistoryBulk request must specify at least one run_id.');
			if (run_id.length > RUNS_MAX)
				throw invalidParameter(
					`GetMetricHistoryBulk request cannot specify more than ${RUNS_MAX} run_ids. Received ${run_id.length} run_ids.`,
				);
			if (metric_key === undefined) throw invalidParameter('GetMetricHistoryBulk request must specify a metric_key.');
			let left = Math.min(checkMaxResults(max_results ?? PAGE_RESULTS_MAX, Number.POSITIVE_INFINITY), PAGE_RESULTS_MAX);
			const parts: string[] = [];
			for (const id of [...new Set(run_id)].sort()) {
				if (left <= 0) break;
				await authorize({ run: id });
				const points = await metrics.history(id, metric_key, { offset: 0, limit: left }).catch(nullIfNotFound);
				if (points === null) continue;
				parts.push(...jsonOf(metric_key, points, id));
				left -= points.count;
			}
			return `{"metrics":[${parts.join(',')}]}`;
		},
	);

	serve(
		{
			method: 'GET',
			path: '/2.0/mlflow/metrics/get-history-bulk-interval',
			permission: 'workspace.read',
			message: message({ run_ids: listOf(text), metric_key: text, start_step: integer, end_step: integer, max_results: integer }, [
				'run_ids',
				'metric_key',
			]),
		},
		async ({ message: { run_ids, metric_key, start_step, end_step, max_results = SAMPLED_POINTS_MAX }, authorize }) => {
			if (run_ids.length > RUNS_MAX)
				throw invalidParameter(
					`GetMetricHistoryBulkInterval request must specify at most ${RUNS_MAX} run_ids. Received ${run_ids.length} run_ids.`,
				);
			if (max_results < 1 || max_results > SAMPLED_POINTS_MAX)
				throw invalidParameter(`max_results must be between 1 and ${SAMPLED_POINTS_MAX}.`);
			if ((start_step === undefined) !== (end_step === undefined))
				throw invalidParameter('If either start step or end step are specified, both must be specified.');
			if (start_step !== undefined && end_step !== undefined && start_step > end_step)
				throw invalidParameter(`end_step must be greater than start_step. Found start_step=${start_step} and end_step=${end_step}.`);
			const parts: string[] = [];
			for (const id of run_ids) {
				await authorize({ run: id });
				const range = { from: start_step ?? null, to: end_step ?? null, points: max_results };
				const points = await metrics.sampledHistory(id, metric_key, range).catch(nullIfNotFound);
				if (points === null) continue;
				parts.push(...jsonOf(metric_key, points, id));
			}
			return repliedWith(parts);
		},
	);
}

/** A list without an entry is left out. */
function repliedWith(metrics: readonly string[], rest = ''): string {
	return metrics.length === 0 ? '{}' : `{"metrics":[${metrics.join(',')}]${rest}}`;
}

/** Each point as JSON: there may be a million, and an object each would take as long again. */
function jsonOf(key: string, { count, times, steps, values }: HistoryPoints, runId?: string, shown = count): string[] {
	const head = `{"key":${JSON.stringify(key)},"value":`;
	const tail = runId === undefined ? '}' : `,"run_id":${JSON.stringify(runId)}}`;
	const points: string[] = new Array(shown);
	for (let index = 0; index < shown; index++) {
		const value = doubleOf(values[index] as number);
		const shownValue = value === 'NaN' ? '"NaN"' : value;
		points[index] = `${head}${shownValue},"timestamp":${millisOf(times[index] as number)},"step":${steps[index]}${tail}`;
	}
	return points;
}

async function* wholeReply(key: string, first: HistoryPoints, rest: AsyncIterable<HistoryPoints>): AsyncGenerator<string> {
	yield `{"metrics":[${jsonOf(key, first).join(',')}`;
	for await (const piece of rest) if (piece.count > 0) yield `,${jsonOf(key, piece).join(',')}`;
	yield ']}';
}
