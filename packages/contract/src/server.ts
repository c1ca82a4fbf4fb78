/** What the server says about itself, and access tokens. */

import { Nullable, Time } from './common.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';

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
				permissions: Type.Optional(Type.Array(Type.String(), { description: 'All if absent.' })),
				expiresInSeconds: Type.Optional(Type.Integer({ minimum: 60, maximum: 10 * 365 * 86_400, default: 30 * 86_400 })),
				subject: Type.Optional(Type.String({ description: 'Whose token it is, for the record.' })),
			},
			{ additionalProperties: false },
		),
		response: Type.Object({ token: Type.String(), expiryTime: Time }),
	}),
	whoAmI: route({
		method: 'GET',
		path: '/api/v1/me',
		permission: 'server.read',
		summary: 'Who the server takes you for',
		response: Type.Object({ name: Type.String(), permissions: Type.Array(Type.String()), workspaceId: Nullable(Type.String()) }),
	}),
};
