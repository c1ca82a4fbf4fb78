/** What runs take in and make, over HTTP. */
import { RunsteadError } from '@runstead/contract';
import { decodeCursor, encodeCursor } from '../../http/cursor.ts';
import type { Toolbox } from '../../http/toolbox.ts';
import type { DatasetService } from '../datasets/service.ts';
import type { ExperimentService } from '../experiments/service.ts';
import type { RunService } from '../runs/service.ts';
import type { LoggedModelService } from './service.ts';

export interface LineageServices {
	readonly datasets: DatasetService;
	readonly loggedModels: LoggedModelService;
	readonly experiments: ExperimentService;
	readonly runs: RunService;
}

export function serveLineage({ serve }: Toolbox, { datasets, loggedModels, experiments, runs }: LineageServices): void {
	serve('getRunLineage', async ({ params }) => {
		const { id } = await runs.find(params.run);
		const models = (await loggedModels.ofRuns([id])).get(id);
		return {
			datasets: (await datasets.inputsOf([id])).get(id) ?? [],
			modelInputs: [...(models?.inputs ?? [])],
			modelOutputs: [...(models?.outputs ?? [])],
		};
	});
	serve('logRunLineage', ({ params, body }) =>
		datasets.logInputs(
			params.run,
			body.datasets.map(({ dataset: { schema = null, profile = null, ...dataset }, tags = {} }) => ({
				dataset: { ...dataset, schema, profile },
				tags,
			})),
		),
	);
	serve('listDatasets', async ({ params, query }) =>
		datasets.list(await experiments.find(params.experiment), query.limit ?? 100, query.cursor),
	);
	serve('listLoggedModels', async ({ params, query: { limit = 100, cursor, runId } }) => {
		const [offset] = cursor === undefined ? [0] : decodeCursor(cursor, ['integer']);
		if (offset < 0) throw new RunsteadError('invalid-cursor', {});
		const { key } = await experiments.find(params.experiment);
		const found = await loggedModels.search([key], {
			...(runId !== undefined && { conditions: [{ field: 'sourceRunId', operator: '=', value: runId }] }),
			limit: limit + 1,
			offset,
		});
		return { models: found.slice(0, limit), nextCursor: found.length > limit ? encodeCursor([offset + limit]) : null };
	});
}
