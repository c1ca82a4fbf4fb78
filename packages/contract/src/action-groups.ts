/** Action groups: who is told of alerts, by which way, and what became of it. */
import type { Static } from 'typebox';
import { NextCursor, Nullable, PageQuery, Time } from './common.ts';
import { LIMITS } from './limits.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';
import { WorkspaceParams } from './workspaces.ts';

export const ActionReceiver = Type.Union([
	Type.Object(
		{
			type: Type.Literal('webhook'),
			id: Type.Optional(Type.String({ description: 'Of one that is there: it keeps its address and its secret.' })),
			url: Type.Optional(Type.String({ maxLength: LIMITS.webhookUrlCharacters.max })),
		},
		{ additionalProperties: false, description: "Azure's common alert schema, signed as Standard Webhooks has it." },
	),
	Type.Object(
		{
			type: Type.Literal('slack'),
			id: Type.Optional(Type.String()),
			url: Type.Optional(Type.String({ maxLength: LIMITS.webhookUrlCharacters.max })),
		},
		{ additionalProperties: false, description: 'An incoming webhook of Slack, or of what understands the same.' },
	),
	Type.Object(
		{
			type: Type.Literal('email'),
			id: Type.Optional(Type.String()),
			to: Type.Array(Type.String({ maxLength: 320 }), { minItems: 1, maxItems: LIMITS.emailRecipients.max }),
		},
		{ additionalProperties: false },
	),
]);
export type ActionReceiver = Static<typeof ActionReceiver>;

export const RECEIVER_TYPES = ['webhook', 'slack', 'email'] as const;
export type ReceiverType = (typeof RECEIVER_TYPES)[number];

const GroupName = Type.String({ minLength: 1, maxLength: LIMITS.alertNameCharacters.max });
const Receivers = Type.Array(ActionReceiver, { minItems: 1, maxItems: LIMITS.receiversPerGroup.max });

export const ActionGroup = Type.Object({
	id: Type.String(),
	workspaceId: Type.String(),
	name: Type.String(),
	receivers: Type.Array(
		Type.Object({
			id: Type.String(),
			type: Type.Unsafe<ReceiverType>({ type: 'string', enum: RECEIVER_TYPES }),
			address: Type.String({ description: 'Addresses of mail; of a webhook without what may be secret in it.' }),
			problem: Nullable(Type.String({ description: 'Why it cannot be told as the server is set up now; null: it can.' })),
			secret: Type.Optional(Type.String({ description: 'What its deliveries are signed with: told once, when it is made.' })),
		}),
	),
	problem: Nullable(Type.String({ description: 'Why none of its receivers can be told; null: they can, as far as each says.' })),
	createdTime: Time,
	createdBy: Type.String(),
	modifiedTime: Time,
});
export type ActionGroup = Static<typeof ActionGroup>;

export const DELIVERY_STATES = ['waiting', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export const AlertDelivery = Type.Object({
	id: Type.String(),
	alertId: Type.Union([Type.String(), Type.Null()], { description: 'Null: a test.' }),
	ruleName: Type.Union([Type.String(), Type.Null()], { description: 'Of the rule that raised the alert. Null: a test.' }),
	groupId: Type.String(),
	groupName: Type.String(),
	receiverId: Type.String(),
	receiverType: Type.Unsafe<ReceiverType>({ type: 'string', enum: RECEIVER_TYPES }),
	address: Type.String(),
	what: Type.Unsafe<'fired' | 'resolved' | 'test'>({ type: 'string', enum: ['fired', 'resolved', 'test'] }),
	state: Type.Unsafe<DeliveryState>({ type: 'string', enum: DELIVERY_STATES }),
	attempts: Type.Integer(),
	statusCode: Nullable(Type.Integer()),
	error: Nullable(Type.String()),
	createdTime: Time,
	lastTime: Nullable(Time),
	nextTime: Type.Union([Time, Type.Null()], { description: 'When it is tried again.' }),
});
export type AlertDelivery = Static<typeof AlertDelivery>;

const GroupParams = Type.Object({ ...WorkspaceParams.properties, group: Type.String({ description: 'Name or id of the action group.' }) });

export const actionGroupRoutes = {
	listActionGroups: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/action-groups',
		permission: 'workspace.read',
		summary: 'List who is told of alerts, by name',
		params: WorkspaceParams,
		response: Type.Object({ groups: Type.Array(ActionGroup) }),
	}),
	createActionGroup: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/action-groups',
		permission: 'workspace.write',
		summary: 'Make an action group; the secrets of its webhooks are told once',
		params: WorkspaceParams,
		body: Type.Object({ name: GroupName, receivers: Receivers }, { additionalProperties: false }),
		response: ActionGroup,
	}),
	updateActionGroup: route({
		method: 'PATCH',
		path: '/api/v1/workspaces/:workspace/action-groups/:group',
		permission: 'workspace.write',
		summary: 'Change an action group: the receivers that are given are those that it has then',
		params: GroupParams,
		body: Type.Object({ name: Type.Optional(GroupName), receivers: Type.Optional(Receivers) }, { additionalProperties: false }),
		response: ActionGroup,
	}),
	deleteActionGroup: route({
		method: 'DELETE',
		path: '/api/v1/workspaces/:workspace/action-groups/:group',
		permission: 'workspace.write',
		summary: 'Delete an action group that no rule uses',
		params: GroupParams,
	}),
	testActionGroup: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/action-groups/:group/test',
		permission: 'workspace.write',
		summary: 'Send a test to every receiver, or to one, once and at once, and say what became of it',
		params: GroupParams,
		query: Type.Object({ receiver: Type.Optional(Type.String({ description: 'The id of the one that is tested alone.' })) }),
		response: Type.Object({ deliveries: Type.Array(AlertDelivery) }),
	}),
	listAlertDeliveries: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/action-groups/:group/deliveries',
		permission: 'workspace.read',
		summary: 'List what was sent to an action group, the newest first',
		params: GroupParams,
		query: Type.Object(PageQuery),
		response: Type.Object({ deliveries: Type.Array(AlertDelivery), nextCursor: NextCursor }),
	}),
};
