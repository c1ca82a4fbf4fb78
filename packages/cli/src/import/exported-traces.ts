/** The traces of an export. */
import type { Client } from '@runstead/client';
import { linesOf, namesOfExperiments } from './export-folder.ts';
import type { ModelImportReport } from './import-report.ts';
import { importTraces } from './import-traces.ts';
import type { SourceTrace } from './mlflow-source.ts';

/** @param experiments their ids here, by their names. */
export async function importExportedTraces(
	client: Client,
	folder: string,
	experiments: ReadonlyMap<string, string>,
	report: ModelImportReport,
): Promise<void> {
	for (const [id, name] of await namesOfExperiments(folder)) {
		const experiment = experiments.get(name);
		if (experiment !== undefined) await importTraces({ client, experiment, marks: null }, tracesOf(folder, id), report);
	}
}

async function* tracesOf(folder: string, experiment: string): AsyncGenerator<SourceTrace> {
	for await (const { trace, spans } of linesOf(folder, 'traces')) {
		const { experimentId, ...given } = trace;
		// An export of an older release does not say which runs a trace belongs to.
		if (experimentId === experiment) yield { ...given, runIds: given.runIds ?? [], problems: [], spans: () => Promise.resolve(spans) };
	}
}
