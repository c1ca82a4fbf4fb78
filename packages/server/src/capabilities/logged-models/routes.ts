/** Logged models, and what else runs take in and make, over HTTP. */
import { LIMITS, type ModelFile, RunsteadError } from '@runstead/contract';
import { announcedHash } from '../../http/announced-hash.ts';
import { bodyBytes } from '../../http/byte-body.ts';
import { sendContent } from '../../http/content-reply.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../http/cursor.ts';
import { fromWireTime } from '../../http/time.ts';
import type { Toolbox } from '../../http/toolbox.ts';
import type { FileSetFile } from '../../storage/file-sets.ts';
import type { DatasetService } from '../datasets/service.ts';
import type { ExperimentService } from '../experiments/service.ts';
import type { RunService } from '../runs/service.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import type { LoggedModelService } from './service.ts';

export interface LineageServices {
	readonly datasets: DatasetService;
	readonly loggedModels: LoggedModelService;
	readonly experiments: ExperimentService;
	readonly runs: RunService;
	readonly workspaces: WorkspaceService;
}

export function serveLineage({ serve }: Toolbox, { datasets, loggedModels, experiments, runs, workspaces }: LineageServices): void {
	serve('getRunLineage', async ({ params }) => {
		const { id } = await runs.find(params.run);
		const models = (await loggedModels.ofRuns([id])).get(id);
		return {
			datasets: (await datasets.inputsOf([id])).get(id) ?? [],
			modelInputs: [...(models?.inputs ?? [])],
			modelOutputs: [...(models?.outputs ?? [])],
		};
	});
	serve('logRunLineage', async ({ params: { run }, body: { datasets: read = [], modelInputs = [], modelOutputs = [] } }) => {
		const inputs = read.map(({ dataset: { schema = null, profile = null, ...dataset }, tags = {} }) => ({
			dataset: { ...dataset, schema, profile },
			tags,
		}));
		await datasets.logInputs(run, inputs);
		await loggedModels.logInputs(run, modelInputs);
		await loggedModels.logOutputs(run, modelOutputs);
	});
	serve('listDatasets', async ({ params, query }) =>
		datasets.list(await experiments.find(params.experiment), query.limit ?? 100, query.cursor),
	);
	serveLoggedModels({ serve }, { loggedModels, experiments, workspaces });
}

function serveLoggedModels(
	{ serve }: Pick<Toolbox, 'serve'>,
	{ loggedModels, experiments, workspaces }: Pick<LineageServices, 'loggedModels' | 'experiments' | 'workspaces'>,
): void {
	/** @throws {RunsteadError} not-found for one of another experiment. */
	const findIn = async (experiment: string, id: string): Promise<string> => {
		const within = await experiments.find(experiment);
		if ((await loggedModels.experimentOf(id)).key !== within.key) throw new RunsteadError('not-found', { noun: 'logged model', given: id });
		return id;
	};
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
	serve('getLoggedModel', async ({ params: { workspace, loggedModel: id } }) => {
		const { key } = await workspaces.find(workspace);
		if ((await loggedModels.experimentOf(id)).workspace_key !== key)
			throw new RunsteadError('not-found', { noun: 'logged model', given: id });
		return loggedModels.get(id);
	});
	serve('putLoggedModel', async ({ params, body: { createdTime, modifiedTime, metrics, ...given }, reply }) => {
		const experiment = await experiments.find(params.experiment);
		reply.code(201);
		return loggedModels.put(experiment, {
			...given,
			id: params.loggedModel,
			createdTime: fromWireTime(createdTime, 'createdTime'),
			modifiedTime: fromWireTime(modifiedTime, 'modifiedTime'),
			metrics: metrics.map((metric) => ({ ...metric, time: fromWireTime(metric.time, 'The time of a metric') })),
		});
	});
	serve('listLoggedModelFiles', async ({ params, query: { limit = 100, cursor, prefix = '' } }) => {
		const [after] = cursor === undefined ? [''] : decodeCursor(cursor, ['text']);
		const found = await loggedModels.files(await findIn(params.experiment, params.loggedModel), { prefix, after, limit: limit + 1 });
		const { rows, nextCursor } = pageOf(found, limit, (last) => [last.path]);
		return { files: rows.map(presentFile), nextCursor };
	});
	serve('readLoggedModelFile', async ({ params, request, reply }) => {
		const file = await loggedModels.file(await findIn(params.experiment, params.loggedModel), params['*']);
		const head = { contentType: 'application/octet-stream', isAttachment: true };
		return sendContent(request, reply, { ...presentFile(file), ...head }, (range) => loggedModels.read(file, range));
	});
	serve('writeLoggedModelFile', async ({ params, request, reply }) => {
		const given = { path: params['*'], sha256: announcedHash(request.headers['x-content-sha256']) };
		const id = await findIn(params.experiment, params.loggedModel);
		reply.code(201);
		return presentFile(await loggedModels.putFile(id, given, bodyBytes(request, LIMITS.artifactBytes.max)));
	});
}

function presentFile({ path, size_bytes, sha256 }: FileSetFile): ModelFile {
	return { path, sizeBytes: size_bytes, sha256 };
}
