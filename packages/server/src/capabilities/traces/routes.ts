/** Traces over HTTP. */
import { RunsteadError } from '@runstead/contract';
import { decodeCursor, encodeCursor } from '../../http/cursor.ts';
import { fromWireTime } from '../../http/time.ts';
import type { Toolbox } from '../../http/toolbox.ts';
import type { ExperimentService } from '../experiments/service.ts';
import { assessmentOf } from './assessment-content.ts';
import type { TraceService } from './service.ts';
import { checkedSpan, spanOfContent } from './span-content.ts';

export function serveTraces({ serve }: Toolbox, traces: TraceService, experiments: ExperimentService): void {
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
	serve('getTrace', async ({ params }) => {
		const trace = await findIn(params.experiment, params.trace);
		const spans = (await traces.spansOf([trace.id])).get(trace.id) ?? [];
		return { trace, spans: spans.map((span) => JSON.parse(span) as Record<string, unknown>) };
	});
	serve('putTrace', async ({ params, body: { requestTime, assessments, spans, ...given }, reply }) => {
		const experiment = await experiments.find(params.experiment);
		const kept = assessments.map((one) => ({ ...assessmentOf(one), isValid: one.valid !== false }));
		reply.code(201);
		return traces.put(
			experiment,
			{ ...given, id: params.trace, requestTime: fromWireTime(requestTime, 'requestTime'), assessments: kept },
			spans.map((span) => spanOfContent(checkedSpan(span), params.trace)),
		);
	});
	serve('deleteTrace', async ({ params }) => {
		await findIn(params.experiment, params.trace);
		await traces.remove(await experiments.find(params.experiment), { ids: [params.trace] });
	});
}
