/** Where something is in its life: what MLflow calls deleted lies in the trash, and can be restored. */
import type { Lifecycle } from '@runstead/contract';

export const VIEW_TYPES = { ACTIVE_ONLY: 1, DELETED_ONLY: 2, ALL: 3 } as const;
export type ViewType = keyof typeof VIEW_TYPES;

export function lifecycleStage(lifecycle: Lifecycle): 'active' | 'deleted' {
	return lifecycle === 'trashed' ? 'deleted' : 'active';
}

/** What is archived is not listed among the active ones, and takes what is logged to it as they do. */
export const LIFECYCLES_OF_VIEW: Readonly<Record<ViewType, readonly Lifecycle[]>> = {
	ACTIVE_ONLY: ['active'],
	DELETED_ONLY: ['trashed'],
	ALL: ['active', 'archived', 'trashed'],
};

export const LIFECYCLE_OF_VIEW = { ACTIVE_ONLY: 'active', DELETED_ONLY: 'trashed', ALL: 'all' } as const satisfies Record<ViewType, string>;
