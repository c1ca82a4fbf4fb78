/** Tags, properties and params of a run: what may change, what is written once, and how much of each there may be. */
import { checkLimit, RunsteadError, type Tags } from '@runstead/contract';
import type { AttributeKind } from '../../storage/tables.ts';
import { together, type UnitOfWork } from '../../storage/unit-of-work.ts';
import * as store from './store.ts';

export interface AttributeChange {
	/** Set, or changed to. */
	readonly tags?: Tags;
	readonly removeTags?: readonly string[];
	/** Written once: the same value again is harmless. */
	readonly properties?: Readonly<Record<string, string>>;
	/** Written once, as MLflow's. */
	readonly params?: Readonly<Record<string, string>>;
}

type Entries = readonly (readonly [key: string, value: string | null])[];

const KINDS = { tag: 'tags', property: 'properties', param: 'params' } as const satisfies Record<AttributeKind, keyof AttributeChange>;

/** What is set, of each kind of which anything is. @throws {RunsteadError} invalid-name, limit-exceeded. */
function checkedEntries(change: AttributeChange): [AttributeKind, Entries][] {
	const given: [AttributeKind, Entries][] = [];
	for (const [kind, field] of Object.entries(KINDS) as [AttributeKind, (typeof KINDS)[AttributeKind]][]) {
		const entries = Object.entries(change[field] ?? {});
		for (const [key, value] of entries) checkAttribute(kind, key, value);
		if (entries.length > 0) given.push([kind, entries]);
	}
	return given;
}

/** Sets the attributes of a run that has none yet, in the transaction that makes it. @throws {RunsteadError} invalid-name, limit-exceeded. */
export function setFirstAttributes(unit: UnitOfWork, run: store.RunRecord, change: AttributeChange): void {
	for (const [kind, entries] of checkedEntries(change)) {
		checkCount(kind, entries.length);
		store.putAttributes(unit, run, kind, entries);
	}
}

/**
 * Applies a change to the attributes of a run, in the caller's transaction. Returns which kinds were touched.
 * @throws {RunsteadError} property-changed, param-changed, invalid-name, limit-exceeded.
 */
export async function changeAttributes(unit: UnitOfWork, run: store.RunRecord, change: AttributeChange): Promise<AttributeKind[]> {
	const touched = new Set<AttributeKind>();
	if (change.removeTags?.length) {
		await store.deleteAttributes(unit.db, run.key, 'tag', change.removeTags);
		touched.add('tag');
	}
	const given = checkedEntries(change);
	if (given.length === 0) return [...touched];
	const [counts, ...known] = await together([
		store.countAttributes(unit, run.key),
		...given.map(([kind, entries]) =>
			store.attributesOf(
				unit,
				run.key,
				kind,
				entries.map(([key]) => key),
			),
		),
	]);
	for (const [index, [kind, entries]] of given.entries()) {
		const there = known[index] as Map<string, string | null>;
		checkCount(kind, (counts[kind] ?? 0) + entries.filter(([key]) => !there.has(key)).length);
		store.putAttributes(unit, run, kind, kind === 'tag' ? entries : withoutSame(run, kind, entries, there));
		touched.add(kind);
	}
	return [...touched];
}

/** Those that are not there yet, of a kind that is written once. */
function withoutSame(
	run: store.RunRecord,
	kind: 'property' | 'param',
	entries: Entries,
	there: ReadonlyMap<string, string | null>,
): Entries {
	return entries.filter(([key, given]) => {
		if (!there.has(key)) return true;
		const value = there.get(key) ?? null;
		if (value === given) return false;
		throw new RunsteadError(kind === 'property' ? 'property-changed' : 'param-changed', {
			key,
			run: run.id,
			value: value ?? '',
			given: given ?? '',
		});
	});
}

function checkAttribute(kind: AttributeKind, key: string, value: string | null): void {
	if (key === '') throw new RunsteadError('invalid-name', { noun: kind, given: '""', reason: 'it is empty' });
	checkLimit(() => `The length of the ${kind} key ${JSON.stringify(key.slice(0, 40))}…`, key.length, 'attributeKeyCharacters');
	checkLimit(() => `The length of the value of ${kind} ${JSON.stringify(key)}`, value?.length ?? 0, 'attributeValueCharacters');
}

function checkCount(kind: AttributeKind, count: number): void {
	checkLimit(`The number of values of the kind ${kind}`, count, 'attributesPerRun');
}
