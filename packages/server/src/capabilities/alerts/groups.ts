/** Action groups: who is told, with a test of each. */
import { randomUUID } from 'node:crypto';
import { type ActionGroup, type ActionReceiver, type AlertDelivery, checkLimit, LIMITS, RunsteadError } from '@runstead/contract';
import { decodeCursor, pageOf } from '../../http/cursor.ts';
import type { Giver } from '../../http/giver.ts';
import { toWireTime } from '../../http/time.ts';
import type { Database } from '../../storage/database.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { WorkspaceRecord, WorkspaceService } from '../workspaces/service.ts';
import type { Delivering } from './delivering.ts';
import type { Notification } from './notification.ts';
import { presentDelivery } from './raised.ts';
import type { Raising } from './raising.ts';
import { checkReach, type KeptReceiver, keepReceivers, presentReceivers, type ReceiverBox } from './receivers.ts';
import { checkName } from './rules.ts';
import * as store from './store.ts';

export interface GroupOptions {
	readonly database: Database;
	readonly workspaces: WorkspaceService;
	readonly raising: Raising;
	readonly delivering: Delivering;
	readonly box: ReceiverBox;
	/** Whether there is a mail server. */
	readonly hasMail: boolean;
}

/** A test is sent by whoever asks for it; the loop that tries again finds it too late. */
const TEST_HELD_MICROS = 3_600_000_000;

export function createGroups({ database, workspaces, raising, delivering, box, hasMail }: GroupOptions) {
	const find = async (workspace: WorkspaceRecord, nameOrId: string, db = database.read): Promise<store.GroupRecord> => {
		const group = await store.groupByName(db, workspace.key, nameOrId);
		if (!group) throw new RunsteadError('not-found', { noun: 'action group', given: nameOrId });
		return group;
	};

	const withReceiver = (group: store.GroupRecord, id: string): store.GroupRecord => {
		const receivers = box.open(group.receivers).filter((receiver) => receiver.id === id);
		if (receivers.length === 0) throw new RunsteadError('not-found', { noun: 'receiver', given: id });
		return { ...group, receivers: box.seal(receivers) };
	};

	const present = (workspace: WorkspaceRecord, group: store.GroupRecord, known: readonly KeptReceiver[] | null = null): ActionGroup => ({
		id: group.id,
		workspaceId: workspace.id,
		name: group.name,
		...presentReceivers(box.openOrNull(group.receivers), hasMail, known),
		createdTime: toWireTime(group.created_time),
		createdBy: group.created_by,
		modifiedTime: toWireTime(group.modified_time),
	});

	const checkFree = async (unit: UnitOfWork, workspace: WorkspaceRecord, name: string, ownKey: number | null): Promise<void> => {
		const other = await store.groupByName(unit.db, workspace.key, name);
		if (other && other.key !== ownKey) throw new RunsteadError('already-exists', { noun: 'action group', given: name });
	};

	const testOf = (workspace: WorkspaceRecord, group: store.GroupRecord, now: number): Notification => {
		const { id, name, resourceGroup, subscriptionId } = workspaces.present(workspace);
		return {
			what: 'test',
			alertId: randomUUID(),
			ruleId: group.id,
			ruleName: `Test of ${group.name}`,
			description: 'Somebody tries whether this action group works.',
			severity: 4,
			condition: { type: 'metric', metric: 'Failed Runs', aggregation: 'total', operator: 'greaterThan', threshold: 0 },
			windowSeconds: 300,
			dimensions: { ExperimentName: 'test' },
			value: 1,
			summary: 'This is a test: nothing has happened.',
			runId: null,
			workspace: { id, name, resourceGroup, subscriptionId },
			firedTime: toWireTime(now),
			resolvedTime: null,
			windowStartTime: null,
			windowEndTime: null,
		};
	};

	return {
		async list(workspace: WorkspaceRecord): Promise<ActionGroup[]> {
			return (await store.groupsOf(database.read, workspace.key)).map((group) => present(workspace, group));
		},

		/** @throws {RunsteadError} already-exists, invalid-name, invalid-request, limit-exceeded. */
		async create(workspace: WorkspaceRecord, name: string, given: readonly ActionReceiver[], by: Giver): Promise<ActionGroup> {
			checkName('action group', name);
			const receivers = keepReceivers(given, [], by.reach);
			await checkReach(receivers);
			const group = await database.write(async (unit) => {
				await checkFree(unit, workspace, name, null);
				checkLimit('The number of action groups', (await store.groupsOf(unit.db, workspace.key)).length + 1, 'actionGroupsPerWorkspace');
				return store.insertGroup(unit.db, {
					id: randomUUID(),
					workspace_key: workspace.key,
					name,
					folded_name: name.toLowerCase(),
					receivers: box.seal(receivers),
					created_time: unit.now,
					created_by: by.name,
					modified_time: unit.now,
				});
			});
			return present(workspace, group, []);
		},

		/** @throws {RunsteadError} not-found, already-exists, invalid-name, invalid-request. */
		async update(
			workspace: WorkspaceRecord,
			nameOrId: string,
			given: { name?: string; receivers?: readonly ActionReceiver[] },
			by: Giver,
		): Promise<ActionGroup> {
			if (given.name !== undefined) checkName('action group', given.name);
			const known = box.openOrNull((await find(workspace, nameOrId)).receivers) ?? [];
			const receivers = given.receivers && keepReceivers(given.receivers, known, by.reach);
			await checkReach(receivers ?? []);
			const group = await database.write(async (unit) => {
				const current = await find(workspace, nameOrId, unit.db);
				if (given.name !== undefined) await checkFree(unit, workspace, given.name, current.key);
				const name = given.name ?? current.name;
				const change = {
					name,
					folded_name: name.toLowerCase(),
					receivers: receivers ? box.seal(receivers) : current.receivers,
					modified_time: unit.now,
				};
				await store.updateGroup(unit.db, current.key, change);
				return { ...current, ...change };
			});
			return present(workspace, group, known);
		},

		/** @throws {RunsteadError} not-found, action-group-in-use. */
		async remove(workspace: WorkspaceRecord, nameOrId: string): Promise<void> {
			await database.write(async (unit) => {
				const group = await find(workspace, nameOrId, unit.db);
				const rules = await store.rulesByName(unit.db, workspace.key, '', LIMITS.alertRulesPerWorkspace.max);
				const user = rules.find(({ action_groups }) => (JSON.parse(action_groups) as string[]).includes(group.id));
				if (user) throw new RunsteadError('action-group-in-use', { group: group.name, rule: user.name });
				await store.deleteGroup(unit.db, group.key);
			});
		},

		/** Of all receivers, or of one. @throws {RunsteadError} not-found. */
		async test(workspace: WorkspaceRecord, nameOrId: string, receiverId?: string): Promise<AlertDelivery[]> {
			const whole = await find(workspace, nameOrId);
			const group = receiverId === undefined ? whole : withReceiver(whole, receiverId);
			const made = await database.write(async (unit) =>
				raising.notifyIn(unit, [group], testOf(workspace, group, unit.now), workspace.key, unit.now + TEST_HELD_MICROS),
			);
			return (await Promise.all(made.map((delivery) => delivering.attempt(delivery, true)))).map((delivery) =>
				presentDelivery(delivery, null, box),
			);
		},

		async deliveries(workspace: WorkspaceRecord, nameOrId: string, limit: number, cursor?: string) {
			const group = await find(workspace, nameOrId);
			const [before] = cursor === undefined ? [Number.MAX_SAFE_INTEGER] : decodeCursor(cursor, ['integer']);
			const page = pageOf(await store.deliveriesOfGroup(database.read, group.id, before, limit + 1), limit, (last) => [last.key]);
			const rules = await store.ruleNamesOf(
				database.read,
				page.rows.flatMap(({ alert_id: alert }) => (alert === null ? [] : [alert])),
			);
			const ruleOf = (alert: string | null): string | null => (alert === null ? null : (rules.get(alert) ?? null));
			return {
				deliveries: page.rows.map((delivery) => presentDelivery(delivery, ruleOf(delivery.alert_id), box)),
				nextCursor: page.nextCursor,
			};
		},
	};
}
