/** Versions of prompts that a trace used: JSON in one of its tags, written as MLflow's clients in Python write it. */
export const LINKED_PROMPTS_TAG = 'mlflow.linkedPrompts';

export interface LinkedPrompt {
	readonly name: string;
	readonly version: string;
}

/** Of a text that is none of ours, nothing; nor what in it names no version. */
export function linkedPrompts(tag: string | undefined): LinkedPrompt[] {
	try {
		const given: unknown = JSON.parse(tag ?? '[]');
		return Array.isArray(given) ? given.filter(isLinkedPrompt) : [];
	} catch {
		return [];
	}
}

function isLinkedPrompt(given: unknown): given is LinkedPrompt {
	const { name, version } = (given ?? {}) as Record<string, unknown>;
	return typeof name === 'string' && typeof version === 'string';
}

export function linkedPromptsText(prompts: readonly LinkedPrompt[]): string {
	return `[${prompts.map(linkText).join(', ')}]`;
}

/** One of them, as it stands in the text. */
export function linkText({ name, version }: LinkedPrompt): string {
	return `{"name": ${JSON.stringify(name)}, "version": ${JSON.stringify(version)}}`;
}
