/** Logged models in MLflow's own database, and which runs read and made them. */
import type { TraceTables } from './mlflow-database-traces.ts';
import type { RunModels, SourceLoggedModel } from './mlflow-source.ts';
import { isWhole, loggedModelMetric, loggedModelStatus, timeOf } from './source-logged-model.ts';

type Row = Readonly<Record<string, unknown>>;

const pairs = (rows: readonly Row[] = []): Record<string, string> =>
	Object.fromEntries(rows.map(({ key, value }) => [String(key), String(value ?? '')]));
const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

export async function* databaseLoggedModels(
	{ all, byId, tables, places }: TraceTables,
	experimentId: string,
): AsyncGenerator<SourceLoggedModel> {
	if (!tables.has('logged_models')) return;
	const rows = await all(
		"select * from logged_models where experiment_id = ? and lifecycle_stage <> 'deleted' order by creation_timestamp_ms, model_id",
		Number(experimentId),
	);
	for (const row of rows) {
		const id = String(row.model_id);
		const params = await byId('select model_id as owner, param_key as key, param_value as value from logged_model_params', 'model_id', [
			id,
		]);
		const tags = await byId('select model_id as owner, tag_key as key, tag_value as value from logged_model_tags', 'model_id', [id]);
		const metrics = await byId(
			`select model_id as owner, metric_name, metric_value, metric_timestamp_ms, metric_step, run_id, dataset_name, dataset_digest
				from logged_model_metrics`,
			'model_id',
			[id],
		);
		const place = String(row.artifact_location);
		const model: SourceLoggedModel = {
			id,
			name: String(row.name),
			modelType: textOrNull(row.model_type),
			sourceRunId: textOrNull(row.source_run_id),
			status: loggedModelStatus(Number(row.status)),
			statusMessage: textOrNull(row.status_message),
			tags: pairs(tags.get(id)),
			params: pairs(params.get(id)),
			createdTime: timeOf(row.creation_timestamp_ms),
			modifiedTime: timeOf(row.last_updated_timestamp_ms),
			metrics: (metrics.get(id) ?? []).map((metric) =>
				loggedModelMetric({
					name: String(metric.metric_name),
					value: metric.metric_value === null ? Number.NaN : Number(metric.metric_value),
					timeMs: metric.metric_timestamp_ms,
					step: metric.metric_step,
					runId: metric.run_id,
					datasetName: metric.dataset_name,
					datasetDigest: metric.dataset_digest,
				}),
			),
			place,
			files: () => places.filesOf(place),
		};
		if (isWhole(model)) yield model;
	}
}

export const NO_MODELS: RunModels = { inputs: [], outputs: [] };

/** What runs read and made, by their ids. */
export async function modelsOfRuns(
	{ byId, tables }: Pick<TraceTables, 'byId' | 'tables'>,
	runIds: readonly string[],
): Promise<ReadonlyMap<string, RunModels>> {
	if (!tables.has('logged_models')) return new Map();
	const linked = (type: string) =>
		byId('select source_id as owner, destination_id, step from inputs', `source_type = '${type}' and source_id`, runIds);
	const [inputs, outputs] = [await linked('RUN_INPUT'), await linked('RUN_OUTPUT')];
	return new Map(
		[...new Set([...inputs.keys(), ...outputs.keys()])].map((run) => [
			run,
			{
				inputs: (inputs.get(run) ?? []).map(({ destination_id }) => String(destination_id)),
				outputs: (outputs.get(run) ?? []).map(({ destination_id, step }) => ({ modelId: String(destination_id), step: Number(step ?? 0) })),
			},
		]),
	);
}
