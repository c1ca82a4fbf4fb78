/** Webhooks of the registry: group G of the calls. */
import { WEBHOOK_EVENTS } from '../../capabilities/registry-webhooks/events.ts';
import type { RegistryWebhook } from '../../capabilities/registry-webhooks/service.ts';
import type { Capabilities } from '../../create-capabilities.ts';
import { giverOf } from '../../http/giver.ts';
import { invalidParameter, notFoundAs } from './errors.ts';
import { integer, listOf, message, oneOf, part, text } from './message.ts';
import { checkMaxResults, offsetOf, pageToken } from './paging.ts';
import { millisOf } from './times.ts';
import type { MlflowToolbox } from './toolbox.ts';

const PREFIX = '/2.0/mlflow/webhooks';
const RESULTS_DEFAULT = 100;
const RESULTS_MAX = 1_000;

const ENTITIES = {
	ENTITY_UNSPECIFIED: 0,
	REGISTERED_MODEL: 1,
	MODEL_VERSION: 2,
	MODEL_VERSION_TAG: 3,
	MODEL_VERSION_ALIAS: 4,
	PROMPT: 5,
	PROMPT_VERSION: 6,
	PROMPT_TAG: 7,
	PROMPT_VERSION_TAG: 8,
	PROMPT_ALIAS: 9,
	BUDGET_POLICY: 10,
} as const;
const ACTIONS = { ACTION_UNSPECIFIED: 0, CREATED: 1, UPDATED: 2, DELETED: 3, SET: 4, EXCEEDED: 5 } as const;
const STATUSES = { ACTIVE: 1, DISABLED: 2 } as const;
const Event = part({ entity: oneOf(ENTITIES), action: oneOf(ACTIONS) });
const FIELDS = { name: text, description: text, url: text, events: listOf(Event), secret: text, status: oneOf(STATUSES) };

const NAME = /^(?=.{1,63}$)[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/i;

function checkName(name: string): void {
	if (!NAME.test(name))
		throw invalidParameter(
			`Webhook name '${name.slice(0, 200)}' is invalid. It must start and end with a letter or digit, be less than 63 characters long, and contain only letters, digits, dots (.), underscores (_), and hyphens (-).`,
		);
}

/** @throws {MlflowError} INVALID_PARAMETER_VALUE for what nothing here ever tells. */
function eventName({ entity = 'ENTITY_UNSPECIFIED', action = 'ACTION_UNSPECIFIED' }: ReturnType<(typeof Event)['read']>): string {
	const [what, how] = [entity.toLowerCase(), action.toLowerCase()];
	const actions = Object.hasOwn(WEBHOOK_EVENTS, what) ? (WEBHOOK_EVENTS[what] ?? []) : [];
	if (!actions.includes(how))
		throw invalidParameter(
			`Invalid action '${how}' for entity '${what}'. Valid actions are: [${actions.map((one) => `'${one}'`).join(', ')}]`,
		);
	return `${what}.${how}`;
}

function present({ id, name, description, url, events, enabled, createdTime, modifiedTime }: RegistryWebhook): object {
	return {
		webhook_id: id,
		name,
		...(description !== '' && { description }),
		url,
		events: events.map((event) => {
			const [entity, action] = event.toUpperCase().split('.');
			return { entity, action };
		}),
		status: enabled ? 'ACTIVE' : 'DISABLED',
		creation_timestamp: millisOf(createdTime),
		last_updated_timestamp: millisOf(modifiedTime),
	};
}

const ofWebhook = <T>(work: Promise<T>, id: string): Promise<T> => work.catch(notFoundAs(`Webhook with ID ${id} not found.`));

export function serveWebhooks({ serve }: MlflowToolbox, { registryWebhooks }: Pick<Capabilities, 'registryWebhooks'>): void {
	// What the address of a webhook holds may be a secret: who may not change them sees none.
	const permission = 'workspace.write';

	serve(
		{ method: 'POST', path: PREFIX, permission, message: message(FIELDS, ['name', 'url', 'events']) },
		async ({ message: { name, description = '', url, events, secret = '', status = 'ACTIVE' }, workspace, principal }) => {
			checkName(name);
			if (events.length === 0) throw invalidParameter('Webhook events must be a non-empty list of WebhookEvent objects: [].');
			const fields = { name, description, url, events: events.map(eventName), secret, enabled: status === 'ACTIVE' };
			return { webhook: present(await registryWebhooks.create(await workspace(), fields, giverOf(principal))) };
		},
	);

	serve(
		{ method: 'GET', path: PREFIX, permission, message: message({ max_results: integer, page_token: text }) },
		async ({ message: { max_results, page_token }, workspace }) => {
			const limit = checkMaxResults(max_results || RESULTS_DEFAULT, RESULTS_MAX);
			const offset = offsetOf(page_token);
			const found = await registryWebhooks.list(await workspace(), { limit: limit + 1, offset });
			return {
				...(found.length > 0 && { webhooks: found.slice(0, limit).map(present) }),
				...(found.length > limit && { next_page_token: pageToken(offset + limit) }),
			};
		},
	);

	const One = message({ webhook_id: text }, ['webhook_id']);
	serve({ method: 'GET', path: `${PREFIX}/:webhook_id`, permission, message: One }, async ({ message: { webhook_id: id }, workspace }) => ({
		webhook: present(await ofWebhook(registryWebhooks.get(await workspace(), id), id)),
	}));

	serve(
		{ method: 'PATCH', path: `${PREFIX}/:webhook_id`, permission, message: message({ webhook_id: text, ...FIELDS }, ['webhook_id']) },
		async ({ message: { webhook_id: id, name, description, url, events = [], secret, status }, workspace, principal }) => {
			if (name) checkName(name);
			const change = {
				...(name && { name }),
				...(description !== undefined && { description }),
				...(url && { url }),
				...(events.length > 0 && { events: events.map(eventName) }),
				...(secret !== undefined && { secret }),
				...(status !== undefined && { enabled: status === 'ACTIVE' }),
			};
			return { webhook: present(await ofWebhook(registryWebhooks.update(await workspace(), id, change, giverOf(principal)), id)) };
		},
	);

	serve(
		{ method: 'DELETE', path: `${PREFIX}/:webhook_id`, permission, message: One },
		async ({ message: { webhook_id: id }, workspace }) => {
			await ofWebhook(registryWebhooks.remove(await workspace(), id), id);
			return {};
		},
	);

	serve(
		{
			method: 'POST',
			path: `${PREFIX}/:webhook_id/test`,
			permission,
			message: message({ webhook_id: text, event: Event }, ['webhook_id']),
		},
		async ({ message: { webhook_id: id, event }, workspace }) => {
			const of = event === undefined ? undefined : eventName(event);
			const { statusCode, error } = await ofWebhook(registryWebhooks.test(await workspace(), id, of), id);
			return {
				result: {
					success: error === null,
					...(statusCode !== null && { response_status: statusCode }),
					...(error !== null && { error_message: `Failed to test webhook: ${error}` }),
				},
			};
		},
	);
}
