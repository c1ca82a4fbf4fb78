/** Finding experiments by what they are called, when they were made and their tags. There are thousands at most: they are all looked at. */
import type { Lifecycle, Tags } from '@runstead/contract';
import type { Kysely } from 'kysely';
import type { Tables } from '../../storage/tables.ts';
import * as store from './store.ts';

/** What of an experiment is compared: one of its own attributes, or a tag by its key. */
export type ExperimentField =
	| { readonly kind: 'attribute'; readonly name: 'id' | 'name' | 'description' | 'createdTime' | 'modifiedTime' }
	| { readonly kind: 'tag'; readonly key: string };

export interface ExperimentCondition {
	readonly field: ExperimentField;
	/** Whether a value passes; null where there is none. */
	readonly passes: (value: string | number | null) => boolean;
}

export interface ExperimentOrder {
	readonly field: ExperimentField;
	readonly descending: boolean;
}

export interface ExperimentSearch {
	readonly lifecycles: readonly Lifecycle[];
	readonly conditions: readonly ExperimentCondition[];
	/** The newest first where these leave it open. */
	readonly order: readonly ExperimentOrder[];
	readonly offset: number;
	readonly limit: number;
}

export async function searchExperiments(
	db: Kysely<Tables>,
	workspaceKey: number,
	{ lifecycles, conditions, order, offset, limit }: ExperimentSearch,
): Promise<store.ExperimentRecord[]> {
	const all = await store.experimentsNewestFirst(db, { workspaceKey, lifecycle: 'all', beforeKey: null, limit: null });
	const found = all.filter(
		(experiment) =>
			lifecycles.includes(experiment.lifecycle) && conditions.every(({ field, passes }) => passes(comparedValue(experiment, field))),
	);
	// Sorting is stable: what compares the same stays newest first.
	found.sort((one, other) => {
		for (const { field, descending } of order) {
			const difference = compare(comparedValue(one, field), comparedValue(other, field));
			if (difference !== 0) return descending ? -difference : difference;
		}
		return 0;
	});
	return found.slice(offset, offset + limit);
}

function comparedValue(experiment: store.ExperimentRecord, field: ExperimentField): string | number | null {
	if (field.kind === 'tag') return (JSON.parse(experiment.tags) as Tags)[field.key] ?? null;
	switch (field.name) {
		case 'id':
			return experiment.id;
		case 'name':
			return experiment.name;
		// An empty one is none.
		case 'description':
			return experiment.description || null;
		case 'createdTime':
			return experiment.created_time;
		case 'modifiedTime':
			return experiment.modified_time;
	}
}

function compare(one: string | number | null, other: string | number | null): number {
	if (one === other) return 0;
	if (one === null) return 1;
	if (other === null) return -1;
	return one < other ? -1 : 1;
}
