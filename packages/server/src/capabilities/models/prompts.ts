/** Prompts: kept as models, with a tag that says so, by MLflow's names of tags. */
import type { Kysely } from 'kysely';
import type { Tables } from '../../storage/tables.ts';
import type { ModelCondition } from './model-search.ts';
import { tagsOf } from './store.ts';

/** Says of a model that it is a prompt. */
export const IS_PROMPT = 'mlflow.prompt.is_prompt';
/** What a version of a prompt says. */
export const PROMPT_TEXT = 'mlflow.prompt.text';

export const ONLY_PROMPTS: ModelCondition = { tag: IS_PROMPT, operator: '=', value: 'true' };
export const NO_PROMPTS: ModelCondition = { withoutTag: IS_PROMPT, value: 'true' };

export function isPrompt(tags: Readonly<Record<string, string>>): boolean {
	return tags[IS_PROMPT]?.toLowerCase() === 'true';
}

export async function isModelPrompt(db: Kysely<Tables>, modelKey: number): Promise<boolean> {
	const tags = await tagsOf(db, [modelKey], true);
	return isPrompt(Object.fromEntries(tags.map(({ key, value }) => [key, value])));
}
