/** What webhooks of the registry are told, in the names and shapes of MLflow's webhooks (`mlflow.webhooks.types`). */
import { IS_PROMPT, PROMPT_TEXT } from '../models/prompts.ts';
import type { RegistryChange } from '../models/registry-change.ts';

/** What can be subscribed to: an entity, and what may happen to it. */
export const WEBHOOK_EVENTS: Readonly<Record<string, readonly string[]>> = {
	registered_model: ['created'],
	model_version: ['created'],
	model_version_tag: ['set', 'deleted'],
	model_version_alias: ['created', 'deleted'],
	prompt: ['created'],
	prompt_version: ['created'],
	prompt_tag: ['set', 'deleted'],
	prompt_version_tag: ['set', 'deleted'],
	prompt_alias: ['created', 'deleted'],
};

export interface WebhookEvent {
	/** `entity.action`. */
	readonly name: string;
	readonly data: Readonly<Record<string, unknown>>;
}

const PROMPT_TYPE_TAG = '_mlflow_prompt_type';

type Tags = Readonly<Record<string, string>>;

/** The event that a change is; null for one that nobody can subscribe to. */
export function eventOf(change: RegistryChange, ofPrompt: boolean): WebhookEvent | null {
	const { name } = change;
	switch (change.what) {
		case 'model': {
			const { tags, description } = change;
			return { name: ofPrompt ? 'prompt.created' : 'registered_model.created', data: { name, tags: ownTags(tags), description } };
		}
		case 'version': {
			const { version, source, runId, tags, description } = change;
			if (!ofPrompt)
				return { name: 'model_version.created', data: { name, version: String(version), source, run_id: runId, tags, description } };
			const { [PROMPT_TEXT]: template = null, ...others } = ownTags(tags);
			return { name: 'prompt_version.created', data: { name, version: String(version), template, tags: others, description } };
		}
		case 'tag': {
			const { version, key, value } = change;
			if (version === null && !ofPrompt) return null;
			const entity = version === null ? 'prompt_tag' : ofPrompt ? 'prompt_version_tag' : 'model_version_tag';
			return {
				name: `${entity}.${value === null ? 'deleted' : 'set'}`,
				data: { name, ...(version !== null && { version: String(version) }), key, ...(value !== null && { value }) },
			};
		}
		case 'alias': {
			const { alias, version } = change;
			return {
				name: `${ofPrompt ? 'prompt_alias' : 'model_version_alias'}.${version === null ? 'deleted' : 'created'}`,
				data: { name, alias, ...(version !== null && { version: String(version) }) },
			};
		}
	}
}

/** Without those that only say that it is a prompt. */
function ownTags(tags: Tags): Tags {
	return Object.fromEntries(Object.entries(tags).filter(([key]) => key !== IS_PROMPT && key !== PROMPT_TYPE_TAG));
}

/** What an event might tell, for a test. */
export function exampleOf(event: string): WebhookEvent {
	const [entity = '', action = ''] = event.split('.');
	const ofPrompt = entity.startsWith('prompt');
	const name = ofPrompt ? 'example-prompt' : 'example-model';
	const is = { [IS_PROMPT]: 'true', [PROMPT_TEXT]: 'Hello {{name}}!' };
	const tags = { example: 'yes', ...(ofPrompt && is) };
	const change: RegistryChange = entity.endsWith('_alias')
		? { what: 'alias', name, alias: 'example', version: action === 'deleted' ? null : 1 }
		: entity.endsWith('_tag')
			? {
					what: 'tag',
					name,
					version: entity === 'prompt_tag' ? null : 1,
					key: 'example',
					value: action === 'deleted' ? null : 'yes',
				}
			: entity.endsWith('_version')
				? { what: 'version', name, version: 1, source: 'models:/m-example', runId: null, tags, description: 'An example' }
				: { what: 'model', name, tags, description: 'An example' };
	return eventOf(change, ofPrompt) as WebhookEvent;
}
