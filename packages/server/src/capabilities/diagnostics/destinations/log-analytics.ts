/** Our own log tables: they are filled from the outbox itself, so that a delivery has nothing left to move, and volumes are counted. */
import type { Destination } from './destination.ts';

const GATHER_MS = 1_000;

export function openLogAnalytics(): Destination {
	return {
		gatherMs: GATHER_MS,
		deliver: async () => undefined,
		test: async () => 'The log tables are part of this server.',
		close: async () => undefined,
	};
}
