/** Datasets: what runs read, by name and digest, as whoever read it describes it; the data itself stays where it is. */
import { randomUUID } from 'node:crypto';
import { checkLimit, type Dataset, type DatasetInput, RunsteadError } from '@runstead/contract';
import { decodeCursor, pageOf } from '../../http/cursor.ts';
import { toWireTime } from '../../http/time.ts';
import type { Database } from '../../storage/database.ts';
import { storableJson } from '../../storage/storable-json.ts';
import type { ExperimentRecord } from '../experiments/service.ts';
import type { RunService } from '../runs/service.ts';
import * as store from './store.ts';

export type NewDatasetInput = Omit<DatasetInput, 'dataset'> & { readonly dataset: Omit<Dataset, 'id' | 'createdTime'> };

export interface DatasetUse extends Pick<Dataset, 'name' | 'digest'> {
	readonly tags: Readonly<Record<string, string>>;
}

export type DatasetService = ReturnType<typeof createDatasetService>;

export function createDatasetService({ database, runs }: { readonly database: Database; readonly runs: RunService }) {
	return {
		/** Says that a run read datasets; what is known already is not said again. @throws {RunsteadError} not-found, limit-exceeded. */
		async logInputs(runId: string, inputs: readonly NewDatasetInput[]): Promise<void> {
			for (const input of inputs) checkInput(input);
			await database.write(async (unit) => {
				const run = await runs.find(runId, unit.db);
				for (const { dataset, tags } of inputs) {
					const { name, digest, sourceType, source, schema, profile } = dataset;
					const known = await store.datasetBy(unit.db, run.experiment_key, name, digest);
					const key =
						known?.key ??
						(await store.insertDataset(unit.db, {
							id: randomUUID().replaceAll('-', ''),
							experiment_key: run.experiment_key,
							name,
							digest,
							source_type: sourceType,
							source,
							columns: schema,
							profile,
							created_time: unit.now,
						}));
					await store.insertInput(unit.db, run.key, key, storableJson(JSON.stringify(tags)));
				}
			});
		},

		/** What each of the runs read, by its id. */
		async inputsOf(runIds: readonly string[]): Promise<Map<string, DatasetInput[]>> {
			const inputs = Map.groupBy(await store.inputsOf(database.read, runIds), ({ run_id }) => run_id);
			return new Map(
				[...inputs].map(([key, rows]) => [
					key,
					rows.map((row) => ({ dataset: presentDataset(row), tags: JSON.parse(row.tags) as Record<string, string> })),
				]),
			);
		},

		/** What runs of an experiment read, and what for: each dataset once for each such purpose, the newest first. */
		async usesIn(experiment: ExperimentRecord, limit: number): Promise<DatasetUse[]> {
			const uses = await store.usesIn(database.read, experiment.key, limit);
			return uses.map(({ name, digest, tags }) => ({ name, digest, tags: JSON.parse(tags) as Record<string, string> }));
		},

		async list(experiment: ExperimentRecord, limit: number, cursor?: string): Promise<{ datasets: Dataset[]; nextCursor: string | null }> {
			const [before] = cursor === undefined ? [null] : decodeCursor(cursor, ['integer']);
			const page = pageOf(await store.datasetsOf(database.read, experiment.key, before, limit + 1), limit, (last) => [last.key]);
			return { datasets: page.rows.map(presentDataset), nextCursor: page.nextCursor };
		},
	};
}

function presentDataset(dataset: store.DatasetRecord): Dataset {
	return {
		id: dataset.id,
		name: dataset.name,
		digest: dataset.digest,
		sourceType: dataset.source_type,
		source: dataset.source,
		schema: dataset.columns,
		profile: dataset.profile,
		createdTime: toWireTime(dataset.created_time),
	};
}

function checkInput({ dataset, tags }: NewDatasetInput): void {
	for (const text of [...Object.values(dataset), ...Object.entries(tags).flat()]) {
		if (text === null) continue;
		const given = Buffer.byteLength(text);
		checkLimit('The size of a text of a dataset', given, 'datasetTextBytes');
		if (text.includes('\0')) throw new RunsteadError('invalid-request', { what: 'A text of a dataset holds the NUL character.' });
	}
}
