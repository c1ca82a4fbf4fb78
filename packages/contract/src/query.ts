/** Queries over the log tables, in the Kusto query language. */
import type { Static } from 'typebox';
import { LIMITS } from './limits.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';
import { WorkspaceParams } from './workspaces.ts';

const QueryBody = {
	query: Type.String({
		minLength: 1,
		maxLength: LIMITS.queryCharacters.max,
		description: 'In the Kusto query language; what is supported stands in docs/reference/kql.md.',
	}),
	timespan: Type.Optional(
		Type.String({
			description: 'Only rows of this time: a duration up to now (P1D, PT6H), or two moments, or a moment and a duration, with / between.',
		}),
	),
	limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.queryRows.max, description: 'Rows of the answer at most.' })),
};

export const QueryColumn = Type.Object({
	name: Type.String(),
	type: Type.String({ description: 'bool, datetime, decimal, dynamic, guid, int, long, real, string, timespan.' }),
});
export type QueryColumn = Static<typeof QueryColumn>;

export const ResultTable = Type.Object({
	name: Type.String({ description: 'PrimaryResult, unless the query gives it another.' }),
	columns: Type.Array(QueryColumn),
	rows: Type.Array(Type.Array(Type.Unknown()), {
		description:
			'One array a row. Times are ISO 8601; a timespan is d.hh:mm:ss.fffffff; a dynamic value and a number that JSON does not have are text.',
	}),
	rowCount: Type.Integer(),
	cutBy: Type.Union([Type.Literal('rows'), Type.Literal('bytes'), Type.Null()], {
		description: 'The limit that the rows were cut off by; null: they are all there.',
	}),
	visualization: Type.Unsafe<Record<string, string | number | boolean> | null>({
		description: 'What `render` asks for: the kind of chart under `visualization`, and its properties.',
	}),
});
export type ResultTable = Static<typeof ResultTable>;

export const QueryAnswer = Type.Object({
	...ResultTable.properties,
	more: Type.Array(ResultTable, {
		description: 'The tables after the first, of several statements with rows, or of one that ends with `fork` or `facet`.',
	}),
	warnings: Type.Array(Type.String()),
	translateMs: Type.Number(),
	executeMs: Type.Number(),
});
export type QueryAnswer = Static<typeof QueryAnswer>;

const QueryText = Type.String({ maxLength: LIMITS.queryCharacters.max, description: 'The query so far; it need not be whole.' });
const Start = Type.Integer({ description: 'In characters (UTF-16) from the start of the query.' });

export const QueryCompletion = Type.Object({
	start: Start,
	length: Type.Integer({ description: 'Characters that a proposal replaces.' }),
	proposals: Type.Array(
		Type.Object({
			kind: Type.String({ description: "Kusto's kind: Table, Column, BuiltInFunction, AggregateFunction, QueryPrefix, ScalarInfix, …" }),
			label: Type.String({ description: 'As it is listed: a function with its parameters.' }),
			name: Type.String({ description: 'The name alone, as people begin to type it.' }),
			before: Type.String({ description: 'What is put there, before the cursor.' }),
			after: Type.String({ description: 'What is put behind the cursor, such as a closing bracket.' }),
		}),
	),
});
export type QueryCompletion = Static<typeof QueryCompletion>;

export const QueryRemark = Type.Object({
	severity: Type.Union([Type.Literal('error'), Type.Literal('warning')]),
	message: Type.String(),
	start: Start,
	length: Type.Integer(),
	kustoCode: Type.Unsafe<string | null>({ description: "The parser's own code, such as KS142." }),
});
export type QueryRemark = Static<typeof QueryRemark>;

export const LogTableSchema = Type.Object({
	name: Type.String(),
	category: Type.Unsafe<string | null>({ description: 'The diagnostic category that fills it; null: it is always there.' }),
	description: Type.String(),
	columns: Type.Array(QueryColumn),
});

export const queryRoutes = {
	queryWorkspace: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/query',
		permission: 'workspace.read',
		summary: 'Query the log tables of a workspace; ended when the client leaves',
		params: WorkspaceParams,
		body: Type.Object(
			{
				...QueryBody,
				workspaces: Type.Optional(
					Type.Array(Type.String(), { maxItems: LIMITS.queryWorkspaces.max, description: 'Names or ids of further workspaces.' }),
				),
			},
			{ additionalProperties: false },
		),
		response: QueryAnswer,
	}),
	queryEverything: route({
		method: 'POST',
		path: '/api/v1/query',
		permission: 'workspace.read',
		summary: 'Query the log tables of every workspace that the caller may read',
		body: Type.Object(QueryBody, { additionalProperties: false }),
		response: QueryAnswer,
	}),
	completeQuery: route({
		method: 'POST',
		path: '/api/v1/query/completion',
		permission: 'workspace.read',
		summary: 'What may stand at a place of a query, of what is supported',
		body: Type.Object(
			{
				query: QueryText,
				position: Type.Integer({ minimum: 0, maximum: LIMITS.queryCharacters.max, description: 'Of the cursor, as start of the answer.' }),
			},
			{ additionalProperties: false },
		),
		response: QueryCompletion,
	}),
	checkQuery: route({
		method: 'POST',
		path: '/api/v1/query/check',
		permission: 'workspace.read',
		summary: 'What is wrong with a query, without running it',
		body: Type.Object({ query: QueryText }, { additionalProperties: false }),
		response: Type.Object({ remarks: Type.Array(QueryRemark) }),
	}),
	listLogTables: route({
		method: 'GET',
		path: '/api/v1/log-tables',
		permission: 'workspace.read',
		summary: 'The log tables with their columns',
		response: Type.Object({ tables: Type.Array(LogTableSchema) }),
	}),
};
