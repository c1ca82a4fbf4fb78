/**
 * What the hub has said of late, so that a page whose stream comes after what it read misses nothing in between. It is kept only while
 * a page may ask: from a mark that was given out until that is too old.
 */
import { randomUUID } from 'node:crypto';
import { type LiveSignal, mergedSignals } from '@runstead/contract';
import type { Clock, StoredEvent } from '../storage/unit-of-work.ts';

/** From the page's document to its stream: seconds, also over a slow network. */
const REMEMBERED_MICROS = 60_000_000;
/** Some megabytes; signals of one run are kept as one. */
const MESSAGES_MAX = 10_000;

/** One of the two. */
export interface RecentMessage {
	/** Null for what is of no workspace. */
	readonly workspaceKey: number | null;
	readonly event: StoredEvent | null;
	readonly signal: LiveSignal | null;
}

export interface RecentMessages {
	/** A place in all that is said, to be given to {@link RecentMessages.since}. */
	mark(): string;
	/** Whether anything is kept just now. */
	isKept(): boolean;
	add(message: RecentMessage): void;
	/** What was said after a mark; null where that is not known any more. */
	since(mark: string): RecentMessage[] | null;
}

export function createRecentMessages(clock: Clock): RecentMessages {
	/** Marks of another server, or of this one before it was started again, are not known. */
	const server = randomUUID();
	/** By place or, of signals, by run; in the order in which they were said. */
	const messages = new Map<number | string, RecentMessage & { readonly position: number }>();
	let position = 0;
	let keptUntil = 0;
	/** What was said up to here is gone. */
	let forgotten = 0;

	const isKept = (): boolean => clock() < keptUntil;
	return {
		isKept,
		mark() {
			if (!isKept()) {
				messages.clear();
				forgotten = position;
			}
			keptUntil = clock() + REMEMBERED_MICROS;
			return `${server}.${position}`;
		},
		add(message) {
			position += 1;
			if (!isKept()) {
				messages.clear();
				forgotten = position;
				return;
			}
			const key = message.signal?.run ?? position;
			const before = messages.get(key)?.signal;
			messages.delete(key);
			const signal = before && message.signal ? mergedSignals(before, message.signal) : message.signal;
			messages.set(key, { ...message, signal, position });
			const [oldest] = messages;
			if (messages.size <= MESSAGES_MAX || oldest === undefined) return;
			messages.delete(oldest[0]);
			forgotten = oldest[1].position;
		},
		since(mark) {
			const [of, at] = mark.split('.');
			const after = Number(at);
			if (of !== server || !(after >= forgotten)) return null;
			return [...messages.values()].filter((message) => message.position > after);
		},
	};
}
