/** Tags of MLflow that are something of a run's own: its name and its note. */
import { NAME_TAG, NOTE_TAG } from './present-run.ts';

export interface TaggedAttributes {
	readonly displayName?: string;
	readonly description?: string;
	readonly tags: Record<string, string>;
}

const NAME_CHARACTERS_MAX = 256;

/** The last of two tags of one key counts. */
export function attributesOfTags(given: readonly { readonly key?: string; readonly value?: string }[]): TaggedAttributes {
	const tags = Object.fromEntries(given.map(({ key = '', value = '' }) => [key, value]));
	const { [NAME_TAG]: name, [NOTE_TAG]: description, ...others } = tags;
	return {
		...(name !== undefined && { displayName: name.slice(0, NAME_CHARACTERS_MAX) }),
		...(description !== undefined && { description }),
		tags: others,
	};
}
