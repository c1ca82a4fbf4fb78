/** Logged models in the folder of an experiment, and which a run read and made, as MLflow keeps them without a server. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunModels, SourceFile, SourceLoggedModel, SourceModelOutput } from './mlflow-source.ts';
import { isWhole, loggedModelMetric, loggedModelStatus, timeOf } from './source-logged-model.ts';

type Meta = Readonly<Record<string, unknown>>;

/** How folders are read. */
export interface FolderReading {
	metaOrNull(folder: string): Promise<Meta | null>;
	foldersIn(folder: string): Promise<string[]>;
	/** Texts of files by their path below a folder. */
	valuesBelow(folder: string): Promise<Record<string, string>>;
	/** The files below a place; null where this cannot reach them. */
	files(uri: string): Promise<readonly SourceFile[] | null>;
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

export async function* folderLoggedModels(
	{ metaOrNull, foldersIn, valuesBelow, files }: FolderReading,
	experimentFolder: string,
): AsyncGenerator<SourceLoggedModel> {
	for (const folder of await foldersIn(join(experimentFolder, 'models'))) {
		const meta = await metaOrNull(folder);
		if (typeof meta?.model_id !== 'string' || meta.lifecycle_stage === 'deleted') continue;
		const metrics = Object.entries(await valuesBelow(join(folder, 'metrics')));
		// The folder may have been moved since it was written, and artifacts may lie elsewhere.
		const own = join(folder, 'artifacts');
		const place = existsSync(own) ? own : String(meta.artifact_location ?? own);
		const model: SourceLoggedModel = {
			id: meta.model_id,
			name: String(meta.name),
			modelType: textOrNull(meta.model_type),
			sourceRunId: textOrNull(meta.source_run_id),
			status: loggedModelStatus(meta.status),
			statusMessage: textOrNull(meta.status_message),
			tags: await valuesBelow(join(folder, 'tags')),
			params: await valuesBelow(join(folder, 'params')),
			createdTime: timeOf(meta.creation_timestamp),
			modifiedTime: timeOf(meta.last_updated_timestamp),
			metrics: metrics.flatMap(([name, lines]) => [...metricsIn(name, lines)]),
			place,
			files: () => files(place),
		};
		if (isWhole(model)) yield model;
	}
}

/** Time, value, step and run, and the dataset if there is one. */
function* metricsIn(name: string, lines: string): Generator<SourceLoggedModel['metrics'][number]> {
	for (const line of lines.split('\n')) {
		const [timeMs, value, step, runId, datasetName, datasetDigest] = line.split(' ');
		if (value !== undefined) yield loggedModelMetric({ name, value: Number(value), timeMs, step, runId, datasetName, datasetDigest });
	}
}

export async function modelsOfRunFolder(
	{ metaOrNull, foldersIn }: Pick<FolderReading, 'metaOrNull' | 'foldersIn'>,
	runFolder: string,
): Promise<RunModels> {
	const inputs: string[] = [];
	for (const folder of await foldersIn(join(runFolder, 'inputs'))) {
		const meta = await metaOrNull(folder);
		if (String(meta?.source_type).endsWith('MODEL') && typeof meta?.source_id === 'string') inputs.push(meta.source_id);
	}
	const outputs: SourceModelOutput[] = [];
	for (const folder of await foldersIn(join(runFolder, 'outputs'))) {
		const meta = await metaOrNull(folder);
		if (typeof meta?.source_id === 'string') outputs.push({ modelId: meta.source_id, step: Number(meta.step ?? 0) });
	}
	return { inputs, outputs };
}
