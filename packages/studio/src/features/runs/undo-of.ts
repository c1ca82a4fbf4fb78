/** What takes a change of a run back. */
import type { Run, Tags } from '@runstead/contract';
import type { RunChange } from './api.ts';

type Before = Pick<Run, 'displayName' | 'description' | 'tags'>;

/** From the run as it was before, and of what was changed alone: what others changed meanwhile stays. Empty where nothing can be taken back. */
export function undoOf(before: Before, change: RunChange): RunChange[] {
	switch (change.kind) {
		case 'displayName':
			return [{ kind: 'displayName', displayName: before.displayName }];
		case 'description':
			return [{ kind: 'description', description: before.description }];
		case 'tag': {
			const had = Object.keys(change.tags).filter((key) => key in before.tags);
			const tags: Tags = Object.fromEntries(had.map((key) => [key, before.tags[key] ?? null]));
			const added = Object.keys(change.tags).filter((key) => !(key in before.tags));
			return [...(had.length > 0 ? [{ kind: 'tag' as const, tags }] : []), ...added.map((key) => ({ kind: 'untag' as const, key }))];
		}
		case 'untag':
			return change.key in before.tags ? [{ kind: 'tag', tags: { [change.key]: before.tags[change.key] ?? null } }] : [];
		default:
			return [];
	}
}
