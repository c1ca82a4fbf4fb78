/** What the server says about itself, and access tokens. */

import type { Static } from 'typebox';
import { NextCursor, Nullable, PageQuery, Time } from './common.ts';
import { LIMITS } from './limits.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';

export const AccessToken = Type.Object({
	id: Type.String({ description: 'Also the `jti` of the token, which itself is not kept.' }),
	note: Type.String({ description: 'What it is for.' }),
	subject: Type.String({ description: 'Whose it is: the actor of what is done with it.' }),
	permissions: Type.Array(Type.String()),
	workspace: Nullable(Type.String({ description: 'The only workspace that it is good for; null: every one.' })),
	compute: Nullable(Type.String({ description: 'The cluster that machines join with it, and nothing else.' })),
	createdTime: Time,
	createdBy: Type.String(),
	expiryTime: Time,
	lastUsedTime: Nullable(Type.String({ description: 'When it was last used, to the hour; null: never.' })),
	revokedTime: Nullable(Time),
	revokedBy: Nullable(Type.String()),
});
export type AccessToken = Static<typeof AccessToken>;

export const serverRoutes = {
	getHealth: route({
		method: 'GET',
		path: '/api/v1/health',
		permission: 'public',
		summary: 'Whether the server works',
		response: Type.Object({
			status: Type.Literal('OK'),
			version: Type.String(),
			startedTime: Time,
			machineId: Type.String({
				description: 'Tells the machine of the server from others: what is submitted as local elsewhere runs there.',
			}),
			serverId: Type.String({
				description: 'Tells what is kept here from what other servers keep; servers on one database have the same.',
			}),
		}),
	}),
	getLimits: route({
		method: 'GET',
		path: '/api/v1/limits',
		permission: 'public',
		summary: 'Every limit with its unit and reason',
		response: Type.Record(Type.String(), Type.Object({ min: Type.Optional(Type.Number()), max: Type.Number(), reason: Type.String() })),
	}),
	getStatusTable: route({
		method: 'GET',
		path: '/api/v1/status-changes',
		permission: 'public',
		summary: 'Which status may become which',
		response: Type.Record(Type.String(), Type.Array(Type.String())),
	}),
	diagnose: route({
		method: 'GET',
		path: '/api/v1/doctor',
		permission: 'server.admin',
		summary: 'Versions, paths, sizes, limits and an integrity check of the storage',
		response: Type.Object({ checks: Type.Array(Type.Object({ name: Type.String(), ok: Type.Boolean(), value: Type.String() })) }),
	}),
	createToken: route({
		method: 'POST',
		path: '/api/v1/tokens',
		permission: 'server.admin',
		summary: 'Make an access token (a signed JWT)',
		body: Type.Object(
			{
				workspace: Type.Optional(Type.String({ description: 'Only this workspace; otherwise the whole server.' })),
				compute: Type.Optional(
					Type.String({ description: 'For an agent on another machine: it may run the jobs of this cluster, and nothing else.' }),
				),
				permissions: Type.Optional(Type.Array(Type.String(), { description: 'All that you have if absent.' })),
				expiresInSeconds: Type.Optional(Type.Integer({ minimum: 60, maximum: 10 * 365 * 86_400, default: 30 * 86_400 })),
				subject: Type.Optional(
					Type.String({
						minLength: 1,
						maxLength: LIMITS.displayNameCharacters.max,
						description: 'Whose token it is, for the record; your name if absent.',
					}),
				),
				note: Type.Optional(
					Type.String({ maxLength: LIMITS.displayNameCharacters.max, description: 'What it is for, to know it again in the list.' }),
				),
			},
			{ additionalProperties: false },
		),
		response: Type.Object({ id: Type.String(), token: Type.String(), expiryTime: Time }),
	}),
	listTokens: route({
		method: 'GET',
		path: '/api/v1/tokens',
		permission: 'server.admin',
		summary: 'Tokens that people made, the newest first; the tokens themselves are not kept',
		query: Type.Object({
			ended: Type.Optional(Type.Boolean({ description: 'Also those that are over or were revoked, for 90 days after.' })),
			...PageQuery,
		}),
		response: Type.Object({ tokens: Type.Array(AccessToken), nextCursor: NextCursor }),
	}),
	revokeToken: route({
		method: 'POST',
		path: '/api/v1/tokens/:token/revoke',
		permission: 'server.admin',
		summary: 'Refuse a token from now on; revoking it again changes nothing',
		params: Type.Object({ token: Type.String({ description: 'Id of the token.' }) }),
		response: AccessToken,
	}),
	whoAmI: route({
		method: 'GET',
		path: '/api/v1/me',
		permission: 'server.read',
		summary: 'Who the server takes you for',
		response: Type.Object({ name: Type.String(), permissions: Type.Array(Type.String()), workspaceId: Nullable(Type.String()) }),
	}),
};
