/** Conditions on runs: a status that a run comes to, told at once; and what is looked at from time to time. */
import type { EventData, RunAlertCondition } from '@runstead/contract';
import type { Database } from '../../storage/database.ts';
import type { StoredEvent, UnitOfWork } from '../../storage/unit-of-work.ts';
import type { ExperimentService } from '../experiments/service.ts';
import type { LoggedColumn, MetricService } from '../metrics/service.ts';
import type { RunFileService } from '../run-files/service.ts';
import type { RunRecord, RunService } from '../runs/service.ts';
import { compares, numberInWords, operatorInWords } from './condition-state.ts';
import type { Raising } from './raising.ts';
import * as store from './store.ts';

const MICROS_PER_SECOND = 1_000_000;

export interface RunConditionOptions {
	readonly database: Database;
	readonly runs: RunService;
	readonly experiments: ExperimentService;
	readonly metrics: MetricService;
	readonly runFiles: RunFileService;
	readonly raising: Raising;
}

/** A run for which a condition holds. */
interface FoundRun {
	readonly run: RunRecord;
	readonly value: number | null;
	readonly summary: string;
}

export type RunConditions = ReturnType<typeof createRunConditions>;

/** The line that says most: of a Python traceback the last, which names the error. */
function reasonLine(why: string): string {
	const lines = why.split('\n').filter((line) => line.trim() !== '');
	return (lines[0]?.startsWith('Traceback (most recent call last)') ? lines.at(-1) : lines[0]) ?? '';
}

export function createRunConditions({ database, runs, experiments, metrics, runFiles, raising }: RunConditionOptions) {
	const nameOf = async (run: RunRecord): Promise<string> => (await experiments.byKey(run.experiment_key)).name;
	const dimensionsOf = async (run: RunRecord): Promise<string> => JSON.stringify({ ExperimentName: await nameOf(run), RunId: run.id });

	/** Runs of the rule's workspace that live, or have ended since it looked. */
	const candidates = async (rule: store.RuleRecord, { experiment }: RunAlertCondition): Promise<RunRecord[]> => {
		const alive = (await runs.aliveSince(rule.evaluated_time)).filter(({ workspace_key }) => workspace_key === rule.workspace_key);
		if (experiment === undefined) return alive;
		const named = await Promise.all(alive.map(async (run) => ({ run, name: await nameOf(run) })));
		return named.filter(({ name }) => name === experiment).map(({ run }) => run);
	};

	const crossing = ({ min, max, last }: LoggedColumn, condition: Extract<RunAlertCondition, { type: 'runMetric' }>): number | null => {
		// What went over the threshold and came back between two looks has crossed it.
		const value = condition.operator.startsWith('greater') ? max : condition.operator.startsWith('less') ? min : last;
		return value !== null && compares(condition.operator, value, condition.threshold) ? value : null;
	};

	const lookAtMetrics = async (
		rule: store.RuleRecord,
		condition: Exclude<RunAlertCondition, { type: 'runStatus' | 'runStalled' }>,
	): Promise<FoundRun[]> => {
		const some = await candidates(rule, condition);
		const known = await store.runsAlerted(
			database.read,
			rule.id,
			some.map(({ id }) => id),
		);
		const fresh = some.filter(({ id }) => !known.has(id));
		const byKey = new Map(fresh.map((run) => [run.key, run]));
		const found = new Map<number, FoundRun>();
		for (const column of await metrics.loggedColumns([...byKey.keys()], condition.metric ?? null)) {
			const run = byKey.get(column.runKey) as RunRecord;
			if (found.has(run.key)) continue;
			if (condition.type === 'runNotANumber') {
				if (column.hasNaN) found.set(run.key, { run, value: null, summary: `${run.display_name} has logged NaN in ${column.name}.` });
				continue;
			}
			const value = crossing(column, condition);
			if (value !== null)
				found.set(run.key, {
					run,
					value,
					summary: `${column.name} of ${run.display_name} is ${numberInWords(value)}, ${operatorInWords(condition.operator)} ${condition.threshold}.`,
				});
		}
		return [...found.values()];
	};

	const lookForStalled = async (
		rule: store.RuleRecord,
		condition: Extract<RunAlertCondition, { type: 'runStalled' }>,
		now: number,
	): Promise<FoundRun[]> => {
		const running = (await candidates(rule, condition)).filter(({ status }) => status === 'Running');
		const keys = running.map(({ key }) => key);
		const [points, lines] = await Promise.all([metrics.lastPointTimes(keys), runFiles.lastChangeTimes(keys)]);
		return running.flatMap((run) => {
			const heard = Math.max(points.get(run.key) ?? 0, lines.get(run.key) ?? 0, run.start_time ?? run.created_time);
			const silentSeconds = Math.floor((now - heard) / MICROS_PER_SECOND);
			if (silentSeconds < condition.seconds) return [];
			return [{ run, value: silentSeconds, summary: `${run.display_name} is Running and has logged nothing for ${silentSeconds} s.` }];
		});
	};

	return {
		/** Reads what there is; nothing is changed. */
		look: (rule: store.RuleRecord, condition: Exclude<RunAlertCondition, { type: 'runStatus' }>, now: number): Promise<FoundRun[]> =>
			condition.type === 'runStalled' ? lookForStalled(rule, condition, now) : lookAtMetrics(rule, condition),

		/** Fires for what was found; a run that is heard again, or has ended, is stalled no more. */
		async applyIn(
			unit: UnitOfWork,
			rule: store.RuleRecord,
			condition: RunAlertCondition,
			found: readonly FoundRun[],
			time: number,
		): Promise<void> {
			const open = new Map((await store.openAlertsOf(unit.db, rule.id)).map((alert) => [alert.dimensions, alert]));
			const suppressedSince = time - rule.suppress_seconds * MICROS_PER_SECOND;
			const lastFired = await store.lastFired(unit.db, rule.id, suppressedSince);
			const holding = new Set<string>();
			for (const { run, value, summary } of found) {
				const dimensions = await dimensionsOf(run);
				holding.add(dimensions);
				const isSuppressed = rule.suppress_seconds > 0 && lastFired.has(dimensions);
				if (!open.has(dimensions) && !isSuppressed)
					await raising.fireIn(unit, rule, { dimensions, value, summary, runId: run.id, window: null, time });
			}
			if (condition.type !== 'runStalled' || rule.auto_resolve === 0) return;
			for (const [dimensions, alert] of open)
				if (!holding.has(dimensions)) await raising.resolveIn(unit, rule, alert, time, 'It has logged something again, or has ended.');
		},

		/** Fires, or resolves, for runs whose status has changed. */
		async applyEventsIn(unit: UnitOfWork, events: readonly StoredEvent[]): Promise<void> {
			const changes = events.filter(({ type }) => type === 'run.status');
			if (changes.length === 0) return;
			const rules = (await store.enabledRules(unit.db)).flatMap((rule) => {
				const condition = JSON.parse(rule.condition) as RunAlertCondition;
				return condition.type === 'runStatus' ? [{ rule, condition }] : [];
			});
			if (rules.length === 0) return;
			const records = new Map((await runs.someIn(unit, [...new Set(changes.map(({ subject }) => subject))])).map((run) => [run.id, run]));
			for (const event of changes) {
				const run = records.get(event.subject);
				if (!run) continue;
				const { to, reason, error } = event.data as unknown as EventData['run.status'];
				for (const { rule, condition } of rules) {
					if (rule.workspace_key !== run.workspace_key || event.time < rule.created_time) continue;
					if (condition.experiment !== undefined && condition.experiment !== (await nameOf(run))) continue;
					const dimensions = await dimensionsOf(run);
					const open = (await store.openAlertsOf(unit.db, rule.id)).find((alert) => alert.dimensions === dimensions);
					if (!condition.statuses.includes(to)) {
						if (open && rule.auto_resolve === 1) await raising.resolveIn(unit, rule, open, event.time, `The run is ${to}.`);
						continue;
					}
					if (open) continue;
					const since = event.time - rule.suppress_seconds * MICROS_PER_SECOND;
					if (rule.suppress_seconds > 0 && (await store.lastFired(unit.db, rule.id, since)).has(dimensions)) continue;
					const why = error?.message ?? reason;
					const summary = `${run.display_name} is ${to}${why === null || why === undefined ? '.' : `: ${reasonLine(why)}`}`;
					await raising.fireIn(unit, rule, { dimensions, value: null, summary, runId: run.id, window: null, time: event.time });
				}
			}
		},
	};
}
