/** The types of events in the outbox, each with what its data holds. */
import type { Lifecycle } from './common.ts';
import type { RunError } from './runs.ts';
import type { RunStatus } from './status.ts';

export interface EventData {
	'workspace.created': { name: string };
	'experiment.created': { name: string };
	'experiment.changed': { name: string; lifecycle: Lifecycle };
	'run.created': { experimentId: string; parentId: string | null; rootId: string; type: string };
	'run.status': { from: RunStatus; to: RunStatus; reason: string | null; error: RunError | null };
	'run.changed': { fields: string[] };
	'run.lifecycle': { from: Lifecycle; to: Lifecycle };
	'run.purged': { freedBytes: number };
	'file.written': { path: string; version: number; sizeBytes: number };
	'file.deleted': { path: string };
}

export type EventType = keyof EventData;
