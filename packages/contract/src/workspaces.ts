/** Workspaces: the unit that holds experiments, compute and people. */
import type { Static } from 'typebox';
import { NextCursor, PageQuery, Time } from './common.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';

export const Workspace = Type.Object({
	id: Type.String({ description: 'A random UUID made at creation; real clients cache by it for ever.' }),
	name: Type.String({ description: '2 to 32 letters, digits, hyphens and underscores; unique on the server, upper and lower case alike.' }),
	resourceGroup: Type.String(),
	subscriptionId: Type.String({ description: "The server's one subscription GUID." }),
	description: Type.String(),
	createdTime: Time,
});
export type Workspace = Static<typeof Workspace>;

export const CreateWorkspace = Type.Object(
	{
		name: Type.String(),
		resourceGroup: Type.Optional(Type.String({ default: 'runstead' })),
		description: Type.Optional(Type.String()),
	},
	{ additionalProperties: false },
);

/** A workspace by its name or its id. */
export const WorkspaceParams = Type.Object({ workspace: Type.String({ description: 'Name or id of the workspace.' }) });

export const workspaceRoutes = {
	listWorkspaces: route({
		method: 'GET',
		path: '/api/v1/workspaces',
		permission: 'server.read',
		summary: 'List workspaces by name',
		query: Type.Object(PageQuery),
		response: Type.Object({ workspaces: Type.Array(Workspace), nextCursor: NextCursor }),
	}),
	createWorkspace: route({
		method: 'POST',
		path: '/api/v1/workspaces',
		permission: 'server.admin',
		summary: 'Create a workspace',
		body: CreateWorkspace,
		response: Workspace,
	}),
	getWorkspace: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace',
		permission: 'workspace.read',
		summary: 'Get a workspace by name or id',
		params: WorkspaceParams,
		response: Workspace,
	}),
	updateWorkspace: route({
		method: 'PATCH',
		path: '/api/v1/workspaces/:workspace',
		permission: 'workspace.write',
		summary: 'Change the description of a workspace',
		params: WorkspaceParams,
		body: Type.Object({ description: Type.String() }, { additionalProperties: false }),
		response: Workspace,
	}),
};
