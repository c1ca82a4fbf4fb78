/** Tags of models and of their versions: written, and looked for. */
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import { checkModelTag } from './model-rules.ts';
import type { ModelCondition } from './model-search.ts';
import type { RegistryChange } from './registry-change.ts';
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

/** What is told of the tags that were set or taken away. @param version null: of the model itself. */
export function tagChanges(name: string, version: number | null, { tags = {}, removeTags = [] }: TagChange): RegistryChange[] {
	const values = [...Object.entries(tags), ...removeTags.map((key) => [key, null] as const)];
	return values.map(([key, value]) => ({ what: 'tag', name, version, key, value }));
}

/** What `KEY` or `KEY=VALUE` asks for. */
export function tagConditions(tag: string | undefined): ModelCondition[] {
	if (tag === undefined || tag === '') return [];
	const [key = '', ...value] = tag.split('=');
	return [value.length === 0 ? { tag: key, operator: 'like', value: '%' } : { tag: key, operator: '=', value: value.join('=') }];
}
