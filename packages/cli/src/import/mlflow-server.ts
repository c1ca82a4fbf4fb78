/** Reads from a server that speaks MLflow's REST protocol. */
import { existsSync } from 'node:fs';
import { CommandError } from '../command.ts';
import { filesBelow, isProxied, localFolderOrNull } from './local-artifacts.ts';
import { serverEvaluationDatasets } from './mlflow-server-evaluation-datasets.ts';
import { serverLoggedModels } from './mlflow-server-logged-models.ts';
import { serverTraces } from './mlflow-server-traces.ts';
import {
	type MlflowSource,
	PORTION_POINTS,
	type SourceExperiment,
	type SourceFile,
	type SourceModel,
	type SourcePoint,
	type SourceRun,
} from './mlflow-source.ts';
import { timeOf } from './source-logged-model.ts';
import { nameWithin, sourceWorkspaceOrNull } from './source-workspace.ts';

interface KeyValue {
	readonly key: string;
	readonly value?: string;
}

interface RestRun {
	readonly info: {
		readonly run_id: string;
		readonly run_name?: string;
		readonly status: SourceRun['status'];
		readonly start_time?: number;
		readonly end_time?: number;
		readonly lifecycle_stage: string;
		readonly user_id?: string;
		readonly artifact_uri?: string;
	};
	readonly data?: {
		readonly metrics?: readonly (RestMetric & { readonly key: string })[];
		readonly params?: readonly KeyValue[];
		readonly tags?: readonly KeyValue[];
	};
	readonly inputs?: {
		readonly dataset_inputs?: readonly {
			readonly tags?: readonly KeyValue[];
			readonly dataset: {
				readonly name: string;
				readonly digest: string;
				readonly source_type: string;
				readonly source: string;
				readonly schema?: string;
				readonly profile?: string;
			};
		}[];
		readonly model_inputs?: readonly { readonly model_id: string }[];
	};
	readonly outputs?: { readonly model_outputs?: readonly { readonly model_id: string; readonly step?: number | string }[] };
}

interface RestMetric {
	readonly value: number | string;
	readonly timestamp: number | string;
	readonly step?: number | string;
}

interface RestFile {
	readonly path: string;
	readonly is_dir?: boolean;
	readonly file_size?: number | string;
}

interface RestModel {
	readonly name: string;
	readonly description?: string;
	readonly tags?: readonly KeyValue[];
	readonly aliases?: readonly { readonly alias: string; readonly version: string }[];
	readonly creation_timestamp?: number | string;
}

interface RestVersion {
	readonly version: string;
	readonly description?: string;
	readonly current_stage?: string;
	readonly source?: string;
	readonly run_id?: string;
	readonly creation_timestamp: number | string;
	readonly tags?: readonly KeyValue[];
}

const RUNS_PER_PAGE = 500;
const EXPERIMENTS_PER_PAGE = 1_000;
const IS_PROMPT = "tags.`mlflow.prompt.is_prompt` = 'true'";

function mapOf(pairs: readonly KeyValue[] = []): Record<string, string> {
	return Object.fromEntries(pairs.map(({ key, value = '' }) => [key, value]));
}

/** `MLFLOW_TRACKING_TOKEN`, or user and password, as MLflow's own client takes them. */
function authorizationOrNull(url: URL): string | null {
	const { MLFLOW_TRACKING_TOKEN: token, MLFLOW_TRACKING_USERNAME: user, MLFLOW_TRACKING_PASSWORD: password } = process.env;
	if (url.username !== '')
		return `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64')}`;
	if (user) return `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}`;
	return token ? `Bearer ${token}` : null;
}

/**
 * @param ownServerId of the server that is imported into.
 * @throws {CommandError} when it is that server, or does not answer, or has several workspaces and none is named.
 */
export async function openMlflowServer(address: string, namedWorkspace: string | undefined, ownServerId: string): Promise<MlflowSource> {
	const url = new URL(address);
	const authorization = authorizationOrNull(url);
	url.username = '';
	url.password = '';
	const base = url.href.replace(/\/+$/, '');
	const headers: Record<string, string> = { ...(authorization !== null && { authorization }) };

	const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
		fetch(`${base}${path}`, { ...init, headers: { ...headers, ...init.headers } }).catch((error: unknown) => {
			const cause = (error as Error).cause instanceof Error ? ((error as Error).cause as Error).message : String(error);
			throw new CommandError(`${base} cannot be reached: ${cause}.`, 'Check the address, and that the server runs.');
		});
	const askForJson = async <T>(path: string): Promise<T | null> => {
		const reply = await ask(path);
		return reply.ok ? ((await reply.json().catch(() => null)) as T | null) : null;
	};
	const health = await askForJson<{ serverId?: unknown }>('/api/v1/health');
	if (health?.serverId === ownServerId)
		throw new CommandError(
			`${base} is the server that this would be imported into, or a copy of it.`,
			'Name the MLflow that the runs are to come from; runstead export and runstead import bring what one Runstead keeps into another.',
		);
	// Servers before MLflow 3.9 know no workspaces.
	const info = await askForJson<{ workspaces_enabled?: boolean }>('/api/3.0/mlflow/server-info');
	const listed =
		info?.workspaces_enabled === true
			? await askForJson<{ workspaces?: readonly { readonly name: string }[] }>('/api/3.0/mlflow/workspaces')
			: null;
	const workspace = sourceWorkspaceOrNull(
		base,
		(listed?.workspaces ?? []).map(({ name }) => name),
		namedWorkspace,
	);
	if (workspace !== null) headers['x-mlflow-workspace'] = workspace;

	const fetchFrom = async (path: string, init: RequestInit = {}): Promise<Response> => {
		const reply = await ask(path, init);
		if (reply.ok) return reply;
		const text = await reply.text();
		const isAnswer = text.includes('"error_code"');
		throw new CommandError(
			`${base}${path.split('?')[0]} answered ${reply.status}${isAnswer ? `: ${text.slice(0, 500)}` : ', not in the way of MLflow'}.`,
			reply.status === 401
				? 'Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.'
				: reply.status === 404 && !isAnswer
					? 'Name the server as MLFLOW_TRACKING_URI does, such as http://127.0.0.1:5000.'
					: 'Look into the log of that server.',
		);
	};
	const get = async <T>(path: string, query: Record<string, string>): Promise<T> =>
		(await fetchFrom(`/api/2.0/mlflow/${path}?${new URLSearchParams(query)}`)).json() as Promise<T>;
	const post = async <T>(path: string, body: object): Promise<T> =>
		(
			await fetchFrom(`/api/2.0/mlflow/${path}`, {
				method: 'POST',
				body: JSON.stringify(body),
				headers: { 'content-type': 'application/json' },
			})
		).json() as Promise<T>;

	async function* paged<T extends { next_page_token?: string }>(fetchPage: (token: string | undefined) => Promise<T>): AsyncGenerator<T> {
		let token: string | undefined;
		do {
			const page = await fetchPage(token);
			yield page;
			token = page.next_page_token || undefined;
		} while (token !== undefined);
	}

	/** The files below a folder, found level by level; those of `list` carry their path from its root. */
	const walk = async (
		list: (folder: string) => Promise<readonly RestFile[]>,
		open: (path: string) => SourceFile['open'],
	): Promise<SourceFile[]> => {
		const files: SourceFile[] = [];
		const folders = [''];
		for (let folder = folders.pop(); folder !== undefined; folder = folders.pop())
			for (const { path, is_dir, file_size } of await list(folder)) {
				if (is_dir) folders.push(path);
				else files.push({ path, sizeBytes: file_size === undefined ? null : Number(file_size), open: open(path) });
			}
		return files.toSorted((one, other) => (one.path < other.path ? -1 : 1));
	};
	const body = async (path: string): Promise<NonNullable<RequestInit['body']>> => (await fetchFrom(path)).body ?? new Blob([]);

	const proxied = (root: string): Promise<SourceFile[]> =>
		walk(
			async (folder) => {
				const path = folder === '' ? root : `${root}/${folder}`;
				const reply = (await (await fetchFrom(`/api/2.0/mlflow-artifacts/artifacts?${new URLSearchParams({ path })}`)).json()) as {
					files?: RestFile[];
				};
				return (reply.files ?? []).map((file) => ({ ...file, path: folder === '' ? file.path : `${folder}/${file.path}` }));
			},
			(path) => () => body(`/api/2.0/mlflow-artifacts/artifacts/${`${root}/${path}`.split('/').map(encodeURIComponent).join('/')}`),
		);

	/** The server reads its own disk or bucket; what this machine has too is read here. */
	const ofPlace = async (uri: string): Promise<SourceFile[] | null> => {
		if (isProxied(uri)) return proxied(uri.replace(/^mlflow-artifacts:(\/\/[^/]*)?\/*/, '').replace(/\/+$/, ''));
		const folder = localFolderOrNull(uri, { base: process.cwd(), artifacts: process.cwd() });
		// The folder of a server on another machine is not there.
		return folder === null || !existsSync(folder) ? null : filesBelow(folder);
	};

	const ofRun = (runId: string): Promise<SourceFile[]> =>
		walk(
			async (path) => {
				const found: RestFile[] = [];
				const query = { run_id: runId, ...(path !== '' && { path }) };
				const pages = paged((token) =>
					get<{ files?: RestFile[]; next_page_token?: string }>('artifacts/list', {
						...query,
						...(token !== undefined && { page_token: token }),
					}),
				);
				for await (const { files = [] } of pages) found.push(...files);
				return found;
			},
			(path) => () => body(`/get-artifact?${new URLSearchParams({ run_id: runId, path })}`),
		);

	const listExperiments = async (): Promise<SourceExperiment[]> => {
		const all: SourceExperiment[] = [];
		const pages = paged((page_token) =>
			post<{
				experiments?: { experiment_id: string; name: string; lifecycle_stage: string; tags?: KeyValue[] }[];
				next_page_token?: string;
			}>('experiments/search', {
				max_results: EXPERIMENTS_PER_PAGE,
				view_type: 'ALL',
				order_by: ['experiment_id ASC'],
				...(page_token !== undefined && { page_token }),
			}),
		);
		for await (const { experiments = [] } of pages)
			for (const { experiment_id, name, lifecycle_stage, tags } of experiments)
				all.push({ id: experiment_id, name, tags: mapOf(tags), isDeleted: lifecycle_stage === 'deleted' });
		return all;
	};

	return {
		name: nameWithin(base, workspace),

		async countRuns() {
			let count = 0;
			for (const { id } of await listExperiments())
				for await (const page of paged((page_token) => searchRuns(id, { page_token, max_results: 10_000 })))
					count += page.runs?.length ?? 0;
			return count;
		},

		experiments: listExperiments,

		async *runs(experimentId) {
			for await (const { runs = [] } of paged((page_token) => searchRuns(experimentId, { page_token, max_results: RUNS_PER_PAGE })))
				for (const run of runs) yield runOf(run);
		},

		// Of what a run read and made, a search of runs does not tell all.
		modelsOf: async ({ id }) => runOf((await get<{ run: RestRun }>('runs/get', { run_id: id })).run).models,

		async *points(runId, metric) {
			const query = { run_id: runId, metric_key: metric, max_results: String(PORTION_POINTS) };
			const pages = paged((token) =>
				get<{ metrics?: RestMetric[]; next_page_token?: string }>('metrics/get-history', {
					...query,
					...(token !== undefined && { page_token: token }),
				}),
			);
			for await (const { metrics = [] } of pages) if (metrics.length > 0) yield metrics.map(pointOf);
		},

		async files(uri, { runId, model }) {
			if (runId !== undefined && !isProxied(uri)) return ofRun(runId);
			return runId === undefined && model === undefined && !isProxied(uri) ? null : ofPlace(uri);
		},

		async models(): Promise<SourceModel[]> {
			const models = new Map<string, SourceModel>();
			// Prompts are models that are listed for this filter alone.
			for (const filter of ['', IS_PROMPT]) {
				const pages = paged((token) =>
					get<{
						registered_models?: RestModel[];
						next_page_token?: string;
					}>('registered-models/search', {
						max_results: '100',
						...(filter !== '' && { filter }),
						...(token !== undefined && { page_token: token }),
					}),
				);
				for await (const { registered_models: page = [] } of pages)
					for (const { name, description = null, tags, aliases = [], creation_timestamp: created } of page) {
						models.set(name, {
							name,
							description,
							tags: mapOf(tags),
							aliases: Object.fromEntries(aliases.map(({ alias, version }) => [alias, Number(version)])),
							createdTime: created === undefined ? null : timeOf(created),
							versions: await versionsOf(name, filter),
						});
					}
			}
			return [...models.values()];
		},

		loggedModels: (experimentId) => serverLoggedModels({ ask, files: ofPlace }, experimentId),

		traces: (experimentId) => serverTraces(ask, experimentId),

		evaluationDatasets: () => serverEvaluationDatasets(ask),

		problems: () => [],

		close: () => Promise.resolve(),
	};

	function searchRuns(experiment: string, { page_token, max_results }: { page_token: string | undefined; max_results: number }) {
		return post<{ runs?: RestRun[]; next_page_token?: string }>('runs/search', {
			experiment_ids: [experiment],
			run_view_type: 'ALL',
			max_results,
			order_by: ['attributes.start_time ASC'],
			...(page_token !== undefined && { page_token }),
		});
	}

	async function versionsOf(name: string, more: string) {
		const versions = [];
		const filter = `name='${name.replaceAll("'", "''")}'${more === '' ? '' : ` and ${more}`}`;
		const pages = paged((token) =>
			get<{ model_versions?: RestVersion[]; next_page_token?: string }>('model-versions/search', {
				filter,
				max_results: '1000',
				...(token !== undefined && { page_token: token }),
			}),
		);
		for await (const { model_versions: page = [] } of pages)
			for (const one of page) {
				const { artifact_uri: location = null } = await get<{ artifact_uri?: string }>('model-versions/get-download-uri', {
					name,
					version: one.version,
				});
				versions.push({
					version: Number(one.version),
					description: one.description || null,
					stage: one.current_stage ?? 'None',
					source: one.source ?? '',
					location,
					runId: one.run_id || null,
					tags: mapOf(one.tags),
					createdTimeMs: Number(one.creation_timestamp),
				});
			}
		return versions.toSorted((one, other) => one.version - other.version);
	}
}

function runOf({ info, data = {}, inputs = {}, outputs = {} }: RestRun): SourceRun {
	const tags = mapOf(data.tags);
	return {
		id: info.run_id,
		name: info.run_name ?? tags['mlflow.runName'] ?? '',
		status: info.status,
		startTimeMs: info.start_time === undefined ? null : Number(info.start_time),
		endTimeMs: info.end_time === undefined ? null : Number(info.end_time),
		isDeleted: info.lifecycle_stage === 'deleted',
		user: info.user_id ?? '',
		params: mapOf(data.params),
		tags,
		metrics: Object.fromEntries((data.metrics ?? []).map((last) => [last.key, lastOf(last, info.end_time)])),
		datasets: (inputs.dataset_inputs ?? []).map(({ dataset, tags: inputTags }) => ({
			name: dataset.name,
			digest: dataset.digest,
			sourceType: dataset.source_type,
			source: dataset.source,
			schema: dataset.schema ?? null,
			profile: dataset.profile ?? null,
			tags: mapOf(inputTags),
		})),
		models: {
			inputs: (inputs.model_inputs ?? []).map(({ model_id }) => model_id),
			outputs: (outputs.model_outputs ?? []).map(({ model_id, step = 0 }) => ({ modelId: model_id, step: Number(step) })),
		},
		artifactUri: info.artifact_uri ?? '',
	};
}

/** The last point; one that came out of order is noticed when the run has ended. */
function lastOf({ value, timestamp, step = 0 }: RestMetric, endTime: number | undefined): string {
	return `last ${value} ${timestamp} ${step} ${endTime ?? ''}`;
}

function pointOf({ value, timestamp, step = 0 }: RestMetric): SourcePoint {
	return { value: Number(value), timeMs: Number(timestamp), step: Number(step) };
}
