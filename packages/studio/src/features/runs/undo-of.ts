/** What takes a change of a run back. */
import type { Run, RunsChange, Tags } from '@runstead/contract';
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

/** One change of several runs that puts back what they had. */
export interface BackChange {
	readonly runs: readonly string[];
	readonly change: RunsChange;
}

/** What takes a tag of many runs back: those that had the same value before are changed together. */
export function undoOfTag(before: readonly Pick<Run, 'id' | 'tags'>[], key: string): BackChange[] {
	const without = before.filter(({ tags }) => !Object.hasOwn(tags, key));
	const having = Map.groupBy(
		before.filter(({ tags }) => Object.hasOwn(tags, key)),
		({ tags }) => tags[key] ?? null,
	);
	return [
		...(without.length > 0 ? [{ runs: without.map(({ id }) => id), change: { type: 'tag' as const, removeTags: [key] } }] : []),
		...[...having].map(([value, runs]) => ({
			runs: runs.map(({ id }) => id),
			change: { type: 'tag' as const, tags: { [key]: value } },
		})),
	];
}
