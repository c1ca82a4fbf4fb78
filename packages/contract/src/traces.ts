/** Traces: what a program did to answer one request, as spans within spans, with what people and programs think of the answer. */
import type { Static } from 'typebox';
import { NextCursor, Nullable, PageQuery, StringMap, Time } from './common.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';

export const TRACE_STATES = ['STATE_UNSPECIFIED', 'OK', 'ERROR', 'IN_PROGRESS'] as const;
export type TraceState = (typeof TRACE_STATES)[number];

export const Trace = Type.Object({
	id: Type.String(),
	experimentId: Type.String(),
	requestTime: Time,
	durationMs: Nullable(Type.Number()),
	state: Type.Unsafe<TraceState>({ type: 'string', enum: TRACE_STATES }),
	clientRequestId: Nullable(Type.String()),
	requestPreview: Nullable(Type.String()),
	responsePreview: Nullable(Type.String()),
	tags: StringMap,
	metadata: StringMap,
	assessments: Type.Array(Type.Record(Type.String(), Type.Unknown()), { description: 'As they were given.' }),
});
export type Trace = Static<typeof Trace>;

const ExperimentParams = Type.Object({ experiment: Type.String() });

export const traceRoutes = {
	listTraces: route({
		method: 'GET',
		path: '/api/v1/experiments/:experiment/traces',
		permission: 'run.read',
		summary: 'The traces of an experiment, newest first',
		params: ExperimentParams,
		query: Type.Object(PageQuery),
		response: Type.Object({ traces: Type.Array(Trace), nextCursor: NextCursor }),
	}),
	getTrace: route({
		method: 'GET',
		path: '/api/v1/experiments/:experiment/traces/:trace',
		permission: 'run.read',
		summary: 'A trace with its spans, parents before their children as they began',
		params: Type.Object({ experiment: Type.String(), trace: Type.String() }),
		response: Type.Object({
			trace: Trace,
			spans: Type.Array(Type.Record(Type.String(), Type.Unknown()), { description: "As OpenTelemetry's JSON has them." }),
		}),
	}),
	deleteTrace: route({
		method: 'DELETE',
		path: '/api/v1/experiments/:experiment/traces/:trace',
		permission: 'workspace.write',
		summary: 'Delete a trace',
		params: Type.Object({ experiment: Type.String(), trace: Type.String() }),
	}),
};
