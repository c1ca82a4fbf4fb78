/** Traces over HTTP. */
import { RunsteadError } from '@runstead/contract';
import { decodeCursor, encodeCursor } from '../../http/cursor.ts';
import { fromWireTime } from '../../http/time.ts';
import type { Toolbox } from '../../http/toolbox.ts';
import type { ExperimentService } from '../experiments/service.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import { assessmentOf } from './assessment-content.ts';
import type { TraceCondition, TraceService } from './service.ts';
import { checkedSpan, spanOfContent } from './span-content.ts';
import { traceConditions } from './trace-filter.ts';

interface Services {
	readonly traces: TraceService;
	readonly experiments: ExperimentService;
	readonly workspaces: WorkspaceService;
}

export function serveTraces({ serve }: Toolbox, { traces, experiments, workspaces }: Services): void {
	/** @throws {RunsteadError} not-found for one of another experiment. */
	const findIn = async (experimentId: string, id: string) => {
		const trace = await traces.get(id);
		if (trace.experimentId !== experimentId) throw new RunsteadError('not-found', { noun: 'trace', given: id });
		return trace;
	};
	serve('listTraces', async ({ params, query: { limit = 100, cursor } }) => {
		const [offset] = cursor === undefined ? [0] : decodeCursor(cursor, ['integer']);
		if (offset < 0) throw new RunsteadError('invalid-cursor', {});
		const { key } = await experiments.find(params.experiment);
		const found = await traces.search([key], { limit: limit + 1, offset });
		return { traces: found.slice(0, limit), nextCursor: found.length > limit ? encodeCursor([offset + limit]) : null };
	});
	serve('searchTraces', async ({ params, query: { limit = 100, cursor, filter = '', experiment, run } }) => {
		const { key: workspaceKey } = await workspaces.find(params.workspace);
		const of = experiment === undefined ? null : await experiments.find(experiment);
		if (of !== null && of.workspace_key !== workspaceKey) throw new RunsteadError('not-found', { noun: 'experiment', given: of.id });
		const ofRun: TraceCondition[] = run === undefined ? [] : [{ run: true, operator: '=', value: run }];
		const scope = of === null ? { workspaceKey } : { experimentKey: of.key };
		const page = await traces.newest(scope, [...traceConditions(filter), ...ofRun], limit, cursor);
		const ids = [...new Set(page.traces.map(({ experimentId }) => experimentId))];
		const names = new Map(await Promise.all(ids.map(async (id) => [id, (await experiments.find(id)).name] as const)));
		return {
			traces: page.traces.map((trace) => ({ ...trace, experimentName: names.get(trace.experimentId) ?? trace.experimentId })),
			nextCursor: page.nextCursor,
		};
	});
	serve('getTrace', async ({ params }) => {
		const trace = await findIn(params.experiment, params.trace);
		const spans = (await traces.spansOf([trace.id])).get(trace.id) ?? [];
		return { trace, spans: spans.map((span) => JSON.parse(span) as Record<string, unknown>) };
	});
	serve('putTrace', async ({ params, body: { requestTime, assessments, spans, overwrites = false, ...given }, reply }) => {
		const experiment = await experiments.find(params.experiment);
		const kept = assessments.map((one) => ({ ...assessmentOf(one), isValid: one.valid !== false }));
		reply.code(201);
		return traces.put(
			experiment,
			{ ...given, id: params.trace, requestTime: fromWireTime(requestTime, 'requestTime'), assessments: kept },
			spans.map((span) => spanOfContent(checkedSpan(span), params.trace)),
			overwrites,
		);
	});
	serve('deleteTrace', async ({ params }) => {
		await findIn(params.experiment, params.trace);
		await traces.remove(await experiments.find(params.experiment), { ids: [params.trace] });
	});
}
