/** Workspaces: what everything else belongs to. */
import { randomUUID } from 'node:crypto';
import { checkLimit, LIMITS, RunsteadError, type Workspace } from '@runstead/contract';
import { decodeCursor, pageOf } from '../../http/cursor.ts';
import { toWireTime } from '../../http/time.ts';
import type { Database } from '../../storage/database.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import * as store from './store.ts';

export type { WorkspaceRecord } from './store.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DEFAULT_RESOURCE_GROUP = 'runstead';
/** Of the first workspace, where someone needs one before anyone has made one. */
const FIRST_NAME = 'default';

export interface NewWorkspace {
	readonly name: string;
	readonly resourceGroup?: string;
	readonly description?: string;
}

export type WorkspaceIdentity = Pick<Workspace, 'id' | 'name' | 'resourceGroup' | 'subscriptionId'>;

export type WorkspaceService = Awaited<ReturnType<typeof createWorkspaceService>>;

export async function createWorkspaceService(
	database: Database,
	/** Called in the transaction that makes a workspace, for what each workspace is born with. */
	furnish: (unit: UnitOfWork, workspace: store.WorkspaceRecord, actor: string) => Promise<void>,
) {
	const subscriptionId = await database.write((unit) => store.subscriptionId(unit.db, randomUUID));

	const present = (workspace: store.WorkspaceRecord): Workspace => ({
		id: workspace.id,
		name: workspace.name,
		resourceGroup: workspace.resource_group,
		subscriptionId,
		description: workspace.description,
		createdTime: toWireTime(workspace.created_time),
	});

	/** @throws {RunsteadError} not-found. */
	const find = async (nameOrId: string): Promise<store.WorkspaceRecord> => {
		const byName = await store.workspaceByName(database.read, nameOrId.toLowerCase());
		const workspace = byName ?? (UUID.test(nameOrId) ? await store.workspaceById(database.read, nameOrId.toLowerCase()) : undefined);
		if (!workspace) throw new RunsteadError('not-found', { noun: 'workspace', given: nameOrId });
		return workspace;
	};

	const insert = async (unit: UnitOfWork, { name, resourceGroup, description }: Required<NewWorkspace>, actor: string) => {
		const workspace = await store.insertWorkspace(unit.db, {
			id: randomUUID(),
			name,
			folded_name: name.toLowerCase(),
			resource_group: resourceGroup,
			description,
			created_time: unit.now,
		});
		unit.emit({ workspaceKey: workspace.key, type: 'workspace.created', subject: workspace.id, actor, data: { name } });
		await furnish(unit, workspace, actor);
		return workspace;
	};

	/** What a workspace has for ever, by key. */
	const identities = new Map<number, WorkspaceIdentity>();

	/** There is always the same one, once there is one. */
	let first: store.WorkspaceRecord | undefined;

	return {
		subscriptionId,
		present,
		find,

		/** Those that somebody may read who is bound to one, or (null) to none; by name. */
		async readable(workspaceId: string | null, limit: number): Promise<store.WorkspaceRecord[]> {
			return workspaceId === null ? store.workspacesByName(database.read, '', limit) : [await find(workspaceId)];
		},

		byKey: (key: number) => store.workspaceByKey(database.read, key),

		/** What never changes of a workspace: it is read once. */
		async identity(key: number): Promise<WorkspaceIdentity> {
			const known = identities.get(key);
			if (known) return known;
			const { id, name, resourceGroup } = present(await store.workspaceByKey(database.read, key));
			const identity = { id, name, resourceGroup, subscriptionId };
			identities.set(key, identity);
			return identity;
		},

		/** The one that was made first: who names none means it. Where there is none yet, it is made. */
		async first(actor: string): Promise<store.WorkspaceRecord> {
			first ??= await store.firstWorkspace(database.read);
			first ??= await database.write(
				async (unit) =>
					(await store.firstWorkspace(unit.db)) ??
					insert(unit, { name: FIRST_NAME, resourceGroup: DEFAULT_RESOURCE_GROUP, description: '' }, actor),
			);
			return first;
		},

		/** @throws {RunsteadError} invalid-name, already-exists. */
		async create({ name, resourceGroup = DEFAULT_RESOURCE_GROUP, description = '' }: NewWorkspace, actor: string): Promise<Workspace> {
			checkName('workspace', name);
			checkName('resource group', resourceGroup);
			checkDescription(description);
			return database.write(async (unit) => {
				if (await store.workspaceByName(unit.db, name.toLowerCase()))
					throw new RunsteadError('already-exists', { noun: 'workspace', given: name });
				return present(await insert(unit, { name, resourceGroup, description }, actor));
			});
		},

		async list(limit: number, cursor?: string): Promise<{ workspaces: Workspace[]; nextCursor: string | null }> {
			const [after] = cursor ? decodeCursor(cursor, ['text']) : [''];
			const rows = await store.workspacesByName(database.read, after, limit + 1);
			const page = pageOf(rows, limit, (last) => [last.folded_name]);
			return { workspaces: page.rows.map(present), nextCursor: page.nextCursor };
		},

		async describe(nameOrId: string, description: string): Promise<Workspace> {
			checkDescription(description);
			const workspace = await find(nameOrId);
			await database.write((unit) => store.updateDescription(unit.db, workspace.key, description));
			return present({ ...workspace, description });
		},
	};
}

function checkName(noun: string, name: string): void {
	const { min, max } = LIMITS.workspaceNameCharacters;
	if (noun === 'workspace' && (name.length < min || name.length > max)) {
		throw new RunsteadError('invalid-name', {
			noun,
			given: JSON.stringify(name),
			reason: `it has ${name.length} characters; ${min} to ${max} are allowed`,
		});
	}
	if (!NAME.test(name)) {
		throw new RunsteadError('invalid-name', {
			noun,
			given: JSON.stringify(name),
			reason: 'it takes letters, digits, hyphens and underscores, a letter or digit first',
		});
	}
}

function checkDescription(description: string): void {
	checkLimit('The length of the description', description.length, 'descriptionCharacters');
}
