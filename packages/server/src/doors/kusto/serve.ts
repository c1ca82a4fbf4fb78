/** Kusto's own REST protocol: `azure-kusto-data`, Grafana and Kusto's tools ask here. A database is a workspace; without one, all that may be seen. */
import { randomUUID } from 'node:crypto';
import { RunsteadError } from '@runstead/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { QueryResult, QueryService, ResultTable } from '../../capabilities/query/service.ts';
import type { WorkspaceService } from '../../capabilities/workspaces/service.ts';
import { goneSignal } from '../../http/gone-signal.ts';
import type { Guard } from '../../http/guard.ts';
import { authorizeAnywhere, authorizeHere, type Principal } from '../../http/principal.ts';
import { answerCommand, dotnetType } from './commands.ts';

export interface KustoOptions {
	readonly guard: Guard;
	readonly queries: QueryService;
	readonly workspaces: WorkspaceService;
	readonly asRunsteadError: (error: unknown, request: FastifyRequest) => RunsteadError;
}

const PERMISSION = 'workspace.read';
/** What clients call the database when none is given. */
const DEFAULT_DATABASES: ReadonlySet<string> = new Set(['', 'NetDefaultDB', '*']);

interface Question {
	readonly database: string;
	readonly text: string;
	readonly seconds: number | undefined;
	readonly parameters: Record<string, string>;
}

export function serveKusto(server: FastifyInstance, options: KustoOptions): void {
	void server.register(async (app) => {
		app.setErrorHandler((error, request, reply) => {
			const told = options.asRunsteadError(error, request);
			return reply.code(told.status).send({ error: kustoError(told, request.id) });
		});
		const admit = async (request: FastifyRequest): Promise<Principal> => {
			options.guard.screen(request.raw);
			const principal = await options.guard.admit(request.raw);
			authorizeAnywhere(principal, PERMISSION);
			return principal;
		};
		const answer = async (request: FastifyRequest, reply: FastifyReply, write: (result: QueryResult) => string): Promise<FastifyReply> => {
			const principal = await admit(request);
			const question = questionOf(request.body);
			const workspaceKeys = await visibleTo(options, question.database, principal);
			const { text: query, parameters, seconds } = question;
			const result = await options.queries.run({
				query,
				parameters,
				workspaceKeys,
				dynamicAs: 'json',
				limits: { seconds },
				signal: goneSignal(reply),
			});
			return reply.type('application/json; charset=utf-8').send(write(result));
		};
		app.post('/v2/rest/query', (request, reply) => answer(request, reply, versionTwo));
		app.post('/v1/rest/query', (request, reply) => answer(request, reply, versionOne));
		app.post('/v1/rest/mgmt', async (request) => {
			const principal = await admit(request);
			const { database, text } = questionOf(request.body);
			const { workspaces } = await options.workspaces.list(1_000);
			const names = workspaces.filter(({ id }) => principal.workspaceId === null || principal.workspaceId === id).map(({ name }) => name);
			return answerCommand(text, { database, databases: names });
		});
		// Clients that sign in ask who gives out tokens; without an answer they take what they were given.
		app.get('/v1/rest/auth/metadata', (request, reply) => {
			options.guard.screen(request.raw);
			return reply.code(404).send({ error: { code: 'NotFound', message: 'Tokens are made by runstead token create.' } });
		});
	});
}

async function visibleTo({ workspaces }: KustoOptions, database: string, principal: Principal): Promise<number[] | null> {
	if (!DEFAULT_DATABASES.has(database)) {
		const { key, id } = await workspaces.find(database);
		authorizeHere(principal, PERMISSION, { workspaceId: id, runLineage: [] });
		return [key];
	}
	return principal.workspaceId === null ? null : [(await workspaces.find(principal.workspaceId)).key];
}

/** `properties` comes as an object or as its text. */
function questionOf(body: unknown): Question {
	const { db, csl, properties } = (body ?? {}) as Partial<Record<string, unknown>>;
	if (typeof csl !== 'string' || csl.trim() === '') throw new RunsteadError('invalid-request', { what: 'The body has no "csl".' });
	const { Options = {}, Parameters = {} } = propertiesOf(properties);
	const timeout = /^(?:(\d+)\.)?(\d+):(\d+):(\d+)/.exec(String(Options.servertimeout ?? ''));
	const seconds = timeout
		? Number(timeout[1] ?? 0) * 86_400 + Number(timeout[2]) * 3_600 + Number(timeout[3]) * 60 + Number(timeout[4])
		: undefined;
	return {
		database: typeof db === 'string' ? db : '',
		text: csl,
		seconds: seconds === 0 ? undefined : seconds,
		parameters: Object.fromEntries(Object.entries(Parameters).map(([name, value]) => [name, String(value)])),
	};
}

function propertiesOf(given: unknown): { Options?: Record<string, unknown>; Parameters?: Record<string, unknown> } {
	if (typeof given !== 'string') return (given ?? {}) as object;
	try {
		return (JSON.parse(given) ?? {}) as object;
	} catch {
		throw new RunsteadError('invalid-request', { what: '"properties" is not JSON.' });
	}
}

const ERROR_TYPES: Readonly<Record<string, string>> = {
	syntax: 'Kusto.Data.Exceptions.SyntaxException',
	semantic: 'Kusto.Data.Exceptions.SemanticException',
};

function kustoError(error: RunsteadError, activityId: string) {
	return {
		code: error.status === 400 ? 'General_BadRequest' : error.code,
		message: error.status === 400 ? 'Request is invalid and cannot be executed.' : error.message,
		'@type': ERROR_TYPES[String(error.details.kind)] ?? 'Kusto.DataNode.Exceptions.BadRequestException',
		'@message': error.message,
		'@context': { activityId },
		'@permanent': error.status < 500,
	};
}

const QUERY_PROPERTIES = [
	['TableId', 'int'],
	['Key', 'string'],
	['Value', 'dynamic'],
].map(([ColumnName, ColumnType]) => ({ ColumnName, ColumnType }));

function versionTwo({ more, ...first }: QueryResult): string {
	const tables = [first, ...more];
	const cut = tables.find(({ cutBy }) => cutBy !== null);
	const frameOf = ({ name, columns, rows }: ResultTable, index: number): string => {
		const shown = columns.map((column) => ({ ColumnName: column.name, ColumnType: column.type }));
		const head = { FrameType: 'DataTable', TableId: index + 1, TableKind: 'PrimaryResult', TableName: name, Columns: shown };
		return `${JSON.stringify(head).slice(0, -1)},"Rows":${rows}}`;
	};
	const properties = tables.flatMap(({ visualization }, index) =>
		visualization === null
			? []
			: [[index + 1, 'Visualization', JSON.stringify({ Visualization: visualization.visualization, Title: visualization.title ?? null })]],
	);
	const frames = [
		JSON.stringify({ FrameType: 'DataSetHeader', IsProgressive: false, Version: 'v2.0' }),
		JSON.stringify({
			FrameType: 'DataTable',
			TableId: 0,
			TableKind: 'QueryProperties',
			TableName: '@ExtendedProperties',
			Columns: QUERY_PROPERTIES,
			Rows: properties,
		}),
		...tables.map(frameOf),
		JSON.stringify({
			FrameType: 'DataTable',
			TableId: tables.length + 1,
			TableKind: 'QueryCompletionInformation',
			TableName: 'QueryCompletionInformation',
			Columns: [],
			Rows: [],
		}),
		JSON.stringify({
			FrameType: 'DataSetCompletion',
			HasErrors: cut !== undefined,
			Cancelled: false,
			...(cut && {
				OneApiErrors: [
					{
						error: {
							code: 'LimitsExceeded',
							message: `The answer was cut off after ${cut.rowCount} rows.`,
							'@type': 'Kusto.Data.Exceptions.KustoServicePartialQueryFailureLimitsExceededException',
							'@message': `Too many ${cut.cutBy}.`,
							'@permanent': false,
						},
					},
				],
			}),
		}),
	];
	return `[${frames.join(',')}]`;
}

const TABLE_OF_CONTENTS = [
	['Ordinal', 'long'],
	['Kind', 'string'],
	['Name', 'string'],
	['Id', 'string'],
	['PrettyName', 'string'],
].map(([name = '', type = '']) => ({ name, type }));

/** Of several tables clients take the last for the one that says what the others are. */
function versionOne({ more, ...first }: QueryResult): string {
	const results = [first, ...more];
	const contents = results.map(({ name }, index) => [index, 'QueryResult', name, randomUUID(), '']);
	const all = more.length === 0 ? results : [...results, { columns: TABLE_OF_CONTENTS, rows: JSON.stringify(contents) }];
	const tables = all.map(({ columns, rows }, index) => {
		const shown = columns.map(({ name, type }) => ({ ColumnName: name, DataType: dotnetType(type), ColumnType: type }));
		return `{"TableName":"Table_${index}","Columns":${JSON.stringify(shown)},"Rows":${rows}}`;
	});
	return `{"Tables":[${tables.join(',')}]}`;
}
