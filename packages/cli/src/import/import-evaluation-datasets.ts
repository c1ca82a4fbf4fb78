/** Brings evaluation datasets over; of those that are here, what of them has changed at the source since. What was deleted there stays here. */
import { type Client, RequestError } from '@runstead/client';
import { type EvaluationDataset, LIMITS } from '@runstead/contract';
import { pages } from '../output/answer.ts';
import { below, changesOf, type Marks, nullIfNotFound, type Seen, seenOf } from './import-marks.ts';
import type { EvaluationDatasetCounts, ImportReport } from './import-report.ts';
import type { SourceEvaluationDataset, SourceEvaluationRecord } from './mlflow-source.ts';

interface Context {
	readonly client: Client;
	readonly workspace: string;
	/** The id that each experiment of the source has here. */
	readonly experiments: ReadonlyMap<string, string>;
	/** Null: what is here stays as it is. */
	readonly marks: Marks | null;
}

type Report = ImportReport & EvaluationDatasetCounts;

/** Of the records of one request. */
const REQUEST_CHARACTERS_MAX = 4 * 1024 * 1024;
const REQUEST_RECORDS_MAX = 1_000;

const markOf = ({ id }: SourceEvaluationDataset): string => `mlflow evaluation dataset ${id}`;

/** What one cannot come for is told, and holds up no other. */
export async function importEvaluationDatasets(
	context: Context,
	datasets: AsyncIterable<SourceEvaluationDataset>,
	report: Report,
): Promise<void> {
	for await (const dataset of datasets)
		await importEvaluationDataset(context, dataset, report).catch((error: unknown) => {
			if (!(error instanceof RequestError) || error.status >= 500) throw error;
			report.problems.push(`Evaluation dataset ${dataset.name}: ${error.message}`);
		});
}

async function importEvaluationDataset(context: Context, dataset: SourceEvaluationDataset, report: Report): Promise<void> {
	const { client, workspace, marks } = context;
	const experimentIds = dataset.experimentIds.flatMap((id) => context.experiments.get(id) ?? []);
	const now: Seen = {
		...seenOf(dataset.tags, 'tag:'),
		...Object.fromEntries(experimentIds.map((id) => [`experiment:${id}`, 'used'])),
		records: `${dataset.recordCount} ${dataset.modifiedTime}`,
	};
	if (marks?.isSame(markOf(dataset), now)) {
		report.evaluationDatasetsThere += 1;
		return;
	}
	const params = { workspace, dataset: dataset.id };
	const seen = marks === null ? null : await marks.read(markOf(dataset));
	const before = await client.call('getEvaluationDataset', { params }).catch(nullIfNotFound);
	// It was deleted here.
	if (before === null && seen !== null) return;
	// Of an export, what is here whole stays as it is.
	const isWhole = marks === null && before !== null && before.recordCount >= dataset.recordCount;
	const { added, refused } = isWhole ? NOTHING : await bring(context, dataset, { before, seen, experimentIds }, report);
	report.evaluationRecords += added;
	const isNew = before === null || (seen === null && added > 0);
	report[isNew ? 'evaluationDatasets' : seen !== null ? 'evaluationDatasetsChanged' : 'evaluationDatasetsThere'] += 1;
	if (refused === 0) await marks?.put(markOf(dataset), now);
}

/** Of records: how many were added, and how many refused. */
interface Brought {
	readonly added: number;
	readonly refused: number;
}

const NOTHING: Brought = { added: 0, refused: 0 };

async function bring(
	{ client, workspace }: Context,
	{ records, recordCount: _, ...dataset }: SourceEvaluationDataset,
	{ before, seen, experimentIds }: { before: EvaluationDataset | null; seen: Seen | null; experimentIds: readonly string[] },
	report: Report,
): Promise<Brought> {
	const params = { workspace, dataset: dataset.id };
	const { id: _id, ...given } = dataset;
	const tags = changesOf({ now: dataset.tags, seen: below(seen, 'tag:'), here: before?.tags ?? {} });
	// Those that were taken away here stay away.
	const fresh = experimentIds.filter((id) => seen?.[`experiment:${id}`] === undefined);
	const put = ({ digest, modifiedTime }: Pick<EvaluationDataset, 'digest' | 'modifiedTime'>) =>
		client.call('putEvaluationDataset', {
			params,
			body: { ...given, digest, modifiedTime, tags: tags.set, removeTags: tags.remove, experimentIds: fresh },
		});
	await put(before ?? dataset);
	report.replaced.push(
		...tags.replaced.map((key) => `Evaluation dataset ${dataset.name}: tag ${key}, which was ${JSON.stringify(before?.tags[key])} here`),
	);
	const [, seenTime = ''] = seen?.records?.split(' ') ?? [];
	const since = seenTime === '' ? null : Date.parse(seenTime);
	// An import that was broken off goes on, and one that looks at all brings what is lacking.
	const there = seen === null && before !== null ? await recordIds(client, params) : new Set<string>();
	let added = 0;
	let refused = 0;
	const merge = async (some: readonly SourceEvaluationRecord[]): Promise<void> => {
		if (some.length === 0) return;
		const body = { records: `[${some.map(({ json }) => json).join(',')}]` };
		try {
			added += (await client.call('mergeEvaluationRecords', { params, body })).inserted;
		} catch (error) {
			if (!(error instanceof RequestError) || error.status >= 500) throw error;
			// The others of the request come without the one that is refused.
			const half = Math.floor(some.length / 2);
			if (half === 0) {
				refused += 1;
				report.problems.push(`Evaluation dataset ${dataset.name}, record ${some[0]?.id}: ${error.message}`);
			}
			for (const part of half === 0 ? [] : [some.slice(0, half), some.slice(half)]) await merge(part);
		}
	};
	let waiting: SourceEvaluationRecord[] = [];
	let characters = 0;
	for await (const record of records()) {
		// What has not changed since the last import stays as it is here.
		if (there.has(record.id) || (since !== null && record.modifiedTimeMs <= since)) continue;
		if (waiting.length >= REQUEST_RECORDS_MAX || (waiting.length > 0 && characters + record.json.length > REQUEST_CHARACTERS_MAX)) {
			await merge(waiting);
			waiting = [];
			characters = 0;
		}
		waiting.push(record);
		characters += record.json.length;
	}
	await merge(waiting);
	// Only then: to merge makes another digest.
	if (seen === null && (before === null || added > 0)) await put(dataset);
	return { added, refused };
}

async function recordIds(client: Client, params: { workspace: string; dataset: string }): Promise<Set<string>> {
	const ids = new Set<string>();
	const listed = pages<{ dataset_record_id: string }>(async (cursor) => {
		const page = await client.call('listEvaluationRecords', { params, query: { limit: LIMITS.pageSize.max, cursor } });
		return { items: JSON.parse(page.records) as { dataset_record_id: string }[], nextCursor: page.nextCursor };
	});
	for await (const { dataset_record_id: id } of listed) ids.add(id);
	return ids;
}
