/** Tags, properties and params of a run: what may change, what is written once, and how much of each there may be. */
import { LIMITS, RunsteadError, type Tags } from '@runstead/contract';
import type { AttributeKind } from '../../storage/tables.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
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

/**
 * Applies a change to the attributes of a run, in the caller's transaction. Returns which kinds were touched.
 * @throws {RunsteadError} property-changed, param-changed, limit-exceeded.
 */
export async function changeAttributes(unit: UnitOfWork, run: store.RunRecord, change: AttributeChange): Promise<AttributeKind[]> {
	const touched: AttributeKind[] = [];
	if (change.removeTags?.length) {
		await store.deleteAttributes(unit.db, run.key, 'tag', change.removeTags);
		touched.push('tag');
	}
	const given = { tag: change.tags, property: change.properties, param: change.params } as const;
	for (const [kind, values] of Object.entries(given) as [AttributeKind, Tags | undefined][]) {
		const entries = Object.entries(values ?? {});
		if (entries.length === 0) continue;
		for (const [key, value] of entries) checkAttribute(kind, key, value);
		const fresh = kind === 'tag' ? entries : await withoutSame(unit, run, kind, entries);
		await store.putAttributes(unit, run, kind, fresh);
		checkCount(kind, await store.countAttributes(unit, run.key, kind));
		touched.push(kind);
	}
	return [...new Set(touched)];
}

type Entries = readonly (readonly [key: string, value: string | null])[];

/** Those that are not there yet, of a kind that is written once. */
async function withoutSame(unit: UnitOfWork, run: store.RunRecord, kind: 'property' | 'param', entries: Entries): Promise<Entries> {
	const keys = entries.map(([key]) => key);
	const existing = await store.attributesOf(unit, run.key, kind, keys);
	return entries.filter(([key, given]) => {
		if (!existing.has(key)) return true;
		const value = existing.get(key) ?? null;
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
	const { attributeKeyCharacters, attributeValueCharacters } = LIMITS;
	if (key === '') throw new RunsteadError('invalid-name', { noun: kind, given: '""', reason: 'it is empty' });
	if (key.length > attributeKeyCharacters.max) {
		throw new RunsteadError('limit-exceeded', {
			what: `The length of the ${kind} key ${JSON.stringify(key.slice(0, 40))}…`,
			given: key.length,
			limit: 'attributeKeyCharacters',
			max: attributeKeyCharacters.max,
		});
	}
	if (value !== null && value.length > attributeValueCharacters.max) {
		throw new RunsteadError('limit-exceeded', {
			what: `The length of the value of ${kind} ${JSON.stringify(key)}`,
			given: value.length,
			limit: 'attributeValueCharacters',
			max: attributeValueCharacters.max,
		});
	}
}

function checkCount(kind: AttributeKind, count: number): void {
	const { max } = LIMITS.attributesPerRun;
	if (count > max)
		throw new RunsteadError('limit-exceeded', {
			what: `The number of values of the kind ${kind}`,
			given: count,
			limit: 'attributesPerRun',
			max,
		});
}
