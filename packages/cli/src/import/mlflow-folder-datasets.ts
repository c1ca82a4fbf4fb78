/** Datasets that a run read, as MLflow keeps them without a server. */
import { join } from 'node:path';
import type { FolderReading } from './mlflow-folder-logged-models.ts';
import type { SourceDataset } from './mlflow-source.ts';

const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

export async function datasetsOfRunFolder(
	{ metaOrNull, foldersIn }: Pick<FolderReading, 'metaOrNull' | 'foldersIn'>,
	experimentFolder: string,
	runFolder: string,
): Promise<SourceDataset[]> {
	const datasets: SourceDataset[] = [];
	for (const folder of await foldersIn(join(runFolder, 'inputs'))) {
		const input = await metaOrNull(folder);
		if (input?.source_type !== 'DATASET' || typeof input.source_id !== 'string') continue;
		const dataset = await metaOrNull(join(experimentFolder, 'datasets', input.source_id));
		if (dataset === null) continue;
		datasets.push({
			name: String(dataset.name),
			digest: String(dataset.digest),
			sourceType: String(dataset.source_type),
			source: String(dataset.source),
			schema: textOrNull(dataset.schema),
			profile: textOrNull(dataset.profile),
			tags: Object.fromEntries(Object.entries(input.tags ?? {}).map(([key, value]) => [key, String(value)])),
		});
	}
	return datasets;
}
