import { describe, expect, it } from 'vitest';
import { decideScaling, type ScalingState } from './scaling.ts';
import type { NodeRecord } from './store.ts';

const node = (id: string, fields: Partial<NodeRecord> = {}): NodeRecord => ({
	key: 1,
	id,
	cluster_key: 1,
	state: 'idle',
	state_reason: null,
	state_time: 0,
	cordoned: 0,
	joined: 0,
	machine: null,
	allocated_time: 0,
	boot_time: 0,
	idle_since: 0,
	...fields,
});

const decide = (state: Partial<ScalingState>) =>
	decideScaling({
		minNodes: 0,
		maxNodes: 4,
		idleMicros: 100,
		queuedNodes: 0,
		busyNodes: new Set(),
		nodes: [],
		now: 1_000,
		...state,
	});

describe('decideScaling', () => {
	it('grows to what waits, within the bounds', () => {
		expect(decide({ queuedNodes: 2 })).toEqual({ target: 2, add: 2, remove: [] });
		expect(decide({ queuedNodes: 9 })).toEqual({ target: 4, add: 4, remove: [] });
		expect(decide({ minNodes: 1 })).toEqual({ target: 1, add: 1, remove: [] });
		expect(decide({ queuedNodes: 1, maxNodes: 0 })).toEqual({ target: 0, add: 0, remove: [] });
	});

	it('counts nodes on their way, and busy ones with what waits', () => {
		const nodes = [node('a'), node('b', { state: 'preparing', idle_since: null })];
		expect(decide({ queuedNodes: 1, busyNodes: new Set(['a']), nodes })).toEqual({ target: 2, add: 0, remove: [] });
		expect(decide({ queuedNodes: 2, busyNodes: new Set(['a']), nodes })).toEqual({ target: 3, add: 1, remove: [] });
	});

	it('lets the longest idle go after its time, and keeps the least number', () => {
		const nodes = [node('young', { idle_since: 950 }), node('old', { idle_since: 100 }), node('older', { idle_since: 50 })];
		expect(decide({ nodes }).remove).toEqual(['older', 'old']);
		expect(decide({ nodes, minNodes: 2 }).remove).toEqual(['older']);
		expect(decide({ nodes, busyNodes: new Set(['older', 'old', 'young']) }).remove).toEqual([]);
		expect(decide({ nodes, now: 120 }).remove).toEqual([]);
	});

	it('works around cordoned nodes and clears unusable ones away; joined ones come and go by themselves', () => {
		const nodes = [node('cordoned', { cordoned: 1 }), node('broken', { state: 'unusable' }), node('joined', { joined: 1, idle_since: 0 })];
		expect(decide({ queuedNodes: 2, nodes })).toEqual({ target: 2, add: 1, remove: [] });
		expect(decide({ queuedNodes: 1, nodes: [node('taken', { state: 'preempted', idle_since: null })], maxNodes: 1 }).add).toBe(1);
		expect(decide({ queuedNodes: 2, nodes, maxNodes: 2 })).toEqual({ target: 2, add: 0, remove: [] });
		expect(decide({ queuedNodes: 2, nodes, now: 300_000_000, idleMicros: 1e15 })).toEqual({ target: 2, add: 1, remove: ['broken'] });
	});
});
