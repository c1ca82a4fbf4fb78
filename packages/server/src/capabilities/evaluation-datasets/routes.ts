/** Evaluation datasets over HTTP. */

import { RunsteadError } from '@runstead/contract';
import { decodeCursor, encodeCursor } from '../../http/cursor.ts';
import { fromWireTime, toWireTime } from '../../http/time.ts';
import type { Toolbox } from '../../http/toolbox.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import { recordsJson } from './present-records.ts';
import type { EvaluationDataset, EvaluationDatasetService } from './service.ts';

interface Services {
	readonly evaluationDatasets: EvaluationDatasetService;
	readonly workspaces: WorkspaceService;
}

export function serveEvaluationDatasets({ serve }: Toolbox, { evaluationDatasets, workspaces }: Services): void {
	serve('listEvaluationDatasets', async ({ params, query: { limit = 100, cursor } }) => {
		const [offset] = cursor === undefined ? [0] : decodeCursor(cursor, ['integer']);
		if (offset < 0) throw new RunsteadError('invalid-cursor', {});
		const found = await evaluationDatasets.search(await workspaces.find(params.workspace), { limit: limit + 1, offset });
		return { datasets: found.slice(0, limit).map(present), nextCursor: found.length > limit ? encodeCursor([offset + limit]) : null };
	});
	serve('getEvaluationDataset', async ({ params: { workspace, dataset } }) =>
		present(await evaluationDatasets.get(await workspaces.find(workspace), dataset)),
	);
	serve('putEvaluationDataset', async ({ params: { workspace, dataset: id }, body: { createdTime, modifiedTime, ...given } }) =>
		present(
			await evaluationDatasets.put(await workspaces.find(workspace), {
				...given,
				id,
				createdTime: fromWireTime(createdTime, 'createdTime'),
				modifiedTime: fromWireTime(modifiedTime, 'modifiedTime'),
			}),
		),
	);
	serve('listEvaluationRecords', async ({ params: { workspace, dataset }, query: { limit = 100, cursor } }) => {
		const { records, nextCursor } = await evaluationDatasets.records(await workspaces.find(workspace), dataset, limit, cursor);
		return { records: recordsJson(dataset, records), nextCursor };
	});
	serve('mergeEvaluationRecords', async ({ params: { workspace, dataset }, body }) =>
		evaluationDatasets.merge(await workspaces.find(workspace), dataset, body.records, true),
	);
}

function present({ createdTime, modifiedTime, tags, experimentIds, ...dataset }: EvaluationDataset) {
	return {
		...dataset,
		tags: { ...tags },
		experimentIds: [...experimentIds],
		createdTime: toWireTime(createdTime),
		modifiedTime: toWireTime(modifiedTime),
	};
}
