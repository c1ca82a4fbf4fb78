/** Logged models of a server that speaks MLflow's REST protocol; one before MLflow 3 has none. */
import { isOffered } from './mlflow-server-reply.ts';
import type { SourceFile, SourceLoggedModel } from './mlflow-source.ts';
import { isWhole, loggedModelMetric, loggedModelStatus, timeOf } from './source-logged-model.ts';

interface KeyValue {
	readonly key: string;
	readonly value?: string;
}

interface RestLoggedModel {
	readonly info: {
		readonly model_id: string;
		readonly name?: string;
		readonly model_type?: string;
		readonly source_run_id?: string;
		readonly status?: string | number;
		readonly status_message?: string;
		readonly creation_timestamp_ms?: number | string;
		readonly last_updated_timestamp_ms?: number | string;
		readonly artifact_uri?: string;
		readonly tags?: readonly KeyValue[];
	};
	readonly data?: {
		readonly params?: readonly KeyValue[];
		readonly metrics?: readonly {
			readonly key: string;
			readonly value: number | string;
			readonly timestamp?: number | string;
			readonly step?: number | string;
			readonly run_id?: string;
			readonly dataset_name?: string;
			readonly dataset_digest?: string;
		}[];
	};
}

export interface ServerModels {
	ask(path: string, init?: RequestInit): Promise<Response>;
	/** Of a place whose files the server gives itself; null: it does not. */
	files(uri: string): Promise<readonly SourceFile[] | null>;
}

const MODELS_PER_PAGE = 50;

const mapOf = (pairs: readonly KeyValue[] = []): Record<string, string> =>
	Object.fromEntries(pairs.map(({ key, value = '' }) => [key, value]));

export async function* serverLoggedModels({ ask, files }: ServerModels, experimentId: string): AsyncGenerator<SourceLoggedModel> {
	let token: string | undefined;
	do {
		const reply = await ask('/api/2.0/mlflow/logged-models/search', {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({
				experiment_ids: [experimentId],
				max_results: MODELS_PER_PAGE,
				...(token !== undefined && { page_token: token }),
			}),
		});
		if (!(await isOffered(reply))) return;
		const page = (await reply.json()) as { models?: RestLoggedModel[]; next_page_token?: string };
		for (const model of page.models ?? []) {
			const presented = loggedModelOf(model, files);
			if (isWhole(presented)) yield presented;
		}
		token = page.next_page_token || undefined;
	} while (token !== undefined);
}

function loggedModelOf({ info, data = {} }: RestLoggedModel, files: ServerModels['files']): SourceLoggedModel {
	const place = info.artifact_uri ?? '';
	return {
		id: info.model_id,
		name: info.name ?? info.model_id,
		modelType: info.model_type || null,
		sourceRunId: info.source_run_id || null,
		status: loggedModelStatus(info.status),
		statusMessage: info.status_message || null,
		tags: mapOf(info.tags),
		params: mapOf(data.params),
		createdTime: timeOf(info.creation_timestamp_ms),
		modifiedTime: timeOf(info.last_updated_timestamp_ms),
		metrics: (data.metrics ?? []).map((metric) =>
			loggedModelMetric({
				name: metric.key,
				value: Number(metric.value),
				timeMs: metric.timestamp,
				step: metric.step,
				runId: metric.run_id,
				datasetName: metric.dataset_name,
				datasetDigest: metric.dataset_digest,
			}),
		),
		place,
		files: () => (place === '' ? Promise.resolve([]) : files(place)),
	};
}
