/** Tags of models and of their versions: written, and looked for. */
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import { checkModelTag } from './model-rules.ts';
import type { ModelCondition } from './model-search.ts';
import * as store from './store.ts';

export interface TagChange {
	readonly tags?: Readonly<Record<string, string>>;
	readonly removeTags?: readonly string[];
}

/** Of a version, or of the model itself: version 0. @throws {RunsteadError} limit-exceeded. */
export async function setTags(
	unit: UnitOfWork,
	modelKey: number,
	version: number,
	{ tags = {}, removeTags = [] }: TagChange,
): Promise<void> {
	for (const [key, value] of Object.entries(tags)) {
		checkModelTag(key, value);
		await store.putTag(unit.db, { model_key: modelKey, version, key, value });
	}
	for (const key of removeTags) await store.deleteTag(unit.db, modelKey, version, key);
}

/** What `KEY` or `KEY=VALUE` asks for. */
export function tagConditions(tag: string | undefined): ModelCondition[] {
	if (tag === undefined || tag === '') return [];
	const [key = '', ...value] = tag.split('=');
	return [value.length === 0 ? { tag: key, operator: 'like', value: '%' } : { tag: key, operator: '=', value: value.join('=') }];
}
