/** Traces in an `mlruns` folder: what is known of each in files of YAML and of text, its spans among its artifacts. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TraceState } from '@runstead/contract';
import { parse } from 'yaml';
import type { SourceTrace } from './mlflow-source.ts';
import { readSpansFile } from './mlflow-spans.ts';

type Facts = Readonly<Record<string, unknown>>;

/** The traces of an experiment, by its folder, the earliest first. */
export async function folderTraces(
	experimentFolder: string,
	foldersIn: (folder: string) => Promise<string[]>,
	valuesBelow: (folder: string) => Promise<Record<string, string>>,
): Promise<SourceTrace[]> {
	const traces: SourceTrace[] = [];
	for (const folder of await foldersIn(join(experimentFolder, 'traces'))) {
		const facts = await factsOrNull(join(folder, 'trace_info.yaml'));
		if (facts === null) continue;
		const { assessments, problems } = await assessmentsIn(join(folder, 'assessments'));
		traces.push({
			...traceOf(facts),
			...{ tags: await valuesBelow(join(folder, 'tags')), metadata: await valuesBelow(join(folder, 'request_metadata')) },
			...{ assessments, problems, runIds: [] },
			// The folder may have been moved since it was written.
			spans: () => readSpansFile(join(folder, 'artifacts')),
		});
	}
	return traces.toSorted((one, other) => Date.parse(one.requestTime) - Date.parse(other.requestTime));
}

/** Null where there are none, or none that can be read. */
async function factsOrNull(file: string): Promise<Facts | null> {
	const text = await readFile(file, 'utf8').catch(() => null);
	if (text === null) return null;
	try {
		const facts: unknown = parse(text);
		return typeof facts === 'object' && facts !== null ? (facts as Facts) : null;
	} catch {
		return null;
	}
}

/** As MLflow 3 writes it, and as MLflow 2 did. */
function traceOf(facts: Facts) {
	const textOrNull = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
	const numberOrNull = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));
	const isOld = facts.request_id !== undefined;
	return {
		id: String(isOld ? facts.request_id : facts.trace_id),
		// What is no time is refused, and told, by the server.
		requestTime:
			isOld && Number.isSafeInteger(facts.timestamp_ms) ? new Date(Number(facts.timestamp_ms)).toISOString() : String(facts.request_time),
		durationMs: numberOrNull(isOld ? facts.execution_time_ms : facts.execution_duration_ms),
		state: String((isOld ? facts.status : facts.state) ?? 'STATE_UNSPECIFIED') as TraceState,
		clientRequestId: textOrNull(facts.client_request_id),
		requestPreview: textOrNull(facts.request_preview),
		responsePreview: textOrNull(facts.response_preview),
	};
}

/** In the words of MLflow's protocol, as they are kept. */
async function assessmentsIn(folder: string): Promise<{ assessments: Record<string, unknown>[]; problems: string[] }> {
	const assessments: Record<string, unknown>[] = [];
	const problems: string[] = [];
	for (const name of (await readdir(folder).catch(() => [])).toSorted()) {
		const facts = await factsOrNull(join(folder, name));
		if (facts === null) problems.push(`Its assessment in ${name} cannot be read: it comes without that.`);
		else assessments.push(facts);
	}
	assessments.sort((one, other) => (String(one.create_time) < String(other.create_time) ? -1 : 1));
	return { assessments, problems };
}
