/** Looks at rules when it is time: every window once, also those that ended while the server was down, and what follows in the same transaction. */
import type { AlertCondition, LogAlertCondition, MetricAlertCondition } from '@runstead/contract';
import type { Database } from '../../storage/database.ts';
import type { Clock, UnitOfWork } from '../../storage/unit-of-work.ts';
import type { QueryService } from '../query/service.ts';
import type { WorkspaceMetricService } from '../workspace-metrics/service.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import { compares, numberInWords, operatorInWords, transitionOf } from './condition-state.ts';
import { measureLogs } from './log-condition.ts';
import { type MeasuredCombination, measure } from './metric-condition.ts';
import type { Raising } from './raising.ts';
import type { RunConditions } from './run-conditions.ts';
import * as store from './store.ts';

const MICROS_PER_SECOND = 1_000_000;
/** Windows that ended longer ago than this are not made up for: nobody would act on them. */
const CATCH_UP_MAX_MICROS = 24 * 3_600 * MICROS_PER_SECOND;

export interface EvaluatingOptions {
	readonly database: Database;
	readonly clock: Clock;
	readonly workspaces: WorkspaceService;
	readonly workspaceMetrics: WorkspaceMetricService;
	readonly queries: QueryService;
	readonly raising: Raising;
	readonly runConditions: RunConditions;
}

/** What is measured over windows. */
type MeasuredCondition = MetricAlertCondition | LogAlertCondition;

/** The ends of the windows of a rule between two times, the first excluded. */
export function endsBetween(after: number, until: number, frequencySeconds: number): number[] {
	const step = frequencySeconds * MICROS_PER_SECOND;
	const ends: number[] = [];
	for (let end = (Math.floor(after / step) + 1) * step; end <= until; end += step) ends.push(end);
	return ends;
}

function summaryOf(condition: MeasuredCondition, value: number): string {
	const { operator, threshold } = condition;
	const what =
		condition.type === 'metric'
			? `The ${condition.aggregation} of ${condition.metric}`
			: `${condition.measure ?? 'The number of rows'} of the query`;
	return `${what} is ${numberInWords(value)}, ${operatorInWords(operator)} ${threshold}.`;
}

export function createEvaluating({ database, clock, workspaces, workspaceMetrics, queries, raising, runConditions }: EvaluatingOptions) {
	/** Applies what a look at several windows found, one after another. */
	const applyMeasuredIn = async (
		unit: UnitOfWork,
		rule: store.RuleRecord,
		condition: MeasuredCondition,
		ends: readonly number[],
		measured: readonly MeasuredCombination[],
	): Promise<void> => {
		const firing = { autoResolve: rule.auto_resolve === 1, suppressMicros: rule.suppress_seconds * MICROS_PER_SECOND };
		const windowMicros = rule.window_seconds * MICROS_PER_SECOND;
		const open = new Map((await store.openAlertsOf(unit.db, rule.id)).map((alert) => [alert.dimensions, alert]));
		const lastFired = await store.lastFired(unit.db, rule.id, (ends[0] as number) - firing.suppressMicros);
		const byDimensions = new Map(measured.map(({ dimensions, values }) => [JSON.stringify(dimensions), values]));
		// A combination that is not measured any more does not hold.
		const combinations = new Set([...byDimensions.keys(), ...open.keys()]);
		for (const [index, end] of ends.entries()) {
			for (const dimensions of combinations) {
				const value = byDimensions.get(dimensions)?.[index] ?? null;
				const holds = value !== null && compares(condition.operator, value, condition.threshold);
				const current = open.get(dimensions);
				const transition = transitionOf(
					firing,
					{ isOpen: current !== undefined, lastFiredTime: lastFired.get(dimensions) ?? null },
					holds,
					end,
				);
				if (transition === 'fire') {
					const summary = summaryOf(condition, value as number);
					const window = { start: end - windowMicros, end };
					open.set(dimensions, await raising.fireIn(unit, rule, { dimensions, value, summary, runId: null, window, time: end }));
					lastFired.set(dimensions, end);
				} else if (transition === 'resolve' && current) {
					const reason = value === null ? 'Nothing was measured.' : summaryOf(condition, value).replace(/,.*$/, '.');
					await raising.resolveIn(unit, rule, current, end, reason);
					open.delete(dimensions);
				}
			}
		}
	};

	const evaluate = async (rule: store.RuleRecord, now: number): Promise<void> => {
		const condition = JSON.parse(rule.condition) as AlertCondition;
		if (condition.type === 'runStatus') return;
		const ends = endsBetween(Math.max(rule.evaluated_time, now - CATCH_UP_MAX_MICROS), now, rule.frequency_seconds);
		const last = ends.at(-1);
		if (last === undefined) return;
		const moveIn = (unit: UnitOfWork, error: string | null): Promise<boolean> =>
			store.moveRule(unit.db, rule, { evaluated_time: last, evaluation_error: error });
		try {
			if (condition.type === 'metric' || condition.type === 'logQuery') {
				const windows = { ends, windowMicros: rule.window_seconds * MICROS_PER_SECOND };
				const measured =
					condition.type === 'logQuery'
						? await measureLogs(queries, rule.workspace_key, condition, windows)
						: await measure(workspaceMetrics, await workspaces.byKey(rule.workspace_key), condition, windows);
				await database.write(async (unit) => {
					if (await moveIn(unit, null)) await applyMeasuredIn(unit, rule, condition, ends, measured);
				});
				return;
			}
			const found = await runConditions.look(rule, condition, last);
			await database.write(async (unit) => {
				if (await moveIn(unit, null)) await runConditions.applyIn(unit, rule, condition, found, last);
			});
		} catch (error) {
			// The rule goes on with its next window, and says what was wrong with this one.
			await database.write((unit) => moveIn(unit, (error as Error).message));
			throw error;
		}
	};

	return {
		/** Looks at every rule whose time has come. What goes wrong with one leaves the others alone. */
		async evaluateDue(): Promise<void> {
			await workspaceMetrics.collecting.catchUp();
			const now = clock();
			const failures: unknown[] = [];
			for (const rule of await store.enabledRules(database.read)) {
				await evaluate(rule, now).catch((error: unknown) => failures.push(error));
			}
			if (failures.length > 0) throw new AggregateError(failures, `${failures.length} alert rules could not be evaluated.`);
		},
	};
}
