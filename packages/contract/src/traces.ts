/** Traces: what a program did to answer one request, as spans within spans, with what people and programs think of the answer. */
import type { Static } from 'typebox';
import { NextCursor, Nullable, PageQuery, StringMap, Time, WholeNumber } from './common.ts';
import { LIMITS } from './limits.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';

export const TRACE_STATES = ['STATE_UNSPECIFIED', 'OK', 'ERROR', 'IN_PROGRESS'] as const;
export type TraceState = (typeof TRACE_STATES)[number];

/** What is said of a trace, beside where it is. */
const fields = {
	requestTime: Time,
	durationMs: Nullable(WholeNumber),
	state: Type.Unsafe<TraceState>({ type: 'string', enum: TRACE_STATES }),
	clientRequestId: Nullable(Type.String()),
	requestPreview: Nullable(Type.String()),
	responsePreview: Nullable(Type.String()),
	tags: StringMap,
	metadata: StringMap,
	assessments: Type.Array(Type.Record(Type.String(), Type.Unknown()), { description: 'As they were given.' }),
	runIds: Type.Array(Type.String(), { description: 'Runs that it was said to belong to; one that it was made in stands in its metadata.' }),
};

export const Trace = Type.Object({ id: Type.String(), experimentId: Type.String(), ...fields });
export type Trace = Static<typeof Trace>;

const ExperimentParams = Type.Object({ experiment: Type.String() });
const TraceParams = Type.Object({ experiment: Type.String(), trace: Type.String() });
/** One among those of other experiments. */
export const FoundTrace = Type.Object({ ...Trace.properties, experimentName: Type.String() });
export type FoundTrace = Static<typeof FoundTrace>;

const Span = Type.Record(Type.String(), Type.Unknown());

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
	searchTraces: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/traces',
		permission: 'run.read',
		summary: 'The traces of a workspace, newest first; those that a filter finds, or those of one experiment or run',
		params: Type.Object({ workspace: Type.String() }),
		query: Type.Object({
			...PageQuery,
			filter: Type.Optional(
				Type.String({
					description: "As MLflow's search of traces has it: `state = 'ERROR' and execution_time > 500 and tags.release = 'v2'`.",
					maxLength: LIMITS.filterCharacters.max,
				}),
			),
			experiment: Type.Optional(Type.String({ description: 'Only those of the experiment with this id.' })),
			run: Type.Optional(Type.String({ description: 'Only those that were made in this run, or linked to it.' })),
		}),
		response: Type.Object({ traces: Type.Array(FoundTrace), nextCursor: NextCursor }),
	}),
	getTrace: route({
		method: 'GET',
		path: '/api/v1/experiments/:experiment/traces/:trace',
		permission: 'run.read',
		summary: 'A trace with its spans, parents before their children as they began',
		params: TraceParams,
		response: Type.Object({
			trace: Trace,
			spans: Type.Array(Span, { description: "As OpenTelemetry's JSON has them." }),
		}),
	}),
	putTrace: route({
		method: 'PUT',
		path: '/api/v1/experiments/:experiment/traces/:trace',
		permission: 'run.write',
		summary:
			'Put a trace as it was kept elsewhere, as an import does; of one that is there and has ended, only spans are taken, and tags that it has not',
		params: TraceParams,
		body: Type.Object(
			{
				...fields,
				spans: Type.Array(Span, {
					description: 'As `getTrace` gives them. More than one request takes are sent in several.',
					maxItems: LIMITS.spansPerRequest.max,
				}),
				overwrites: Type.Optional(
					Type.Boolean({ default: false, description: 'Tags and assessments count in place of those of a trace that has ended.' }),
				),
			},
			{ additionalProperties: false },
		),
		response: Trace,
	}),
	deleteTrace: route({
		method: 'DELETE',
		path: '/api/v1/experiments/:experiment/traces/:trace',
		permission: 'workspace.write',
		summary: 'Delete a trace',
		params: TraceParams,
	}),
};
