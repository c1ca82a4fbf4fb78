/** Prompts of MLflow: registered models whose versions are texts, kept in tags. */
import type { Tags } from '@runstead/contract';

const IS_PROMPT = 'mlflow.prompt.is_prompt';
const TEXT = 'mlflow.prompt.text';
const RESPONSE_FORMAT = '_mlflow_prompt_response_format';
const MODEL_CONFIG = '_mlflow_prompt_model_config';

export interface PromptMessage {
	/** Null: the prompt is one text. */
	readonly role: string | null;
	readonly text: string;
}

export interface Prompt {
	readonly messages: readonly PromptMessage[];
	/** JSON. */
	readonly responseFormat: string | null;
	/** JSON. */
	readonly modelConfig: string | null;
}

export const isPrompt = (tags: Tags): boolean => tags[IS_PROMPT]?.toLowerCase() === 'true';

/** What a version says; null: it is none of a prompt. */
export function promptOrNull(tags: Tags): Prompt | null {
	const text = tags[TEXT];
	if (!isPrompt(tags) || typeof text !== 'string') return null;
	return {
		messages: messagesOrNull(text) ?? [{ role: null, text }],
		responseFormat: tags[RESPONSE_FORMAT] ?? null,
		modelConfig: tags[MODEL_CONFIG] ?? null,
	};
}

/** A conversation is a list of messages as JSON; any other text is meant as it stands. */
function messagesOrNull(text: string): PromptMessage[] | null {
	if (!text.startsWith('[')) return null;
	let list: unknown;
	try {
		list = JSON.parse(text);
	} catch {
		return null;
	}
	if (!Array.isArray(list) || list.length === 0) return null;
	const messages: PromptMessage[] = [];
	for (const one of list) {
		if (typeof one !== 'object' || one === null || typeof one.role !== 'string') return null;
		messages.push({ role: one.role, text: typeof one.content === 'string' ? one.content : JSON.stringify(one.content, null, 2) });
	}
	return messages;
}

/** In one line. */
export const promptSummary = ({ messages }: Prompt): string =>
	messages.map(({ role, text }) => (role === null ? text : `${role}: ${text}`)).join(' · ');
