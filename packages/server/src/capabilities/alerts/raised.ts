/** Alerts that were raised: listed, acknowledged, closed, commented. */
import {
	type Alert,
	type AlertChangeKind,
	type AlertCondition,
	type AlertDelivery,
	type AlertHistoryEntry,
	type AlertSeverity,
	type AlertState,
	RunsteadError,
} from '@runstead/contract';
import { decodeCursor, pageOf } from '../../http/cursor.ts';
import { fromWireTime, toWireTime, toWireTimeOrNull } from '../../http/time.ts';
import type { Database } from '../../storage/database.ts';
import type { Dimensions } from '../workspace-metrics/service.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import { addressOf, type ReceiverBox } from './receivers.ts';
import * as store from './store.ts';

const CHANGE_TO: Readonly<Record<AlertState, AlertChangeKind>> = { fired: 'reopened', acknowledged: 'acknowledged', closed: 'closed' };

export interface AlertListOptions {
	readonly state?: AlertState;
	readonly open?: boolean;
	readonly severity?: AlertSeverity;
	readonly rule?: string;
	readonly run?: string;
	/** When they fired, as RFC 3339 has it; both ends count. */
	readonly from?: string;
	readonly to?: string;
	readonly limit: number;
	readonly cursor?: string;
}

export function presentDelivery(delivery: store.DeliveryRecord, ruleName: string | null, box: ReceiverBox): AlertDelivery {
	const receiver = box.openOneOrNull(delivery.receiver);
	return {
		id: delivery.id,
		alertId: delivery.alert_id,
		ruleName,
		groupId: delivery.group_id,
		groupName: delivery.group_name,
		receiverId: receiver?.id ?? '',
		receiverType: receiver?.type ?? 'webhook',
		address: receiver ? addressOf(receiver) : 'sealed in another data folder',
		what: delivery.what,
		state: delivery.state,
		attempts: delivery.attempts,
		statusCode: delivery.status_code,
		error: delivery.error,
		createdTime: toWireTime(delivery.created_time),
		lastTime: toWireTimeOrNull(delivery.last_time),
		nextTime: delivery.state === 'waiting' ? toWireTime(delivery.next_time) : null,
	};
}

export function createRaised({ database, box }: { readonly database: Database; readonly box: ReceiverBox }) {
	const find = async (workspace: WorkspaceRecord, id: string, db = database.read): Promise<store.AlertRecord> => {
		const alert = await store.alertById(db, workspace.key, id);
		if (!alert) throw new RunsteadError('not-found', { noun: 'alert', given: id });
		return alert;
	};

	const present = (alert: store.AlertRecord, workspace: WorkspaceRecord): Alert => ({
		id: alert.id,
		workspaceId: workspace.id,
		workspaceName: workspace.name,
		ruleId: alert.rule_id,
		ruleName: alert.rule_name,
		severity: alert.severity,
		condition: JSON.parse(alert.condition) as AlertCondition,
		dimensions: JSON.parse(alert.dimensions) as Dimensions,
		state: alert.state,
		isResolved: alert.resolved === 1,
		value: alert.value,
		summary: alert.summary,
		runId: alert.run_id,
		windowStartTime: toWireTimeOrNull(alert.window_start),
		windowEndTime: toWireTimeOrNull(alert.window_end),
		firedTime: toWireTime(alert.fired_time),
		resolvedTime: toWireTimeOrNull(alert.resolved_time),
	});

	return {
		/** Of some workspaces, the newest first. */
		async list(workspaces: readonly WorkspaceRecord[], { rule, run, from, to, limit, cursor, ...query }: AlertListOptions) {
			const byKey = new Map(workspaces.map((workspace) => [workspace.key, workspace]));
			const [firedTime, key] = cursor === undefined ? [null, null] : decodeCursor(cursor, ['integer', 'integer']);
			const before = firedTime === null || key === null ? null : { firedTime, key };
			const found =
				byKey.size === 0
					? []
					: await store.alertsNewestFirst(database.read, {
							...query,
							ruleId: rule,
							runId: run,
							...(from !== undefined && { firedFrom: fromWireTime(from, 'from') }),
							...(to !== undefined && { firedTo: fromWireTime(to, 'to') }),
							workspaceKeys: [...byKey.keys()],
							before,
							limit: limit + 1,
						});
			const page = pageOf(found, limit, (last) => [last.fired_time, last.key]);
			return {
				alerts: page.rows.map((alert) => present(alert, byKey.get(alert.workspace_key) as WorkspaceRecord)),
				nextCursor: page.nextCursor,
			};
		},

		async get(
			workspace: WorkspaceRecord,
			id: string,
		): Promise<{ alert: Alert; history: AlertHistoryEntry[]; deliveries: AlertDelivery[] }> {
			const alert = await find(workspace, id);
			const [history, deliveries] = await Promise.all([
				store.historyOf(database.read, alert.key),
				store.deliveriesOfAlert(database.read, alert.id),
			]);
			return {
				alert: present(alert, workspace),
				history: history.map(({ time, actor, what, comment }) => ({ time: toWireTime(time), actor, what, comment })),
				deliveries: deliveries.map((delivery) => presentDelivery(delivery, alert.rule_name, box)),
			};
		},

		/** @throws {RunsteadError} not-found; already-exists when the combination has raised another alert since it was closed. */
		async change(
			workspace: WorkspaceRecord,
			id: string,
			{ state, comment }: { state?: AlertState; comment?: string },
			actor: string,
		): Promise<Alert> {
			const changed = await database.write(async (unit) => {
				const alert = await find(workspace, id, unit.db);
				if (state === undefined || state === alert.state) {
					if (comment !== undefined)
						await store.insertHistory(unit.db, { alert_key: alert.key, time: unit.now, actor, what: 'commented', comment });
					return alert;
				}
				const open = state !== 'closed' && alert.resolved === 0 ? 1 : 0;
				if (open === 1 && alert.open === 0) {
					const other = (await store.openAlertsOf(unit.db, alert.rule_id)).find(({ dimensions }) => dimensions === alert.dimensions);
					if (other) throw new RunsteadError('already-exists', { noun: 'open alert of this rule', given: other.id });
				}
				await store.updateAlert(unit.db, alert.key, { state, open });
				const what = CHANGE_TO[state];
				await store.insertHistory(unit.db, { alert_key: alert.key, time: unit.now, actor, what, comment: comment ?? null });
				unit.emit({
					workspaceKey: alert.workspace_key,
					type: 'alert.changed',
					subject: alert.id,
					actor,
					data: { rule: alert.rule_name, severity: alert.severity, state, comment: comment ?? null },
				});
				return { ...alert, state, open };
			});
			return present(changed, workspace);
		},
	};
}
