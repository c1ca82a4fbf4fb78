/** Traces as clients of MLflow 2 tell of them: begun and ended in two calls, their spans a file among the artifacts of the trace. */
import { randomUUID } from 'node:crypto';
import type { Trace } from '@runstead/contract';
import type { NewTrace } from '../../capabilities/traces/service.ts';
import type { Capabilities } from '../../create-capabilities.ts';
import { checkExperimentIsActive } from './experiments.ts';
import { experimentIdText, integer, keyValue, listOf, message, oneOf, text } from './message.ts';
import { checkKey } from './names.ts';
import { microsOf, millisOf } from './times.ts';
import type { MlflowToolbox } from './toolbox.ts';
import { presentOldInfo, traceArtifacts } from './trace-shapes.ts';

const STATUSES = { TRACE_STATUS_UNSPECIFIED: 0, OK: 1, ERROR: 2, IN_PROGRESS: 3 } as const;
const PATH = '/2.0/mlflow/traces';

const TOLD = { timestamp_ms: integer, request_metadata: listOf(keyValue), tags: listOf(keyValue) };
type Pairs = readonly { readonly key?: string; readonly value?: string }[];

/** @param reach asks for the permission where a trace is. */
export function serveOldTraces(
	{ serve }: MlflowToolbox,
	{ traces, experiments }: Capabilities,
	reach: (id: string, authorize: (about: { experiment: string }) => Promise<void>) => Promise<void>,
): void {
	serve(
		{
			method: 'POST',
			path: PATH,
			permission: 'run.write',
			message: message({ experiment_id: experimentIdText, ...TOLD }, ['experiment_id']),
			about: ({ experiment_id }) => ({ experiment: experiment_id }),
		},
		async ({ message: { experiment_id, timestamp_ms = 0, request_metadata = [], tags = [] } }) => {
			const experiment = await experiments.find(experiment_id);
			checkExperimentIsActive(experiment);
			const id = randomUUID().replaceAll('-', '');
			const trace = await traces.start(experiment, {
				...NOTHING_TOLD,
				id,
				requestTime: microsOf(timestamp_ms),
				state: 'IN_PROGRESS',
				tags: { ...mapOf(tags), 'mlflow.artifactLocation': traceArtifacts(experiment_id, id) },
				metadata: mapOf(request_metadata),
			});
			return { trace_info: presentOldInfo(trace) };
		},
	);

	serve(
		{
			method: 'PATCH',
			path: `${PATH}/:request_id`,
			permission: 'run.write',
			message: message({ request_id: text, status: oneOf(STATUSES), ...TOLD }, ['request_id']),
		},
		async ({
			message: { request_id, status = 'TRACE_STATUS_UNSPECIFIED', timestamp_ms = 0, request_metadata = [], tags = [] },
			authorize,
		}) => {
			await reach(request_id, authorize);
			const before = await traces.get(request_id);
			const requestTime = microsOfWire(before);
			const trace = await traces.start(await traces.experimentOf(request_id), {
				...before,
				requestTime,
				durationMs: timestamp_ms - millisOf(requestTime),
				state: status === 'TRACE_STATUS_UNSPECIFIED' ? 'STATE_UNSPECIFIED' : status,
				tags: mapOf(tags),
				metadata: mapOf(request_metadata),
				assessments: [],
			});
			return { trace_info: presentOldInfo(trace) };
		},
	);
}

const NOTHING_TOLD: Pick<NewTrace, 'durationMs' | 'clientRequestId' | 'requestPreview' | 'responsePreview' | 'assessments'> = {
	durationMs: null,
	clientRequestId: null,
	requestPreview: null,
	responsePreview: null,
	assessments: [],
};

function microsOfWire({ requestTime }: Trace): number {
	return Date.parse(requestTime) * 1_000;
}

function mapOf(pairs: Pairs): Record<string, string> {
	return Object.fromEntries(
		pairs.map(({ key = '', value = '' }) => {
			checkKey(key, 'key', 'key');
			return [key, value];
		}),
	);
}
