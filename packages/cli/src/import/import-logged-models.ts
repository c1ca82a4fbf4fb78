/** Brings logged models over: models as runs log them, with their files, before anybody registers one. */
import { type Client, RequestError } from '@runstead/client';
import { LIMITS, type LoggedModel } from '@runstead/contract';
import { pages } from '../output/answer.ts';
import { digestOf, type Marks, type Seen } from './import-marks.ts';
import type { ImportReport, LoggedModelCounts } from './import-report.ts';
import type { SourceFile, SourceLoggedModel } from './mlflow-source.ts';
import { slices } from './slices.ts';

export interface LoggedModelContext {
	readonly client: Client;
	/** Where they are brought to. */
	readonly experiment: string;
}

const markOf = ({ id }: SourceLoggedModel): string => `mlflow logged model ${id}`;

/** What a model cannot come for is told, and holds up no other. */
export async function importLoggedModels(
	context: LoggedModelContext & { readonly marks: Marks },
	models: AsyncIterable<SourceLoggedModel>,
	report: ImportReport & LoggedModelCounts,
): Promise<void> {
	for await (const model of models)
		await importLoggedModel(context, model, report).catch((error: unknown) => {
			if (!(error instanceof RequestError) || error.status >= 500) throw error;
			report.problems.push(`Logged model ${model.id}: ${error.message}`);
		});
}

async function importLoggedModel(
	{ marks, ...context }: LoggedModelContext & { readonly marks: Marks },
	model: SourceLoggedModel,
	report: ImportReport & LoggedModelCounts,
): Promise<void> {
	const { files: listFiles, place, ...given } = model;
	const files = await listFiles();
	const seen = seenOf(model, files);
	const isNew = !marks.has(markOf(model));
	if (!marks.isSame(markOf(model), seen)) {
		await putLoggedModel(context, given);
		report.files += await putLoggedModelFiles(context, model.id, files ?? []);
		await marks.put(markOf(model), seen);
	}
	report[isNew ? 'loggedModels' : 'loggedModelsThere'] += 1;
	if (files === null) report.problems.push(`Logged model ${model.id}: its files lie at ${place}, which this command does not read.`);
}

function seenOf({ status, metrics }: SourceLoggedModel, files: readonly SourceFile[] | null): Seen {
	return {
		status,
		metrics: digestOf(JSON.stringify(metrics)),
		...(files === null
			? { files: 'unreachable' }
			: Object.fromEntries(files.map(({ path, sizeBytes }) => [`file:${path}`, String(sizeBytes)]))),
	};
}

type GivenModel = Omit<LoggedModel, 'experimentId' | 'deleted'>;

/** @throws {RequestError} already-exists where another experiment has one of its id. */
export async function putLoggedModel({ client, experiment }: LoggedModelContext, { id, ...given }: GivenModel): Promise<void> {
	const params = { experiment, loggedModel: id };
	// At least once: many have no metrics.
	for (const metrics of given.metrics.length === 0 ? [[]] : slices(given.metrics, LIMITS.loggedModelMetricsPerRequest.max))
		await client.call('putLoggedModel', { params, body: { ...given, metrics } });
}

/** Those that are not here, or in another size. How many these are. */
export async function putLoggedModelFiles(
	{ client, experiment }: LoggedModelContext,
	id: string,
	files: readonly SourceFile[],
): Promise<number> {
	const params = { experiment, loggedModel: id };
	const there = new Map<string, number>();
	const listed = pages<{ path: string; sizeBytes: number }>(async (cursor) => {
		const page = await client.call('listLoggedModelFiles', { params, query: { limit: LIMITS.pageSize.max, cursor } });
		return { items: page.files, nextCursor: page.nextCursor };
	});
	for await (const { path, sizeBytes } of listed) there.set(path, sizeBytes);
	const lacking = files.filter(({ path, sizeBytes }) => !there.has(path) || (sizeBytes !== null && there.get(path) !== sizeBytes));
	for (const { path, open } of lacking) await client.call('writeLoggedModelFile', { params: { ...params, '*': path }, body: await open() });
	return lacking.length;
}
