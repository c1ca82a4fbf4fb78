/** Tells whoever listens what has been committed: events of the outbox at once, signals ("this series grew") merged over a moment. */
import type { LiveChange, LiveSignal } from '@runstead/contract';
import { toWireTime } from '../http/time.ts';
import type { Clock, StoredEvent } from '../storage/unit-of-work.ts';
import { createRecentMessages, type RecentMessage } from './recent-messages.ts';

/** Signals of one run that come closer together than this are sent as one: quick for a person, cheap for a loop that logs. */
const MERGE_MS = 50;

export interface RunIdentity {
	readonly id: string;
	readonly workspaceKey: number;
}

export interface LiveListener {
	readonly workspaceKey: number;
	change(event: StoredEvent): void;
	signal(signal: LiveSignal): void;
}

interface PendingSignal {
	readonly run: RunIdentity;
	readonly metrics: Set<string>;
	readonly logs: Map<string, NonNullable<LiveSignal['logs']>[number]>;
}

export type LiveHub = ReturnType<typeof createLiveHub>;

export function createLiveHub(clock: Clock) {
	const recent = createRecentMessages(clock);
	const listeners = new Set<LiveListener>();
	/** Those who are told that there are new events, of whatever workspace. */
	const watchers = new Set<() => void>();
	/** Runs that have signalled within the last moment, with what has come since. */
	const signalling = new Map<string, PendingSignal>();

	const send = ({ run, metrics, logs }: PendingSignal): void => {
		const signal: LiveSignal = {
			run: run.id,
			...(metrics.size > 0 && { metrics: [...metrics] }),
			...(logs.size > 0 && { logs: [...logs.values()] }),
		};
		recent.add({ workspaceKey: run.workspaceKey, event: null, signal });
		for (const listener of listeners) if (listener.workspaceKey === run.workspaceKey) listener.signal(signal);
	};

	/** The first signal goes out at once; those of the next moment together at its end. */
	const flushLater = (id: string): void => {
		setTimeout(() => {
			const pending = signalling.get(id);
			if (!pending || (pending.metrics.size === 0 && pending.logs.size === 0)) {
				signalling.delete(id);
				return;
			}
			signalling.set(id, { run: pending.run, metrics: new Set(), logs: new Map() });
			send(pending);
			flushLater(id);
		}, MERGE_MS).unref();
	};

	const signal = (run: RunIdentity, metrics: readonly string[], logs: NonNullable<LiveSignal['logs']>): void => {
		if (listeners.size === 0 && !recent.isKept()) return;
		const pending = signalling.get(run.id);
		if (pending) {
			for (const name of metrics) pending.metrics.add(name);
			for (const log of logs) pending.logs.set(log.path, log);
			return;
		}
		signalling.set(run.id, { run, metrics: new Set(), logs: new Map() });
		send({ run, metrics: new Set(metrics), logs: new Map(logs.map((log) => [log.path, log])) });
		flushLater(run.id);
	};

	return {
		/** Listens until the returned function is called. */
		listen(listener: LiveListener): () => void {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},

		/** Names this moment, so that a stream that comes later can begin with it. */
		mark: recent.mark,
		/** What was said in a workspace after a mark; null where that is not known any more. */
		since: (mark: string, workspaceKey: number): RecentMessage[] | null =>
			recent.since(mark)?.filter((message) => message.workspaceKey === workspaceKey) ?? null,
		/** Calls back after each commit with events, until the returned function is called. */
		watch(watcher: () => void): () => void {
			watchers.add(watcher);
			return () => watchers.delete(watcher);
		},

		publish(events: readonly StoredEvent[]): void {
			for (const watcher of watchers) watcher();
			for (const event of events) {
				recent.add({ workspaceKey: event.workspaceKey, event, signal: null });
				for (const listener of listeners) if (listener.workspaceKey === event.workspaceKey) listener.change(event);
			}
		},

		metricsGrew: (run: RunIdentity, names: readonly string[]): void => signal(run, names, []),
		logGrew: (run: RunIdentity, log: NonNullable<LiveSignal['logs']>[number]): void => signal(run, [], [log]),
	};
}

export function presentChange({ sequence, type, subject, time, actor, data }: StoredEvent): LiveChange {
	return { sequence, type, subject, time: toWireTime(time), actor, data };
}
