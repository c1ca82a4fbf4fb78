/** What a record needs of earlier events: the tree of a run, and since when a cluster is as it is. Kept for the events that follow. */
import type { ClusterEventData, EventData } from '@runstead/contract';
import type { Kysely } from 'kysely';
import type { Tables } from '../../storage/tables.ts';
import type { StoredEvent } from '../../storage/unit-of-work.ts';
import * as store from './store.ts';

/** Runs and clusters that are remembered; the oldest are forgotten first, and read again when needed. */
const REMEMBERED_MAX = 10_000;
/** A cluster changes its state every few events; this many are looked back over at a time. */
const LOOK_BACK_EVENTS = 100;

export interface RunTree {
	readonly parentId: string | null;
	readonly rootId: string;
	readonly submittedBy: string;
}

export interface ClusterPast {
	readonly initialNodes: number;
	/** Since when its allocation state is what it is with this event. */
	readonly allocationStateTime: number;
}

interface RememberedCluster extends ClusterPast {
	readonly sequence: number;
	readonly allocationState: ClusterEventData['allocationState'];
}

export interface EarlierEvents {
	/** Events of the run will follow: nothing has to be read for them. */
	runCreated(event: StoredEvent): void;
	runTree(event: StoredEvent): Promise<RunTree>;
	clusterPast(event: StoredEvent, data: ClusterEventData): Promise<ClusterPast>;
}

export function createEarlierEvents(db: Kysely<Tables>): EarlierEvents {
	const runs = new Map<string, RunTree>();
	const clusters = new Map<string, RememberedCluster>();

	/** The time of the first of the events, back from this one, with the same allocation state. */
	const transitionTime = async (event: StoredEvent, data: ClusterEventData): Promise<number> => {
		let since = event.time;
		let before = event.sequence;
		for (;;) {
			const page = await store.clusterEvents(db, { cluster: event.subject, before, limit: LOOK_BACK_EVENTS });
			for (const earlier of page) {
				if (earlier.data.allocationState !== data.allocationState) return since;
				since = earlier.time;
				before = earlier.sequence;
			}
			if (page.length < LOOK_BACK_EVENTS) return since;
		}
	};

	return {
		runCreated({ subject, data, actor }) {
			remember(runs, subject, treeOf(data as EventData['run.created'], actor));
		},

		async runTree({ subject, actor }) {
			const known = runs.get(subject);
			if (known) return known;
			const created = await store.runCreated(db, subject);
			const tree = created ? treeOf(created.data, created.actor) : { parentId: null, rootId: subject, submittedBy: actor };
			remember(runs, subject, tree);
			return tree;
		},

		async clusterPast(event, data) {
			const known = clusters.get(event.subject);
			const initialNodes =
				known?.initialNodes ??
				(event.type === 'cluster.created' ? data : ((await store.clusterCreated(db, event.subject)) ?? data)).minNodes;
			const isNext = known !== undefined && known.sequence < event.sequence;
			const allocationStateTime = !isNext
				? await transitionTime(event, data)
				: known.allocationState === data.allocationState
					? known.allocationStateTime
					: event.time;
			const past = { initialNodes, allocationStateTime };
			remember(clusters, event.subject, { ...past, sequence: event.sequence, allocationState: data.allocationState });
			return past;
		},
	};
}

function treeOf({ parentId, rootId }: EventData['run.created'], submittedBy: string): RunTree {
	return { parentId, rootId, submittedBy };
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
	map.delete(key);
	map.set(key, value);
	if (map.size > REMEMBERED_MAX) map.delete(map.keys().next().value as string);
}
