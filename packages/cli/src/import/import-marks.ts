/** What imports before this one saw at their source. By it a change at the source is told from one that was made here. */
import { createHash } from 'node:crypto';
import { type Client, RequestError } from '@runstead/client';
import { LIMITS } from '@runstead/contract';
import { pages } from '../output/answer.ts';

/** By field: a digest of its value, or whatever tells that it has changed. */
export type Seen = Readonly<Record<string, string>>;

export interface Marks {
	/** Whether an import has brought it. */
	has(name: string): boolean;
	/** Whether an import has brought it, and saw just this. */
	isSame(name: string, seen: Seen): boolean;
	/** What the last import saw; null where there was none. */
	read(name: string): Promise<Seen | null>;
	put(name: string, seen: Seen): Promise<void>;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Long enough to tell a value from the one that it had before. */
const DIGEST_CHARACTERS = 16;

export const digestOf = (value: string): string => sha256(value).slice(0, DIGEST_CHARACTERS);

/** Digests by field, the fields under a prefix. */
export function seenOf(values: Readonly<Record<string, string>>, prefix = ''): Record<string, string> {
	return Object.fromEntries(Object.entries(values).map(([key, value]) => [prefix + key, digestOf(value)]));
}

/** Of what was seen, the fields under a prefix, without it. */
export function below(seen: Seen | null, prefix: string): Seen | null {
	return (
		seen &&
		Object.fromEntries(
			Object.entries(seen)
				.filter(([key]) => key.startsWith(prefix))
				.map(([key, value]) => [key.slice(prefix.length), value]),
		)
	);
}

/** @param isThorough as if nothing had been imported before. */
export async function openMarks(client: Client, workspace: string, isThorough: boolean): Promise<Marks> {
	const digests = new Map<string, string>();
	const listed = pages<{ subject: string; digest: string }>(async (cursor) => {
		const page = await client.call('listImportMarks', { params: { workspace }, query: { limit: LIMITS.pageSize.max, cursor } });
		return { items: page.marks, nextCursor: page.nextCursor };
	});
	if (!isThorough) for await (const { subject, digest } of listed) digests.set(subject, digest);
	return {
		has: (name) => digests.has(sha256(name)),
		isSame: (name, seen) => digests.get(sha256(name)) === wholeDigestOf(seen),
		async read(name) {
			const subject = sha256(name);
			return digests.has(subject) ? (await client.call('getImportMark', { params: { workspace, subject } })).seen : null;
		},
		async put(name, seen) {
			const subject = sha256(name);
			const digest = wholeDigestOf(seen);
			await client.call('putImportMark', { params: { workspace, subject }, body: { digest, seen: { ...seen } } });
			digests.set(subject, digest);
		},
	};
}

function wholeDigestOf(seen: Seen): string {
	return sha256(JSON.stringify(Object.entries(seen).toSorted(([one], [other]) => (one < other ? -1 : 1))));
}

export interface Changes {
	readonly set: Record<string, string>;
	readonly remove: string[];
	/** Of those that are set, what was changed both here and at the source. */
	readonly replaced: string[];
}

/**
 * What to do here about the values of a source. What changed there since the last import wins, and what did not stays as it is here; what
 * the source has no more goes unless it was changed here. Without an import before, only what is lacking here is taken.
 * @example changesOf({ now: { a: '2' }, seen: seenOf({ a: '1' }), here: { a: '1' } }).set // { a: '2' }
 */
export function changesOf({
	now,
	seen,
	here,
}: {
	readonly now: Readonly<Record<string, string>>;
	readonly seen: Seen | null;
	readonly here: Readonly<Record<string, string | null>>;
}): Changes {
	const changes: Changes = { set: {}, remove: [], replaced: [] };
	const isAsSeen = (key: string): boolean => {
		const value = here[key];
		return typeof value === 'string' && seen?.[key] === digestOf(value);
	};
	for (const [key, value] of Object.entries(now)) {
		const isHere = Object.hasOwn(here, key);
		if (isHere && here[key] === value) continue;
		if (seen === null ? isHere : seen[key] === digestOf(value)) continue;
		changes.set[key] = value;
		if (isHere && !isAsSeen(key)) changes.replaced.push(key);
	}
	for (const key of Object.keys(seen ?? {})) if (!Object.hasOwn(now, key) && isAsSeen(key)) changes.remove.push(key);
	return changes;
}

export const nullIfNotFound = (error: unknown): null => {
	if (error instanceof RequestError && error.code === 'not-found') return null;
	throw error;
};
