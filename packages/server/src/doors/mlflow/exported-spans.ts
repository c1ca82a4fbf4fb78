/** `POST /v1/traces`: spans of OpenTelemetry's exporters, among them those of MLflow's own client. */
import { gunzipSync, inflateSync } from 'node:zlib';
import { LIMITS, RunsteadError } from '@runstead/contract';
import type { Capabilities } from '../../create-capabilities.ts';
import { MalformedProtobuf } from '../../formats/protobuf.ts';
import { wholeBody } from '../../http/byte-body.ts';
import { invalidParameter } from './errors.ts';
import { checkExperimentIsActive } from './experiments.ts';
import { experimentIdText } from './message.ts';
import { type ExportedSpan, spansOfJson, spansOfProtobuf, storedSpan } from './otlp.ts';
import type { MlflowToolbox } from './toolbox.ts';
import { traceArtifacts } from './trace-shapes.ts';

const EXPERIMENT_HEADER = 'x-mlflow-experiment-id';
const RUN_HEADER = 'x-mlflow-run-id';

export function serveExportedSpans({ serve }: MlflowToolbox, { traces, experiments }: Capabilities): void {
	serve(
		{ method: 'POST', path: '/v1/traces', isAtRoot: true, permission: 'run.write', isByteBody: true },
		async ({ request, reply, authorize, experimentId: idOf }) => {
			const { headers } = request;
			const named = headers[EXPERIMENT_HEADER];
			if (typeof named !== 'string' || named === '')
				throw invalidParameter(`The header ${EXPERIMENT_HEADER} is missing: it names the experiment.`);
			const experimentId = await idOf(experimentIdText.read(named));
			await authorize({ experiment: experimentId });
			const type = headers['content-type']?.split(';')[0]?.trim();
			if (type !== 'application/x-protobuf' && type !== 'application/json')
				throw invalidParameter(`Invalid Content-Type: ${type}. Expected: application/x-protobuf or application/json`);
			const body = decompressed(await wholeBody(request, LIMITS.jsonBodyBytes.max), headers['content-encoding']);
			const spans = read(() => spansIn(body, type)).map((span) => read(() => storedSpan(span)));
			if (spans.length === 0) throw invalidParameter('Invalid OpenTelemetry format - no spans found');
			const experiment = await experiments.find(experimentId);
			checkExperimentIsActive(experiment);
			await traces.logSpans(experiment, spans, (id) => ({
				'mlflow.trace.spansLocation': 'TRACKING_STORE',
				'mlflow.artifactLocation': traceArtifacts(experimentId, id),
			}));
			const runId = headers[RUN_HEADER];
			const whole = spans.flatMap(({ traceId, parentId }) => (parentId === null ? [traceId] : []));
			if (typeof runId === 'string' && runId !== '') await traces.linkToRun(whole, runId);
			return reply.type('application/x-protobuf').send(Buffer.alloc(0));
		},
	);
}

function spansIn(body: Uint8Array, type: string): ExportedSpan[] {
	return type === 'application/json' ? spansOfJson(JSON.parse(Buffer.from(body).toString('utf8'))) : spansOfProtobuf(body);
}

/** @throws {MlflowError} INVALID_PARAMETER_VALUE for what is no such message. */
function read<T>(work: () => T): T {
	try {
		return work();
	} catch (error) {
		if (error instanceof MalformedProtobuf || error instanceof SyntaxError || error instanceof TypeError)
			throw invalidParameter(`Invalid OpenTelemetry format: ${error.message}`);
		throw error;
	}
}

/** @throws {RunsteadError} body-too-large for more than a body may be when it is unpacked. */
function decompressed(body: Uint8Array, encoding: string | undefined): Uint8Array {
	const { max } = LIMITS.jsonBodyBytes;
	try {
		if (encoding === 'gzip') return gunzipSync(body, { maxOutputLength: max });
		if (encoding === 'deflate') return inflateSync(body, { maxOutputLength: max });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new RunsteadError('body-too-large', { max });
		throw invalidParameter(`The body is not ${encoding}.`);
	}
	if (encoding !== undefined && encoding !== 'identity' && encoding !== '')
		throw invalidParameter(`The encoding ${encoding} is not known; send gzip, deflate or none.`);
	return body;
}
