/** Versions of prompts that a trace used: JSON in one of its tags, written as MLflow's clients in Python write it. */
export const LINKED_PROMPTS_TAG = 'mlflow.linkedPrompts';

export interface LinkedPrompt {
	readonly name: string;
	readonly version: string;
}

/** Of a text that is none of ours, nothing. */
export function linkedPrompts(tag: string | undefined): LinkedPrompt[] {
	try {
		const given: unknown = JSON.parse(tag ?? '[]');
		return Array.isArray(given) ? (given as LinkedPrompt[]) : [];
	} catch {
		return [];
	}
}

export function linkedPromptsText(prompts: readonly LinkedPrompt[]): string {
	return `[${prompts.map(linkText).join(', ')}]`;
}

/** One of them, as it stands in the text. */
export function linkText({ name, version }: LinkedPrompt): string {
	return `{"name": ${JSON.stringify(name)}, "version": ${JSON.stringify(version)}}`;
}
