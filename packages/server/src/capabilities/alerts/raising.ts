/** Alerts come to be and are resolved: in one transaction with their history, their event, and what is to be sent to whom. */
import { randomUUID } from 'node:crypto';
import type { AlertCondition } from '@runstead/contract';
import { toWireTime, toWireTimeOrNull } from '../../http/time.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { Dimensions } from '../workspace-metrics/service.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import type { Notification } from './notification.ts';
import type { ReceiverBox } from './receivers.ts';
import * as store from './store.ts';

const ACTOR = 'alert rules';

/** What a rule has found. */
export interface Finding {
	/** As JSON, by name in their order. */
	readonly dimensions: string;
	readonly value: number | null;
	readonly summary: string;
	readonly runId: string | null;
	readonly window: { readonly start: number; readonly end: number } | null;
	/** When it was so. */
	readonly time: number;
}

export interface RaisingOptions {
	readonly workspaces: WorkspaceService;
	readonly box: ReceiverBox;
	/** Told after a commit with deliveries. */
	readonly onDeliveries: () => void;
}

export interface Raising {
	fireIn(unit: UnitOfWork, rule: store.RuleRecord, finding: Finding): Promise<store.AlertRecord>;
	resolveIn(unit: UnitOfWork, rule: store.RuleRecord, alert: store.AlertRecord, time: number, reason: string): Promise<void>;
	/** Puts what is to be sent to every receiver of some groups into the database. */
	notifyIn(
		unit: UnitOfWork,
		groups: readonly store.GroupRecord[],
		notification: Notification,
		workspaceKey: number,
		nextTime?: number,
	): Promise<store.DeliveryRecord[]>;
	notificationOf(rule: store.RuleRecord, alert: store.AlertRecord, what: Notification['what']): Promise<Notification>;
}

const UNREADABLE = 'The receivers of this group were sealed in another data folder: give them to the group again.';

export function createRaising({ workspaces, box, onDeliveries }: RaisingOptions): Raising {
	const notificationOf = async (rule: store.RuleRecord, alert: store.AlertRecord, what: Notification['what']): Promise<Notification> => {
		const { id, name, resourceGroup, subscriptionId } = workspaces.present(await workspaces.byKey(alert.workspace_key));
		return {
			what,
			alertId: alert.id,
			ruleId: rule.id,
			ruleName: rule.name,
			description: rule.description,
			severity: alert.severity,
			condition: JSON.parse(alert.condition) as AlertCondition,
			windowSeconds: rule.window_seconds,
			dimensions: JSON.parse(alert.dimensions) as Dimensions,
			value: alert.value,
			summary: alert.summary,
			runId: alert.run_id,
			workspace: { id, name, resourceGroup, subscriptionId },
			firedTime: toWireTime(alert.fired_time),
			resolvedTime: toWireTimeOrNull(alert.resolved_time),
			windowStartTime: toWireTimeOrNull(alert.window_start),
			windowEndTime: toWireTimeOrNull(alert.window_end),
		};
	};

	const notifyIn: Raising['notifyIn'] = async (unit, groups, notification, workspaceKey, nextTime = unit.now) => {
		const made: store.DeliveryRecord[] = [];
		for (const group of groups) {
			const delivery = {
				workspace_key: workspaceKey,
				alert_id: notification.what === 'test' ? null : notification.alertId,
				group_id: group.id,
				group_name: group.name,
				what: notification.what,
				attempts: 0,
				status_code: null,
				payload: JSON.stringify(notification),
				created_time: unit.now,
				last_time: null,
				next_time: nextTime,
			};
			const receivers = box.openOrNull(group.receivers);
			if (receivers === null) {
				// The alert is raised all the same, and whoever looks at the group sees why it was not told.
				const failed = { ...delivery, id: randomUUID(), receiver: group.receivers, state: 'failed' as const, error: UNREADABLE };
				made.push(await store.insertDelivery(unit.db, failed));
				continue;
			}
			for (const receiver of receivers) {
				const waiting = { ...delivery, id: randomUUID(), receiver: box.sealOne(receiver), state: 'waiting' as const, error: null };
				made.push(await store.insertDelivery(unit.db, waiting));
			}
		}
		if (made.length > 0) unit.afterCommit(onDeliveries);
		return made;
	};

	/** Nobody is told of what a silenced rule finds. */
	const tellIn = async (unit: UnitOfWork, rule: store.RuleRecord, alert: store.AlertRecord, what: 'fired' | 'resolved'): Promise<void> => {
		if (rule.silenced_until !== null && rule.silenced_until > unit.now) return;
		const groups = await store.groupsById(unit.db, JSON.parse(rule.action_groups) as string[]);
		if (groups.length > 0) await notifyIn(unit, groups, await notificationOf(rule, alert, what), alert.workspace_key);
	};

	return {
		notifyIn,
		notificationOf,

		async fireIn(unit, rule, { dimensions, value, summary, runId, window, time }) {
			const alert = await store.insertAlert(unit.db, {
				id: randomUUID(),
				workspace_key: rule.workspace_key,
				rule_id: rule.id,
				rule_name: rule.name,
				severity: rule.severity,
				condition: rule.condition,
				dimensions,
				state: 'fired',
				resolved: 0,
				open: 1,
				value,
				summary,
				run_id: runId,
				window_start: window?.start ?? null,
				window_end: window?.end ?? null,
				fired_time: time,
				resolved_time: null,
			});
			await store.insertHistory(unit.db, { alert_key: alert.key, time, actor: ACTOR, what: 'fired', comment: summary });
			const data = { rule: rule.name, severity: rule.severity, dimensions: JSON.parse(dimensions) as Dimensions, value, summary, runId };
			unit.emit({ workspaceKey: rule.workspace_key, type: 'alert.fired', subject: alert.id, actor: ACTOR, data });
			await tellIn(unit, rule, alert, 'fired');
			return alert;
		},

		async resolveIn(unit, rule, alert, time, reason) {
			const change = { resolved: 1, open: 0, resolved_time: time };
			await store.updateAlert(unit.db, alert.key, change);
			await store.insertHistory(unit.db, { alert_key: alert.key, time, actor: ACTOR, what: 'resolved', comment: reason });
			unit.emit({
				workspaceKey: alert.workspace_key,
				type: 'alert.resolved',
				subject: alert.id,
				actor: ACTOR,
				data: { rule: alert.rule_name, severity: alert.severity, reason },
			});
			await tellIn(unit, rule, { ...alert, ...change }, 'resolved');
		},
	};
}
