/** Queries over HTTP. */
import { LOG_TABLES, type QueryAnswer } from '@runstead/contract';
import type { FastifyReply } from 'fastify';
import { goneSignal } from '../../http/gone-signal.ts';
import type { Toolbox } from '../../http/toolbox.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import type { QueryResult, QueryService, ResultTable } from './service.ts';

export function serveQuery({ serve }: Toolbox, queries: QueryService, workspaces: WorkspaceService): void {
	serve('queryWorkspace', async ({ params, body, principal, reply }) => {
		const names = [params.workspace, ...(body.workspaces ?? [])];
		const found = await Promise.all(names.map((name) => workspaces.find(name)));
		// Others than the one of the path are seen only by those who may see it.
		const allowed = found.filter(({ id }) => principal.workspaceId === null || principal.workspaceId === id);
		const question = { query: body.query, timespan: body.timespan, limits: { rows: body.limit }, signal: goneSignal(reply) };
		return send(reply, await queries.run({ ...question, workspaceKeys: allowed.map(({ key }) => key) }));
	});
	serve('queryEverything', async ({ body, principal, reply }) => {
		const workspaceKeys = principal.workspaceId === null ? null : [(await workspaces.find(principal.workspaceId)).key];
		const question = { query: body.query, timespan: body.timespan, limits: { rows: body.limit }, signal: goneSignal(reply) };
		return send(reply, await queries.run({ ...question, workspaceKeys }));
	});
	serve('completeQuery', async ({ body, reply }) => {
		const { proposals, ...replaced } = await queries.complete(body.query, body.position, goneSignal(reply));
		return { ...replaced, proposals: [...proposals] };
	});
	serve('checkQuery', async ({ body, reply }) => ({ remarks: [...(await queries.remarks(body.query, goneSignal(reply)))] }));
	serve('listLogTables', async () => ({
		tables: [...LOG_TABLES.values()].map(({ name, category, description, columns }) => ({
			name,
			category,
			description,
			columns: columns.map((column) => ({ ...column })),
		})),
	}));
}

/** The rows are JSON already: 64-bit integers in them would not survive being read and written again. */
function send(reply: FastifyReply, { more, ...first }: QueryResult): Promise<QueryAnswer> {
	const text = ({ rows, ...rest }: ResultTable): string => `${JSON.stringify(rest).slice(0, -1)},"rows":${rows}`;
	reply.type('application/json; charset=utf-8').send(`${text(first)},"more":[${more.map((table) => `${text(table)}}`).join(',')}]}`);
	return reply as unknown as Promise<QueryAnswer>;
}
