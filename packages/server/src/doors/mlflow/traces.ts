/** Traces: group H of the calls, as far as clients that trace use them. */
import { checkFilePath } from '@runstead/contract';
import { LINKED_PROMPTS_TAG, linkedPrompts, linkedPromptsText } from '../../capabilities/traces/linked-prompts.ts';
import { traceConditions, traceOrder } from '../../capabilities/traces/trace-filter.ts';
import type { Capabilities } from '../../create-capabilities.ts';
import type { ResolveArtifact } from './artifacts.ts';
import { serveAssessments } from './assessments.ts';
import { invalidParameter, MlflowError, notFoundAs } from './errors.ts';
import { checkExperimentIsActive, keysOfExperiments } from './experiments.ts';
import { anyObject, experimentIdText, flag, integer, listOf, message, part, text } from './message.ts';
import { checkKey } from './names.ts';
import { serveOldTraces } from './old-traces.ts';
import { checkMaxResults, offsetOf, pageToken } from './paging.ts';
import { spanOfArtifact } from './span-of-artifact.ts';
import { microsOf } from './times.ts';
import type { MlflowToolbox } from './toolbox.ts';
import { serveTraceCorrelation } from './trace-correlation.ts';
import { serveTraceMetrics } from './trace-metrics.ts';
import { attachmentAddress, experimentIdOf, presentInfo, presentOldInfo, TraceInfo, traceOf } from './trace-shapes.ts';

const SEARCH_RESULTS_DEFAULT = 100;
const SEARCH_RESULTS_MAX = 500;

/** Files that spans carried are named so. */
const ATTACHMENT = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

type Authorize = (about: { experiment: string }) => Promise<void>;

/** Asks for the permission where the trace is. */
function createTraceReach({ traces }: Pick<Capabilities, 'traces'>) {
	return async (id: string, authorize: Authorize): Promise<void> => {
		const { id: experiment } = await traces.experimentOf(id).catch(notFoundAs(`Trace with ID '${id}' not found.`));
		await authorize({ experiment });
	};
}

export function serveTraces(toolbox: MlflowToolbox, capabilities: Capabilities, artifacts: ResolveArtifact): void {
	serveWriting(toolbox, capabilities);
	serveReading(toolbox, capabilities, artifacts);
	serveSearches(toolbox, capabilities);
	serveTags(toolbox, capabilities);
	const reach = createTraceReach(capabilities);
	serveOldTraces(toolbox, capabilities, reach);
	serveLinkedPrompts(toolbox, capabilities, reach);
	serveAssessments(toolbox, capabilities, reach);
	serveTraceCorrelation(toolbox, capabilities);
	serveTraceMetrics(toolbox, capabilities);
}

function serveWriting({ serve }: MlflowToolbox, { traces, experiments }: Capabilities): void {
	serve(
		{
			method: 'POST',
			path: '/3.0/mlflow/traces',
			permission: 'run.write',
			message: message({ trace: part({ trace_info: TraceInfo }) }, ['trace']),
		},
		async ({ message: { trace }, authorize, experimentId }) => {
			const info = trace.trace_info ?? {};
			const id = await experimentId(experimentIdOf(info.trace_location));
			await authorize({ experiment: id });
			const experiment = await experiments.find(id);
			checkExperimentIsActive(experiment);
			return { trace: { trace_info: presentInfo(await traces.start(experiment, traceOf(info, id))) } };
		},
	);

	for (const version of ['2.0', '3.0']) {
		serve(
			{
				method: 'POST',
				path: `/${version}/mlflow/traces/delete-traces`,
				permission: 'workspace.write',
				message: message(
					{ experiment_id: experimentIdText, max_timestamp_millis: integer, max_traces: integer, request_ids: listOf(text) },
					['experiment_id'],
				),
				about: ({ experiment_id }) => ({ experiment: experiment_id }),
			},
			async ({ message: { experiment_id, max_timestamp_millis, max_traces, request_ids = [] } }) => {
				const byTime = max_timestamp_millis !== undefined;
				if (!byTime && request_ids.length === 0) throw invalidParameter('Either `max_timestamp_millis` or `trace_ids` must be specified.');
				if (byTime && request_ids.length > 0)
					throw invalidParameter('Only one of `max_timestamp_millis` and `trace_ids` can be specified.');
				if (!byTime && max_traces !== undefined) throw invalidParameter("`max_traces` can't be specified if `trace_ids` is specified.");
				if (max_traces !== undefined && max_traces <= 0)
					throw invalidParameter(`\`max_traces\` must be a positive integer, received ${max_traces}.`);
				const which = byTime
					? { until: microsOf(max_timestamp_millis) + 999, max: max_traces ?? Number.MAX_SAFE_INTEGER }
					: { ids: request_ids };
				return { traces_deleted: await traces.remove(await experiments.find(experiment_id), which) };
			},
		);
	}

	serve(
		{
			method: 'POST',
			path: '/2.0/mlflow/traces/link-to-run',
			permission: 'run.write',
			message: message({ trace_ids: listOf(text), run_id: text }, ['trace_ids', 'run_id']),
			about: ({ run_id }) => ({ run: run_id }),
		},
		async ({ message: { trace_ids, run_id } }) => {
			await traces.linkToRun(trace_ids, run_id);
			return {};
		},
	);
}

/** Which versions of prompts a trace used is a tag of it, as clients of MLflow write it themselves. */
function serveLinkedPrompts({ serve }: MlflowToolbox, { traces }: Capabilities, reach: ReturnType<typeof createTraceReach>): void {
	serve(
		{
			method: 'POST',
			path: '/2.0/mlflow/traces/link-prompts',
			permission: 'run.write',
			message: message({ trace_id: text, prompt_versions: listOf(part({ name: text, version: text })) }, ['trace_id', 'prompt_versions']),
			about: null,
		},
		async ({ message: { trace_id, prompt_versions }, authorize }) => {
			await reach(trace_id, authorize);
			const linked = linkedPrompts((await traces.get(trace_id)).tags[LINKED_PROMPTS_TAG]);
			for (const { name = '', version = '' } of prompt_versions)
				if (!linked.some((one) => one.name === name && one.version === version)) linked.push({ name, version });
			if (linked.length > 0) await traces.setTag(trace_id, LINKED_PROMPTS_TAG, linkedPromptsText(linked));
			return {};
		},
	);
}

/** @throws {RunsteadError} invalid-path. @throws {MlflowError} INVALID_PARAMETER_VALUE. */
function checkAttachment(path: string): void {
	checkFilePath(path);
	if (!ATTACHMENT.test(path))
		throw invalidParameter(`Invalid attachment path: '${path.slice(0, 200)}'. Attachment path must be a valid UUID.`);
}

function serveReading({ serve }: MlflowToolbox, capabilities: Capabilities, artifacts: ResolveArtifact): void {
	const { traces } = capabilities;
	const reach = createTraceReach(capabilities);
	const whole = async (ids: readonly string[]): Promise<string[]> => {
		const found = await traces.getMany(ids);
		const spans = await traces.spansOf(ids);
		return found.map((trace) => `{"trace_info":${JSON.stringify(presentInfo(trace))},"spans":[${(spans.get(trace.id) ?? []).join(',')}]}`);
	};

	serve(
		{
			method: 'GET',
			path: '/3.0/mlflow/traces/get',
			permission: 'run.read',
			message: message({ trace_id: text, allow_partial: flag }, ['trace_id']),
		},
		async ({ message: { trace_id }, authorize }) => {
			await reach(trace_id, authorize);
			return `{"trace":${(await whole([trace_id]))[0]}}`;
		},
	);

	serve(
		{
			method: 'GET',
			path: '/2.0/mlflow/get-trace-artifact',
			permission: 'run.read',
			message: message({ request_id: text, path: text }),
			about: null,
		},
		async ({ message: { request_id: id = '', path = '' }, authorize, request, reply }) => {
			if (id === '') throw new MlflowError('BAD_REQUEST', 'Request must include the "request_id" query parameter.');
			if (path !== '') checkAttachment(path);
			await reach(id, authorize);
			if (path !== '') {
				const { root, path: within } = artifacts(attachmentAddress((await traces.get(id)).experimentId, id, path));
				return root.send(request, reply, within);
			}
			reply.header('content-disposition', 'attachment; filename=traces.json');
			return `{"spans":[${((await traces.spansOf([id])).get(id) ?? []).map(spanOfArtifact).join(',')}]}`;
		},
	);

	serve(
		{
			method: 'GET',
			path: '/3.0/mlflow/traces/batchGet',
			permission: 'run.read',
			message: message({ trace_ids: listOf(text), experiment_ids: listOf(text) }, ['trace_ids']),
		},
		async ({ message: { trace_ids }, authorize }) => {
			const found = await traces.getMany(trace_ids);
			for (const experiment of new Set(found.map(({ experimentId }) => experimentId))) await authorize({ experiment });
			return `{"traces":[${(await whole(found.map(({ id }) => id))).join(',')}]}`;
		},
	);

	serve(
		{
			method: 'POST',
			path: '/3.0/mlflow/traces/batchGetInfos',
			permission: 'run.read',
			message: message({ trace_ids: listOf(text), experiment_ids: listOf(text) }, ['trace_ids']),
		},
		async ({ message: { trace_ids }, authorize }) => {
			const found = await traces.getMany(trace_ids);
			for (const experiment of new Set(found.map(({ experimentId }) => experimentId))) await authorize({ experiment });
			return { trace_infos: found.map(presentInfo) };
		},
	);

	serve(
		{ method: 'GET', path: '/3.0/mlflow/traces/:trace_id', permission: 'run.read', message: message({ trace_id: text }, ['trace_id']) },
		async ({ message: { trace_id }, authorize }) => {
			await reach(trace_id, authorize);
			return { trace: { trace_info: presentInfo(await traces.get(trace_id)) } };
		},
	);

	serve(
		{
			method: 'GET',
			path: '/2.0/mlflow/traces/:request_id/info',
			permission: 'run.read',
			message: message({ request_id: text }, ['request_id']),
		},
		async ({ message: { request_id }, authorize }) => {
			await reach(request_id, authorize);
			return { trace_info: presentOldInfo(await traces.get(request_id)) };
		},
	);
}

function serveSearches({ serve }: MlflowToolbox, { traces, experiments }: Capabilities): void {
	const search = async (
		ids: readonly string[],
		{
			filter = '',
			max_results = SEARCH_RESULTS_DEFAULT,
			order_by = [],
			page_token,
		}: {
			filter?: string | undefined;
			max_results?: number | undefined;
			order_by?: readonly string[] | undefined;
			page_token?: string | undefined;
		},
		authorize: Authorize,
	) => {
		const limit = checkMaxResults(max_results, SEARCH_RESULTS_MAX);
		const offset = offsetOf(page_token);
		const keys = await keysOfExperiments(experiments, ids, authorize);
		const found = await traces.search(keys, { conditions: traceConditions(filter), order: traceOrder(order_by), limit: limit + 1, offset });
		return { found: found.slice(0, limit), token: found.length > limit ? { next_page_token: pageToken(offset + limit) } : {} };
	};

	serve(
		{
			method: 'POST',
			path: '/3.0/mlflow/traces/search',
			permission: 'run.read',
			message: message({ locations: listOf(anyObject), filter: text, max_results: integer, order_by: listOf(text), page_token: text }, [
				'locations',
			]),
		},
		async ({ message: { locations, ...rest }, authorize, experimentId }) => {
			const ids = await Promise.all(locations.map((location) => experimentId(experimentIdOf(location))));
			const { found, token } = await search(ids, rest, authorize);
			return { ...(found.length > 0 && { traces: found.map(presentInfo) }), ...token };
		},
	);

	serve(
		{
			method: 'GET',
			path: '/2.0/mlflow/traces',
			permission: 'run.read',
			message: message(
				{ experiment_ids: listOf(experimentIdText), filter: text, max_results: integer, order_by: listOf(text), page_token: text },
				['experiment_ids'],
			),
		},
		async ({ message: { experiment_ids, ...rest }, authorize }) => {
			const { found, token } = await search(experiment_ids, rest, authorize);
			return { ...(found.length > 0 && { traces: found.map(presentOldInfo) }), ...token };
		},
	);
}

function serveTags({ serve }: MlflowToolbox, capabilities: Capabilities): void {
	const { traces } = capabilities;
	const reach = createTraceReach(capabilities);
	for (const [version, name] of [
		['2.0', 'request_id'],
		['3.0', 'trace_id'],
	] as const) {
		const path = `/${version}/mlflow/traces/:${name}/tags`;
		serve(
			{ method: 'PATCH', path, permission: 'run.write', message: message({ key: text, value: text }, ['key']) },
			async ({ message: { key, value = '' }, params, authorize }) => {
				const id = params[name] as string;
				checkKey(key, 'key', 'key');
				await reach(id, authorize);
				await traces.setTag(id, key, value);
				return {};
			},
		);
		serve(
			{ method: 'DELETE', path, permission: 'run.write', message: message({ key: text }, ['key']) },
			async ({ message: { key }, params, authorize }) => {
				const id = params[name] as string;
				await reach(id, authorize);
				if (await traces.removeTag(id, key)) return {};
				throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `No trace tag with key '${key}' for trace with ID '${id}'`);
			},
		);
	}
}
