/**
 * Registered datasets: definitions of data by which clients of Azure ML read it, under a name in versions. What a definition says is its
 * client's; the same one is kept once, and never changes.
 */
import { createHash, randomUUID } from 'node:crypto';
import { checkLimit, LIMITS, RunsteadError } from '@runstead/contract';
import { decodeCursor, pageOf } from '../../http/cursor.ts';
import type { Database } from '../../storage/database.ts';
import type { NewEvent, UnitOfWork } from '../../storage/unit-of-work.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import * as store from './store.ts';

export interface NewDefinition {
	readonly type: string;
	readonly dataflow: string;
	readonly properties: Readonly<Record<string, unknown>>;
}

export interface DataDefinition extends NewDefinition {
	readonly id: string;
}

export interface Registration {
	readonly name: string;
	/** Null keeps what is there. */
	readonly description: string | null;
	readonly tags: Readonly<Record<string, string | null>> | null;
}

export interface RegisteredDataset {
	readonly id: string;
	readonly name: string;
	readonly description: string;
	readonly tags: Readonly<Record<string, string | null>>;
	readonly version: number;
	readonly definition: DataDefinition;
	readonly createdTime: number;
	readonly modifiedTime: number;
}

export function createRegisteredDatasetService({ database }: { readonly database: Database }) {
	const saveIn = async (unit: UnitOfWork, workspace: WorkspaceRecord, definition: NewDefinition): Promise<store.DefinitionRecord> => {
		const { type, dataflow } = definition;
		const properties = JSON.stringify(definition.properties);
		checkText('data definition', dataflow);
		checkText('properties', properties);
		const digest = createHash('sha256')
			.update(JSON.stringify([type, dataflow, properties]))
			.digest('hex');
		const known = await store.definitionByDigest(unit.db, workspace.key, digest);
		if (known) return known;
		const row = { workspace_key: workspace.key, digest, type, dataflow, properties, created_time: unit.now };
		return store.insertDefinition(unit.db, { id: randomUUID(), ...row });
	};

	/** @throws {RunsteadError} not-found. */
	const find = async (workspace: WorkspaceRecord, column: 'id' | 'name', value: string, db = database.read) => {
		const found = await store.datasetBy(db, workspace.key, column, value);
		if (!found) throw new RunsteadError('not-found', { noun: 'dataset', given: value });
		return found;
	};

	return {
		/** Keeps a definition that has no name. @throws {RunsteadError} limit-exceeded. */
		save: (workspace: WorkspaceRecord, definition: NewDefinition): Promise<DataDefinition> =>
			database.write(async (unit) => presentDefinition(await saveIn(unit, workspace, definition))),

		/** @throws {RunsteadError} not-found. */
		async definition(workspace: WorkspaceRecord, id: string): Promise<DataDefinition> {
			const found = await store.definitionById(database.read, workspace.key, id);
			if (!found) throw new RunsteadError('not-found', { noun: 'data definition', given: id });
			return presentDefinition(found);
		},

		/** The name's next version, unless its newest one defines the same. @throws {RunsteadError} already-exists, limit-exceeded, invalid-name. */
		register: (
			workspace: WorkspaceRecord,
			{ name, description, tags }: Registration,
			definition: NewDefinition,
			{ actor, mayExist }: { readonly actor: string; readonly mayExist: boolean },
		): Promise<RegisteredDataset> =>
			database.write(async (unit) => {
				checkName(name);
				const { key: definitionKey, id } = await saveIn(unit, workspace, definition);
				const known = await store.datasetBy(unit.db, workspace.key, 'name', name);
				if (known && !mayExist) throw new RunsteadError('already-exists', { noun: 'dataset', given: name });
				const shown = {
					description: checkText('description', description ?? known?.description ?? ''),
					tags: checkText('tags', tags ? JSON.stringify(tags) : (known?.tags ?? '{}')),
					modified_time: unit.now,
				};
				const dataset = { id: randomUUID(), workspace_key: workspace.key, name, created_time: unit.now, ...shown };
				const key = known?.key ?? (await store.insertDataset(unit.db, dataset));
				if (known) await store.updateDataset(unit.db, key, shown);
				const at = { key, workspace_key: workspace.key };
				const newest = await store.versionOf(unit.db, at);
				const isNew = newest?.definition_id !== id;
				if (isNew)
					await store.insertVersion(unit.db, {
						...{ dataset_key: key, version: (newest?.version ?? 0) + 1, definition_key: definitionKey, created_time: unit.now },
					});
				const registered = present((await store.versionOf(unit.db, at)) as store.VersionRecord);
				const told = { workspaceKey: workspace.key, subject: registered.id, actor };
				if (isNew) unit.emit({ ...told, type: 'dataset.registered', data: { name: registered.name, version: registered.version } });
				else tellChange(unit, told, known, registered);
				return registered;
			}),

		/** Its description and tags. @throws {RunsteadError} not-found, limit-exceeded. */
		update: (
			workspace: WorkspaceRecord,
			id: string,
			{ description, tags }: Omit<Registration, 'name'>,
			actor: string,
		): Promise<RegisteredDataset> =>
			database.write(async (unit) => {
				const known = await find(workspace, 'id', id, unit.db);
				await store.updateDataset(unit.db, known.key, {
					description: checkText('description', description ?? known.description),
					tags: checkText('tags', tags ? JSON.stringify(tags) : known.tags),
					modified_time: unit.now,
				});
				const updated = present((await store.versionOf(unit.db, known)) as store.VersionRecord);
				tellChange(unit, { workspaceKey: workspace.key, subject: id, actor }, known, updated);
				return updated;
			}),

		/** The newest version unless one is named. @throws {RunsteadError} not-found. */
		async get(workspace: WorkspaceRecord, name: string, version?: number): Promise<RegisteredDataset> {
			const found = await store.versionOf(database.read, await find(workspace, 'name', name), version);
			if (!found) throw new RunsteadError('not-found', { noun: 'dataset', given: `${name} in version ${version}` });
			return present(found);
		},

		/** The names that a definition has. */
		async namesOf(workspace: WorkspaceRecord, definitionId: string): Promise<RegisteredDataset[]> {
			return (await store.versionsOfDefinition(database.read, workspace.key, definitionId)).map(present);
		},

		/** By name, each in its newest version. */
		async list(
			workspace: WorkspaceRecord,
			limit: number,
			cursor?: string,
		): Promise<{ datasets: RegisteredDataset[]; nextCursor: string | null }> {
			const [after] = cursor ? decodeCursor(cursor, ['text']) : [''];
			const page = pageOf(await store.newestAfter(database.read, workspace.key, after, limit + 1), limit, (last) => [last.name]);
			return { datasets: page.rows.map(present), nextCursor: page.nextCursor };
		},

		/** All versions; jobs that name a definition by its id still find it. @throws {RunsteadError} not-found. */
		unregister: (workspace: WorkspaceRecord, name: string, actor: string): Promise<void> =>
			database.write(async (unit) => {
				const { key, id } = await find(workspace, 'name', name, unit.db);
				await store.deleteDataset(unit.db, key);
				unit.emit({ workspaceKey: workspace.key, type: 'dataset.unregistered', subject: id, actor, data: { name } });
			}),
	};
}

type Told = Pick<NewEvent<'dataset.changed'>, 'workspaceKey' | 'subject' | 'actor'>;

/** What of a dataset is other than before; where nothing is, nothing is told. */
function tellChange(unit: UnitOfWork, told: Told, before: { description: string; tags: string } | undefined, now: RegisteredDataset): void {
	const isOther = { description: now.description !== before?.description, tags: JSON.stringify(now.tags) !== before?.tags };
	const fields = Object.entries(isOther).flatMap(([field, is]) => (is ? [field] : []));
	if (fields.length > 0) unit.emit({ ...told, type: 'dataset.changed', data: { name: now.name, fields } });
}

function presentDefinition({
	id,
	type,
	dataflow,
	properties,
}: Omit<DataDefinition, 'properties'> & { properties: string }): DataDefinition {
	return { id, type, dataflow, properties: JSON.parse(properties) as Record<string, unknown> };
}

function present(row: store.VersionRecord): RegisteredDataset {
	return {
		...{ id: row.id, name: row.name, description: row.description, version: row.version },
		tags: JSON.parse(row.tags) as Record<string, string | null>,
		definition: presentDefinition({ ...row, id: row.definition_id }),
		createdTime: row.version_created_time,
		modifiedTime: row.modified_time,
	};
}

/** @throws {RunsteadError} limit-exceeded, invalid-request. */
function checkText(what: string, text: string): string {
	const given = Buffer.byteLength(text);
	checkLimit(`The size of the ${what} of a dataset`, given, 'dataDefinitionBytes');
	if (text.includes('\0')) throw new RunsteadError('invalid-request', { what: `The ${what} of a dataset holds the NUL character.` });
	return text;
}

/** @throws {RunsteadError} invalid-name. */
function checkName(name: string): void {
	const { max } = LIMITS.registeredDatasetNameCharacters;
	const refuse = (reason: string) =>
		new RunsteadError('invalid-name', { noun: 'dataset', given: JSON.stringify(name.slice(0, 80)), reason });
	if (name.trim() === '' || name.length > max) throw refuse(`it has 1 to ${max} characters`);
	if (/[/\\\p{Cc}]/u.test(name)) throw refuse('it holds no slash and no control character');
}
