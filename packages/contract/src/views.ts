/** Views: what a page shows (columns, filter, order, charts) kept under a name, for oneself or for all, with every version. */
import type { Static } from 'typebox';
import { NextCursor, Nullable, PageQuery, Time } from './common.ts';
import { LIMITS } from './limits.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';
import { WorkspaceParams } from './workspaces.ts';

export const ViewScope = Type.Union([Type.Literal('personal'), Type.Literal('shared')]);
export type ViewScope = Static<typeof ViewScope>;

export const ViewPage = Type.Union([Type.Literal('runs'), Type.Literal('logs')]);
export type ViewPage = Static<typeof ViewPage>;

const ViewState = Type.Record(Type.String(), Type.Unknown(), {
	description: 'What the page shows, in its own words: the same that stands in its address.',
});

const ViewName = Type.String({ minLength: 1, maxLength: LIMITS.viewNameCharacters.max });

export const View = Type.Object({
	id: Type.String(),
	workspaceId: Type.String(),
	workspaceName: Type.String(),
	name: Type.String(),
	scope: ViewScope,
	page: ViewPage,
	owner: Type.String({ description: 'Who made it; a personal view is seen by nobody else.' }),
	experimentId: Nullable(Type.String({ description: 'The experiment that it belongs to; null: it is of the whole workspace.' })),
	state: ViewState,
	version: Type.Integer({ description: 'Grows with each change, from 1.' }),
	isDefault: Type.Boolean({ description: 'The workspace opens with it.' }),
	createdTime: Time,
	modifiedTime: Time,
	modifiedBy: Type.String(),
});
export type View = Static<typeof View>;

export const ViewVersion = Type.Object({
	version: Type.Integer(),
	name: Type.String(),
	state: ViewState,
	time: Time,
	actor: Type.String(),
});
export type ViewVersion = Static<typeof ViewVersion>;

const ViewParams = Type.Object({ view: Type.String({ description: 'Id of the view.' }) });

export const viewRoutes = {
	listViews: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/views',
		permission: 'workspace.read',
		summary: 'List the views of a workspace that the caller may see, by name',
		params: WorkspaceParams,
		query: Type.Object({
			...PageQuery,
			page: Type.Optional(Type.Union(ViewPage.anyOf, { description: 'Only those of this page of the studio.' })),
		}),
		response: Type.Object({ views: Type.Array(View), nextCursor: NextCursor }),
	}),
	createView: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/views',
		permission: 'workspace.write',
		summary: 'Keep a view under a name',
		params: WorkspaceParams,
		body: Type.Object(
			{
				name: ViewName,
				scope: Type.Optional(Type.Union([Type.Literal('personal'), Type.Literal('shared')], { default: 'personal' })),
				page: Type.Optional(
					Type.Union(ViewPage.anyOf, {
						default: 'runs',
						description: 'The page of the studio that it is of: lists of runs, or queries of the logs.',
					}),
				),
				experimentId: Type.Optional(Nullable(Type.String())),
				state: ViewState,
			},
			{ additionalProperties: false },
		),
		response: View,
	}),
	getView: route({
		method: 'GET',
		path: '/api/v1/views/:view',
		permission: 'workspace.read',
		summary: 'Get a view',
		params: ViewParams,
		response: View,
	}),
	updateView: route({
		method: 'PATCH',
		path: '/api/v1/views/:view',
		permission: 'workspace.write',
		summary: 'Change a view; refused with 409 when somebody has changed it since the version that was seen',
		params: ViewParams,
		body: Type.Object(
			{
				version: Type.Integer({ minimum: 1, description: 'The version that the change was made from.' }),
				name: Type.Optional(ViewName),
				scope: Type.Optional(ViewScope),
				state: Type.Optional(ViewState),
				isDefault: Type.Optional(Type.Boolean({ description: 'The workspace opens with it, in place of any other; it must be shared.' })),
			},
			{ additionalProperties: false },
		),
		response: View,
	}),
	deleteView: route({
		method: 'DELETE',
		path: '/api/v1/views/:view',
		permission: 'workspace.write',
		summary: 'Delete a view with its versions; the last 100 of a workspace can be restored for 30 days',
		params: ViewParams,
	}),
	restoreView: route({
		method: 'POST',
		path: '/api/v1/views/:view/restore',
		permission: 'workspace.write',
		summary: 'Take a deleted view back, with its versions; it opens the workspace again unless another does by now',
		params: ViewParams,
		response: View,
	}),
	listViewVersions: route({
		method: 'GET',
		path: '/api/v1/views/:view/versions',
		permission: 'workspace.read',
		summary: 'The versions of a view, newest first',
		params: ViewParams,
		query: Type.Object(PageQuery),
		response: Type.Object({ versions: Type.Array(ViewVersion), nextCursor: NextCursor }),
	}),
};
