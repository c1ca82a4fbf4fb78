/** The evaluation datasets of an export. */
import type { Client } from '@runstead/client';
import { parseExactJson } from '@runstead/contract';
import { linesOf, namesOfExperiments } from './export-folder.ts';
import { importEvaluationDatasets } from './import-evaluation-datasets.ts';
import type { ModelImportReport } from './import-report.ts';
import type { SourceEvaluationDataset, SourceEvaluationRecord } from './mlflow-source.ts';

/** @param here the ids that experiments have here, by their names. */
export async function importExportedEvaluationDatasets(
	client: Client,
	workspace: string,
	folder: string,
	here: ReadonlyMap<string, string>,
	report: ModelImportReport,
): Promise<void> {
	const experiments = new Map(
		[...(await namesOfExperiments(folder))].flatMap(([id, name]) => (here.has(name) ? [[id, here.get(name)!]] : [])),
	);
	await importEvaluationDatasets({ client, workspace, experiments, marks: null }, datasetsOf(folder), report);
}

async function* datasetsOf(folder: string): AsyncGenerator<SourceEvaluationDataset> {
	for await (const { schema: _, ...dataset } of linesOf(folder, 'evaluationDatasets'))
		yield { ...dataset, records: () => recordsOf(folder, dataset.id) };
}

async function* recordsOf(folder: string, id: string): AsyncGenerator<SourceEvaluationRecord> {
	for await (const { dataset, record } of linesOf(folder, 'evaluationRecords', parseExactJson))
		if (dataset === id) yield { id: record.dataset_record_id, json: JSON.stringify(record), modifiedTimeMs: 0 };
}
