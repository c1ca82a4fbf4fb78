/** Alert rules: made, changed, silenced, deleted, and tried over the last day before they are made. */
import { randomUUID } from 'node:crypto';
import {
	type AlertCondition,
	type AlertPreview,
	type AlertRule,
	type CreateAlertRule,
	checkLimit,
	LIMITS,
	type MetricAlertCondition,
	RECOMMENDED_ALERT_RULES,
	RunsteadError,
	type UpdateAlertRule,
} from '@runstead/contract';
import { decodeCursor, pageOf } from '../../http/cursor.ts';
import { fromWireTime, toWireTime, toWireTimeOrNull } from '../../http/time.ts';
import type { Database } from '../../storage/database.ts';
import type { Clock, UnitOfWork } from '../../storage/unit-of-work.ts';
import type { QueryService } from '../query/service.ts';
import type { WorkspaceMetricService } from '../workspace-metrics/service.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import { compares, transitionOf } from './condition-state.ts';
import { endsBetween } from './evaluating.ts';
import { checkLogCondition, tryLogs } from './log-condition.ts';
import { measure, type Windows } from './metric-condition.ts';
import type { Raising } from './raising.ts';
import * as store from './store.ts';

const MICROS_PER_SECOND = 1_000_000;
const PREVIEW_MICROS = 24 * 3_600 * MICROS_PER_SECOND;
const DEFAULTS = { severity: 3, enabled: true, windowSeconds: 300, frequencySeconds: 60, autoResolve: true, suppressSeconds: 0 } as const;

export interface RuleOptions {
	readonly database: Database;
	readonly clock: Clock;
	readonly queries: QueryService;
	readonly workspaceMetrics: WorkspaceMetricService;
	readonly raising: Raising;
}

type PreviewFields = Pick<CreateAlertRule, 'condition' | 'windowSeconds' | 'frequencySeconds' | 'autoResolve' | 'suppressSeconds'>;

export function createRules({ database, clock, queries, workspaceMetrics, raising }: RuleOptions) {
	/** @throws {RunsteadError} not-found. */
	const find = async (workspace: WorkspaceRecord, nameOrId: string, db = database.read): Promise<store.RuleRecord> => {
		const rule = await store.ruleByName(db, workspace.key, nameOrId);
		if (!rule) throw new RunsteadError('not-found', { noun: 'alert rule', given: nameOrId });
		return rule;
	};

	const present = async (workspace: WorkspaceRecord, records: readonly store.RuleRecord[]): Promise<AlertRule[]> => {
		const groups = new Map((await store.groupsOf(database.read, workspace.key)).map(({ id, name }) => [id, name]));
		const open = await store.countOpen(
			database.read,
			records.map(({ id }) => id),
		);
		return records.map((rule) => {
			const condition = JSON.parse(rule.condition) as AlertCondition;
			return {
				id: rule.id,
				workspaceId: workspace.id,
				workspaceName: workspace.name,
				name: rule.name,
				description: rule.description,
				severity: rule.severity,
				enabled: rule.enabled === 1,
				condition,
				windowSeconds: rule.window_seconds,
				frequencySeconds: rule.frequency_seconds,
				autoResolve: rule.auto_resolve === 1,
				suppressSeconds: rule.suppress_seconds,
				actionGroups: (JSON.parse(rule.action_groups) as string[]).flatMap((id) => {
					const name = groups.get(id);
					return name === undefined ? [] : [{ id, name }];
				}),
				silencedUntil: toWireTimeOrNull(rule.silenced_until),
				evaluatedTime: condition.type === 'runStatus' ? null : toWireTime(rule.evaluated_time),
				evaluationError: rule.evaluation_error,
				openAlerts: open.get(rule.id) ?? 0,
				createdTime: toWireTime(rule.created_time),
				createdBy: rule.created_by,
				modifiedTime: toWireTime(rule.modified_time),
				modifiedBy: rule.modified_by,
			};
		});
	};
	const presentOne = async (workspace: WorkspaceRecord, rule: store.RuleRecord): Promise<AlertRule> =>
		(await present(workspace, [rule]))[0] as AlertRule;

	/** @throws {RunsteadError} not-found for the metric or a dimension. */
	const resolveNames = (condition: AlertCondition): AlertCondition => {
		if (condition.type !== 'metric') return condition;
		const { definition, filter, splitBy } = workspaceMetrics.resolve(condition);
		return { ...condition, metric: definition.name, namespace: definition.namespace, filter: [...filter], splitBy: [...splitBy] };
	};

	/** @throws {RunsteadError} not-found for the metric, a dimension or a column; invalid-query. */
	const checkCondition = async (workspace: WorkspaceRecord, condition: AlertCondition): Promise<AlertCondition> => {
		if (condition.type === 'logQuery') await checkLogCondition(queries, workspace.key, condition, clock());
		return resolveNames(condition);
	};

	const tryMetric = async (workspace: WorkspaceRecord, condition: MetricAlertCondition, windows: Windows) => {
		await workspaceMetrics.collecting.catchUp();
		return { ends: windows.ends, measured: await measure(workspaceMetrics, workspace, condition, windows) };
	};

	const groupIds = async (unit: UnitOfWork, workspace: WorkspaceRecord, names: readonly string[]): Promise<string> => {
		const ids = await Promise.all(
			names.map(async (name) => {
				const group = await store.groupByName(unit.db, workspace.key, name);
				if (!group) throw new RunsteadError('not-found', { noun: 'action group', given: name });
				return group.id;
			}),
		);
		return JSON.stringify([...new Set(ids)]);
	};

	const checkFree = async (unit: UnitOfWork, workspace: WorkspaceRecord, name: string, own: store.RuleRecord | null): Promise<void> => {
		const other = await store.ruleByName(unit.db, workspace.key, name);
		if (other && other.key !== own?.key) throw new RunsteadError('already-exists', { noun: 'alert rule', given: name });
	};

	return {
		find,
		presentOne,

		async list(workspace: WorkspaceRecord, limit: number, cursor?: string) {
			const [after] = cursor === undefined ? [''] : decodeCursor(cursor, ['text']);
			const page = pageOf(await store.rulesByName(database.read, workspace.key, after, limit + 1), limit, (last) => [last.folded_name]);
			return { rules: await present(workspace, page.rows), nextCursor: page.nextCursor };
		},

		async recommended(workspace: WorkspaceRecord) {
			return Promise.all(
				RECOMMENDED_ALERT_RULES.map(async (rule) => ({
					rule,
					exists: (await store.ruleByName(database.read, workspace.key, rule.name)) !== undefined,
				})),
			);
		},

		/** @throws {RunsteadError} not-found, already-exists, invalid-name, invalid-query, limit-exceeded. */
		async create(workspace: WorkspaceRecord, given: CreateAlertRule, actor: string): Promise<AlertRule> {
			checkName('alert rule', given.name);
			const fields = { ...DEFAULTS, description: '', ...given };
			const condition = await checkCondition(workspace, fields.condition);
			const rule = await database.write(async (unit) => {
				await checkFree(unit, workspace, fields.name, null);
				checkLimit('The number of alert rules', (await store.countRules(unit.db, workspace.key)) + 1, 'alertRulesPerWorkspace');
				const made = await store.insertRule(unit.db, {
					id: randomUUID(),
					workspace_key: workspace.key,
					name: fields.name,
					folded_name: fields.name.toLowerCase(),
					description: fields.description,
					severity: fields.severity,
					enabled: fields.enabled ? 1 : 0,
					condition: JSON.stringify(condition),
					window_seconds: fields.windowSeconds,
					frequency_seconds: fields.frequencySeconds,
					auto_resolve: fields.autoResolve ? 1 : 0,
					suppress_seconds: fields.suppressSeconds,
					action_groups: await groupIds(unit, workspace, fields.actionGroups ?? []),
					silenced_until: null,
					evaluated_time: unit.now,
					evaluation_error: null,
					created_time: unit.now,
					created_by: actor,
					modified_time: unit.now,
					modified_by: actor,
				});
				unit.emit({ workspaceKey: workspace.key, type: 'alert-rule.created', subject: made.id, actor, data: { name: made.name } });
				return made;
			});
			return presentOne(workspace, rule);
		},

		/** @throws {RunsteadError} not-found, already-exists, invalid-name, invalid-query, invalid-request. */
		async update(workspace: WorkspaceRecord, nameOrId: string, given: UpdateAlertRule, actor: string): Promise<AlertRule> {
			if (given.name !== undefined) checkName('alert rule', given.name);
			const condition = given.condition && JSON.stringify(await checkCondition(workspace, given.condition));
			const silencedUntil =
				typeof given.silencedUntil === 'string' ? fromWireTime(given.silencedUntil, 'silencedUntil') : given.silencedUntil;
			const rule = await database.write(async (unit) => {
				const current = await find(workspace, nameOrId, unit.db);
				if (given.name !== undefined) await checkFree(unit, workspace, given.name, current);
				const change = {
					name: given.name ?? current.name,
					folded_name: (given.name ?? current.name).toLowerCase(),
					description: given.description ?? current.description,
					severity: given.severity ?? current.severity,
					enabled: given.enabled === undefined ? current.enabled : given.enabled ? 1 : 0,
					condition: condition ?? current.condition,
					window_seconds: given.windowSeconds ?? current.window_seconds,
					frequency_seconds: given.frequencySeconds ?? current.frequency_seconds,
					auto_resolve: given.autoResolve === undefined ? current.auto_resolve : given.autoResolve ? 1 : 0,
					suppress_seconds: given.suppressSeconds ?? current.suppress_seconds,
					action_groups: given.actionGroups ? await groupIds(unit, workspace, given.actionGroups) : current.action_groups,
					silenced_until: silencedUntil === undefined ? current.silenced_until : silencedUntil,
					modified_time: unit.now,
					modified_by: actor,
				};
				// What it would have found while it was off, or was another rule, is not made up for.
				const begins = condition !== undefined || (current.enabled === 0 && change.enabled === 1);
				const next = { ...change, ...(begins && { evaluated_time: unit.now, evaluation_error: null }) };
				await store.updateRule(unit.db, current.key, next);
				const changed = { ...current, ...next };
				if (condition !== undefined && condition !== current.condition)
					for (const alert of await store.openAlertsOf(unit.db, current.id))
						await raising.resolveIn(unit, changed, alert, unit.now, 'The condition of its rule was changed.');
				unit.emit({
					workspaceKey: workspace.key,
					type: 'alert-rule.changed',
					subject: current.id,
					actor,
					data: { name: changed.name, fields: Object.keys(given) },
				});
				return changed;
			});
			return presentOne(workspace, rule);
		},

		async remove(workspace: WorkspaceRecord, nameOrId: string, actor: string): Promise<void> {
			await database.write(async (unit) => {
				const rule = await find(workspace, nameOrId, unit.db);
				for (const alert of await store.openAlertsOf(unit.db, rule.id))
					await raising.resolveIn(unit, rule, alert, unit.now, 'Its rule was deleted.');
				await store.deleteRule(unit.db, rule.key);
				unit.emit({ workspaceKey: workspace.key, type: 'alert-rule.deleted', subject: rule.id, actor, data: { name: rule.name } });
			});
		},

		/** @throws {RunsteadError} invalid-request for a condition on runs: what they were like then is not kept. */
		async preview(workspace: WorkspaceRecord, given: PreviewFields, signal?: AbortSignal): Promise<AlertPreview> {
			const condition = resolveNames(given.condition);
			if (condition.type !== 'metric' && condition.type !== 'logQuery')
				throw new RunsteadError('invalid-request', { what: 'Only rules on workspace metrics and logs can be tried over the last day.' });
			const { windowSeconds, frequencySeconds, autoResolve, suppressSeconds } = { ...DEFAULTS, ...given };
			const now = clock();
			const all = endsBetween(now - PREVIEW_MICROS, now, frequencySeconds);
			const windows = { ends: all, windowMicros: windowSeconds * MICROS_PER_SECOND, stepMicros: frequencySeconds * MICROS_PER_SECOND };
			const { ends, measured } =
				condition.type === 'logQuery'
					? await tryLogs(queries, workspace.key, condition, windows, { clock, signal })
					: await tryMetric(workspace, condition, windows);
			const firing = { autoResolve, suppressMicros: suppressSeconds * MICROS_PER_SECOND };
			const firings: AlertPreview['firings'] = [];
			for (const { dimensions, values } of measured) {
				let open: AlertPreview['firings'][number] | null = null;
				let lastFiredTime: number | null = null;
				for (const [index, end] of ends.entries()) {
					const value = values[index] ?? null;
					const holds = value !== null && compares(condition.operator, value, condition.threshold);
					const transition = transitionOf(firing, { isOpen: open !== null, lastFiredTime }, holds, end);
					if (transition === 'fire') {
						open = { dimensions, firedTime: toWireTime(end), resolvedTime: null, value };
						lastFiredTime = end;
						firings.push(open);
					} else if (transition === 'resolve' && open) {
						open.resolvedTime = toWireTime(end);
						open = null;
					}
				}
			}
			const { max } = LIMITS.alertPreviewSeries;
			return {
				from: toWireTime(ends.length < all.length ? (ends[0] as number) : now - PREVIEW_MICROS),
				to: toWireTime(now),
				times: ends.map(toWireTime),
				series: measured.slice(0, max).map(({ dimensions, values }) => ({ dimensions, values: [...values] })),
				threshold: condition.threshold,
				firings: firings.sort((left, right) => (left.firedTime < right.firedTime ? 1 : -1)).slice(0, LIMITS.pageSize.max),
				firedCount: firings.length,
			};
		},
	};
}

export function checkName(noun: string, name: string): void {
	const reason = name.trim() === '' ? 'it is empty' : /[\p{Cc}/]/u.test(name) ? 'it holds control characters or a slash' : null;
	if (reason !== null) throw new RunsteadError('invalid-name', { noun, given: JSON.stringify(name), reason });
}
