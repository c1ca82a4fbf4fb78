/** Evaluation datasets behind a server that speaks MLflow's REST protocol. */
import { parseExactJson } from '@runstead/contract';
import { isOffered } from './mlflow-server-reply.ts';
import { type SourceEvaluationDataset, type SourceEvaluationRecord, SourceRefusal } from './mlflow-source.ts';
import { plainJson } from './plain-json.ts';

type Ask = (path: string, init?: RequestInit) => Promise<Response>;

interface RestDataset {
	readonly dataset_id: string;
	readonly name: string;
	readonly digest?: string;
	readonly tags?: string;
	readonly profile?: string;
	readonly created_time?: number | string;
	readonly last_update_time?: number | string;
	readonly created_by?: string;
	readonly last_updated_by?: string;
}

const CALLS = '/api/3.0/mlflow/datasets';
const DATASETS_PER_PAGE = 100;
/** Records may be large. */
const RECORDS_PER_PAGE = 200;

export async function* serverEvaluationDatasets(ask: Ask): AsyncGenerator<SourceEvaluationDataset> {
	let token: string | undefined;
	do {
		const reply = await ask(`${CALLS}/search`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({
				max_results: DATASETS_PER_PAGE,
				order_by: ['created_time ASC'],
				...(token !== undefined && { page_token: token }),
			}),
		});
		if (!(await isOffered(reply))) return;
		const page = (await reply.json()) as { datasets?: RestDataset[]; next_page_token?: string };
		for (const dataset of page.datasets ?? []) yield await evaluationDatasetOf(ask, dataset);
		token = page.next_page_token || undefined;
	} while (token !== undefined);
}

async function evaluationDatasetOf(ask: Ask, given: RestDataset): Promise<SourceEvaluationDataset> {
	const used = await jsonOf<{ experiment_ids?: string[] }>(await ask(`${CALLS}/${given.dataset_id}/experiment-ids`));
	const { num_records: recordCount = 0 } = (JSON.parse(given.profile ?? '{}') ?? {}) as { num_records?: number };
	return {
		id: given.dataset_id,
		name: given.name,
		digest: given.digest ?? '',
		tags: JSON.parse(given.tags ?? '{}') as Record<string, string>,
		experimentIds: used.experiment_ids ?? [],
		createdTime: new Date(Number(given.created_time ?? 0)).toISOString(),
		modifiedTime: new Date(Number(given.last_update_time ?? 0)).toISOString(),
		createdBy: given.created_by ?? null,
		modifiedBy: given.last_updated_by ?? null,
		recordCount,
		records: () => recordsOf(ask, given.dataset_id),
	};
}

async function* recordsOf(ask: Ask, id: string): AsyncGenerator<SourceEvaluationRecord> {
	let token: string | undefined;
	do {
		const query = new URLSearchParams({ max_results: String(RECORDS_PER_PAGE), ...(token !== undefined && { page_token: token }) });
		const page = await jsonOf<{ records?: string; next_page_token?: string }>(await ask(`${CALLS}/${id}/records?${query}`));
		for (const record of recordsIn(page.records ?? '[]')) yield record;
		token = page.next_page_token || undefined;
	} while (token !== undefined);
}

/** In a list of records that is a text. */
function recordsIn(text: string): SourceEvaluationRecord[] {
	const list = parseExactJson(plainJson(text)) as { dataset_record_id: string; last_update_time?: number }[];
	return list.map((record) => ({
		id: record.dataset_record_id,
		json: JSON.stringify(record),
		modifiedTimeMs: Number(record.last_update_time ?? 0),
	}));
}

async function jsonOf<T>(reply: Response): Promise<T> {
	if (!(await isOffered(reply))) throw new SourceRefusal(`${reply.url} answered ${reply.status}.`);
	return (await reply.json()) as T;
}
