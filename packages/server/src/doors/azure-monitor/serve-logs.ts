/** The query protocol of Azure Monitor Logs: unmodified `azure-monitor-query` and `@azure/monitor-query-logs` ask here. */
import type { IncomingMessage } from 'node:http';
import { RunsteadError } from '@runstead/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { QueryResult, QueryService } from '../../capabilities/query/service.ts';
import type { WorkspaceRecord, WorkspaceService } from '../../capabilities/workspaces/service.ts';
import { goneSignal } from '../../http/gone-signal.ts';
import type { Guard } from '../../http/guard.ts';
import { authorizeAnywhere, authorizeHere, type Principal } from '../../http/principal.ts';
import { azureError } from './errors.ts';

export interface AzureLogsOptions {
	readonly guard: Guard;
	readonly queries: QueryService;
	readonly workspaces: WorkspaceService;
	readonly asRunsteadError: (error: unknown, request: FastifyRequest) => RunsteadError;
}

/** What `Prefer: wait=60,include-statistics=true,include-render=true` asks for. */
interface Preference {
	readonly seconds: number | undefined;
	readonly statistics: boolean;
	readonly render: boolean;
}

interface Question {
	readonly query: string;
	readonly timespan: string | null;
	readonly workspaces: readonly string[];
}

const PERMISSION = 'workspace.read';
const BATCH_MAX = 100;
const WORKSPACE_PATHS = ['/v1/workspaces/:workspace/query', '/workspaces/:workspace/query'];
const RESOURCE = '/subscriptions/:subscription/:groups/:group/providers/:provider/:type/:workspace/query';
const RESOURCE_PATHS = [`/v1${RESOURCE}`, RESOURCE];
const BATCH_PATHS = ['/v1/$batch', '/$batch'];

export function serveAzureLogs(server: FastifyInstance, options: AzureLogsOptions): void {
	void server.register(async (app) => {
		app.setErrorHandler((error, request, reply) => {
			const answer = options.asRunsteadError(error, request);
			return reply.code(answer.status).send({ error: azureError(answer, request.id) });
		});
		const admit = async (request: IncomingMessage): Promise<Principal> => {
			options.guard.screen(request);
			const principal = await options.guard.admit(request);
			authorizeAnywhere(principal, PERMISSION);
			return principal;
		};
		for (const path of [...WORKSPACE_PATHS, ...RESOURCE_PATHS]) {
			app.post(path, async (request, reply) => {
				const principal = await admit(request.raw);
				const { workspace } = request.params as { workspace: string };
				const preference = preferenceOf(request.headers.prefer);
				const text = await ask(options, {
					name: workspace,
					question: questionOf(request.body),
					preference,
					principal,
					signal: goneSignal(reply),
				});
				return reply.type('application/json; charset=utf-8').send(text);
			});
		}
		for (const path of BATCH_PATHS) app.post(path, async (request, reply) => batch(options, request, reply, await admit(request.raw)));
	});
}

function preferenceOf(header: unknown): Preference {
	const words = String(header ?? '');
	const wait = /wait=(\d+)/.exec(words)?.[1];
	return {
		seconds: wait === undefined ? undefined : Number(wait),
		statistics: words.includes('include-statistics=true'),
		render: words.includes('include-render=true'),
	};
}

function questionOf(body: unknown): Question {
	const { query, timespan, workspaces } = (body ?? {}) as Partial<Record<string, unknown>>;
	if (typeof query !== 'string' || query === '') throw new RunsteadError('invalid-request', { what: 'The body has no "query".' });
	if (timespan !== undefined && timespan !== null && typeof timespan !== 'string')
		throw new RunsteadError('invalid-request', { what: '"timespan" is not a text.' });
	const others = workspaces ?? [];
	if (!Array.isArray(others) || !others.every((one) => typeof one === 'string'))
		throw new RunsteadError('invalid-request', { what: '"workspaces" is not a list of names.' });
	return { query, timespan: timespan ?? null, workspaces: others as string[] };
}

/** A workspace by its id, its name, or the id of its resource. */
function findWorkspace(workspaces: WorkspaceService, given: string): Promise<WorkspaceRecord> {
	return workspaces.find(given.startsWith('/') ? (given.split('/').at(-1) ?? given) : given);
}

interface Asked {
	readonly name: string;
	readonly question: Question;
	readonly preference: Preference;
	readonly principal: Principal;
	readonly signal: AbortSignal;
}

/** The answer as JSON text. */
async function ask({ queries, workspaces }: AzureLogsOptions, { name, question, preference, principal, signal }: Asked): Promise<string> {
	const found = await Promise.all([name, ...question.workspaces].map((one) => findWorkspace(workspaces, one)));
	for (const { id } of found) authorizeHere(principal, PERMISSION, { workspaceId: id, runLineage: [] });
	const result = await queries.run({
		query: question.query,
		timespan: question.timespan,
		workspaceKeys: found.map(({ key }) => key),
		limits: { seconds: preference.seconds },
		signal,
	});
	return answerText(result, preference);
}

function answerText({ executeMs, more, ...first }: QueryResult, { statistics, render }: Preference): string {
	const all = [first, ...more];
	const cut = all.find(({ cutBy }) => cutBy !== null);
	const tables = all.map(
		({ name, columns, rows }) => `{"name":${JSON.stringify(name)},"columns":${JSON.stringify(columns)},"rows":${rows}}`,
	);
	const datasetStatistics = all.map(({ rowCount, rows }) => ({ tableRowCount: rowCount, tableSize: rows.length }));
	const rest = {
		...(statistics && {
			statistics: { query: { executionTime: executeMs / 1_000, datasetStatistics } },
		}),
		...(render && first.visualization && { render: first.visualization }),
		...(cut && {
			error: {
				code: 'PartialError',
				message: 'There were some errors when processing your query.',
				details: [{ code: 'EntityTooLarge', message: `The answer was cut off after ${cut.rowCount} rows: it has too many ${cut.cutBy}.` }],
			},
		}),
	};
	return `{"tables":[${tables.join(',')}]${JSON.stringify(rest)
		.replace(/^\{(?=.)/, ',')
		.replace(/^,\}$/, '}')}`;
}

async function batch(options: AzureLogsOptions, request: FastifyRequest, reply: FastifyReply, principal: Principal): Promise<FastifyReply> {
	const { requests } = (request.body ?? {}) as { requests?: unknown };
	if (!Array.isArray(requests) || requests.length > BATCH_MAX)
		throw new RunsteadError('invalid-request', { what: `"requests" is a list of up to ${BATCH_MAX} queries.` });
	const signal = goneSignal(reply);
	const responses = await Promise.all(
		requests.map(async (one: unknown) => {
			const { id, workspace, headers, body } = (one ?? {}) as Partial<Record<string, unknown>>;
			const shown = JSON.stringify(String(id ?? ''));
			try {
				const preference = preferenceOf(
					(headers as Record<string, unknown> | undefined)?.Prefer ?? (headers as Record<string, unknown> | undefined)?.prefer,
				);
				const text = await ask(options, { name: String(workspace ?? ''), question: questionOf(body), preference, principal, signal });
				return `{"id":${shown},"status":200,"headers":{},"body":${text}}`;
			} catch (error) {
				const told = options.asRunsteadError(error, request);
				return `{"id":${shown},"status":${told.status},"headers":{},"body":${JSON.stringify({ error: azureError(told, request.id) })}}`;
			}
		}),
	);
	return reply.type('application/json; charset=utf-8').send(`{"responses":[${responses.join(',')}]}`);
}
