import type { CreateAlertRule } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { ENGINES, type Engine } from '../../testing/test-app.ts';
import { startTestCapabilities, type TestCapabilities } from '../../testing/test-capabilities.ts';
import * as store from './store.ts';

const ACTOR = 'tester';
const MINUTE_SECONDS = 60;

const FAILED_RUNS: CreateAlertRule = {
	name: 'Failed runs',
	severity: 1,
	condition: {
		type: 'metric',
		metric: 'failed runs',
		aggregation: 'total',
		operator: 'greaterThan',
		threshold: 1,
		splitBy: ['experimentname'],
	},
	windowSeconds: 300,
	frequencySeconds: 60,
};

async function startLab(engine: Engine) {
	const capabilities = await startTestCapabilities(engine);
	await capabilities.workspaces.create({ name: 'lab' }, ACTOR);
	const workspace = await capabilities.workspaces.find('lab');
	const { record: ridge } = await capabilities.experiments.create(workspace, { name: 'ridge' }, ACTOR);
	const { record: forest } = await capabilities.experiments.create(workspace, { name: 'forest' }, ACTOR);
	const fail = async (experiment: typeof ridge, times = 1): Promise<void> => {
		for (let count = 0; count < times; count++)
			await capabilities.runs.fail(await capabilities.runs.create(experiment, {}, 'native', ACTOR), { errorDetails: 'lost' }, ACTOR);
	};
	/** A minute goes by, and rules are looked at as the clock of the server does it. */
	const minutes = async (count: number): Promise<void> => {
		for (let minute = 0; minute < count; minute++) {
			await capabilities.pass(MINUTE_SECONDS);
			await capabilities.alerts.catchUp();
			await capabilities.alerts.evaluateDue();
		}
	};
	return { capabilities, workspace, ridge, forest, fail, minutes };
}

/** The alerts of the workspace, the oldest first. */
async function alertsOf({ alerts, workspaces }: TestCapabilities) {
	const { alerts: found } = await alerts.raised.list([await workspaces.find('lab')], { limit: 100 });
	return found.reverse();
}

const shown = (found: Awaited<ReturnType<typeof alertsOf>>) =>
	found.map(({ dimensions, state, isResolved, value }) => [
		Object.values(dimensions).join('/'),
		state,
		isResolved ? 'resolved' : 'open',
		value,
	]);

describe.each(ENGINES)('alerts on %s', (engine) => {
	it('a rule on a metric fires once for each combination, and resolves when it no longer holds', async () => {
		const { capabilities, workspace, ridge, forest, fail, minutes } = await startLab(engine);
		await using app = capabilities;
		const rule = await app.alerts.rules.create(workspace, FAILED_RUNS, ACTOR);
		expect(rule.condition).toMatchObject({ metric: 'Failed Runs', splitBy: ['ExperimentName'] });
		await fail(ridge, 2);
		await fail(forest, 1);
		await minutes(2);
		expect(shown(await alertsOf(app))).toEqual([['ridge', 'fired', 'open', 2]]);
		await fail(forest, 1);
		await minutes(1);
		const both = await alertsOf(app);
		expect(shown(both)).toEqual([
			['ridge', 'fired', 'open', 2],
			['forest', 'fired', 'open', 2],
		]);
		const [first, second] = both.map(({ firedTime }) => firedTime) as [string, string];
		const between = async (times: { from?: string; to?: string }) =>
			shown((await app.alerts.raised.list([workspace], { ...times, limit: 10 })).alerts).map(([name]) => name);
		expect(await between({ from: second })).toEqual(['forest']);
		expect(await between({ to: first })).toEqual(['ridge']);
		expect(await between({ from: first, to: second })).toEqual(['forest', 'ridge']);
		await expect(between({ from: 'yesterday' })).rejects.toMatchObject({ code: 'invalid-request' });
		await minutes(5);
		expect(shown(await alertsOf(app))).toEqual([
			['ridge', 'fired', 'resolved', 2],
			['forest', 'fired', 'resolved', 2],
		]);
		await fail(ridge, 3);
		await minutes(1);
		expect((await alertsOf(app)).at(-1)).toMatchObject({
			summary: 'The total of Failed Runs is 3, greater than 1.',
			ruleName: 'Failed runs',
			severity: 1,
			value: 3,
		});
		expect((await app.alerts.rules.list(workspace, 10)).rules.map(({ name, openAlerts }) => [name, openAlerts])).toEqual([
			['Failed runs', 1],
		]);
	});

	it('windows that ended while nobody looked are made up for in their order, each once', async () => {
		const { capabilities, workspace, ridge, fail, minutes } = await startLab(engine);
		await using app = capabilities;
		await app.alerts.rules.create(workspace, FAILED_RUNS, ACTOR);
		await fail(ridge, 2);
		await app.pass(30 * MINUTE_SECONDS);
		await Promise.all([app.alerts.evaluateDue(), app.alerts.evaluateDue()]);
		await app.alerts.evaluateDue();
		const [alert, ...others] = await alertsOf(app);
		expect(others).toEqual([]);
		expect(alert).toMatchObject({ isResolved: true, state: 'fired', value: 2 });
		const seconds = (Date.parse(alert?.resolvedTime as string) - Date.parse(alert?.firedTime as string)) / 1_000;
		expect(seconds).toBe(300);
		await minutes(1);
		expect(await alertsOf(app)).toHaveLength(1);
	});

	it('a preview says what would have fired, and a rule that is made then does as it said', async () => {
		const { capabilities, workspace, ridge, fail, minutes } = await startLab(engine);
		await using app = capabilities;
		await fail(ridge, 2);
		await app.pass(10 * MINUTE_SECONDS);
		await fail(ridge, 4);
		await app.pass(MINUTE_SECONDS);
		const { name: _, severity: __, ...fields } = FAILED_RUNS;
		const preview = await app.alerts.rules.preview(workspace, fields);
		expect(preview.firedCount).toBe(2);
		expect(preview.firings.map(({ dimensions, value, resolvedTime }) => [dimensions, value, resolvedTime === null])).toEqual([
			[{ ExperimentName: 'ridge' }, 4, true],
			[{ ExperimentName: 'ridge' }, 2, false],
		]);
		expect(preview.times).toHaveLength(1_440);
		const suppressed = await app.alerts.rules.preview(workspace, { ...fields, suppressSeconds: 3_600 });
		expect(suppressed.firedCount).toBe(1);
		await app.alerts.rules.create(workspace, FAILED_RUNS, ACTOR);
		await minutes(1);
		expect(shown(await alertsOf(app))).toEqual([['ridge', 'fired', 'open', 4]]);
	});

	it('what is counted and did not happen counts as none; what is sampled and was not, holds for nothing', async () => {
		const { capabilities, workspace, minutes } = await startLab(engine);
		await using app = capabilities;
		const below = (metric: string, aggregation: 'total' | 'average') =>
			app.alerts.rules.create(
				workspace,
				{ name: metric, condition: { type: 'metric', metric, aggregation, operator: 'lessThan', threshold: 1 } },
				ACTOR,
			);
		await below('Completed Runs', 'total');
		await below('Active Nodes', 'average');
		await minutes(1);
		expect((await alertsOf(app)).map(({ ruleName, value }) => [ruleName, value])).toEqual([['Completed Runs', 0]]);
	});

	it('alerts are acknowledged, commented and closed, with who and when; a closed one makes room for the next', async () => {
		const { capabilities, workspace, ridge, fail, minutes } = await startLab(engine);
		await using app = capabilities;
		await app.alerts.rules.create(workspace, { ...FAILED_RUNS, autoResolve: false }, ACTOR);
		await fail(ridge, 2);
		await minutes(2);
		const [{ id } = { id: '' }] = await alertsOf(app);
		await app.alerts.raised.change(workspace, id, { state: 'acknowledged', comment: 'I look.' }, 'ada');
		await app.alerts.raised.change(workspace, id, { comment: 'A bad node.' }, 'ada');
		await minutes(10);
		expect(shown(await alertsOf(app))).toEqual([['ridge', 'acknowledged', 'open', 2]]);
		await app.alerts.raised.change(workspace, id, { state: 'closed' }, 'bob');
		const { history } = await app.alerts.raised.get(workspace, id);
		expect(history.map(({ what, actor, comment }) => [what, actor, comment])).toEqual([
			['fired', 'alert rules', 'The total of Failed Runs is 2, greater than 1.'],
			['acknowledged', 'ada', 'I look.'],
			['commented', 'ada', 'A bad node.'],
			['closed', 'bob', null],
		]);
		await fail(ridge, 3);
		await minutes(1);
		expect(shown(await alertsOf(app))).toEqual([
			['ridge', 'closed', 'open', 2],
			['ridge', 'fired', 'open', 3],
		]);
		await expect(app.alerts.raised.change(workspace, id, { state: 'fired' }, 'bob')).rejects.toMatchObject({ code: 'already-exists' });
	});

	it('rules on runs: failed at once, crossing once, NaN once, stalled until it logs again', async () => {
		const { capabilities, workspace, ridge, minutes } = await startLab(engine);
		await using app = capabilities;
		const { alerts, runs, metrics, clock } = app;
		const make = (name: string, condition: CreateAlertRule['condition']) => alerts.rules.create(workspace, { name, condition }, ACTOR);
		await alerts.catchUp();
		await make('failed', { type: 'runStatus', statuses: ['Failed', 'NotResponding'], experiment: 'ridge' });
		await make('loss', { type: 'runMetric', metric: 'loss', operator: 'greaterThan', threshold: 10 });
		await make('nan', { type: 'runNotANumber' });
		await make('stalled', { type: 'runStalled', seconds: 300 });
		const run = await runs.create(ridge, { id: 'one' }, 'native', ACTOR);
		const log = (name: string, value: unknown) =>
			metrics.log(run, { series: [{ name, kind: 'scalar', times: [clock()], columns: [{ name, values: [value as number] }] }] });
		await log('loss', 5);
		await minutes(1);
		expect(await alertsOf(app)).toEqual([]);
		await log('loss', 50);
		await log('loss', 5);
		await log('accuracy', { number: 'NaN' });
		await minutes(2);
		const byRule = async () =>
			(await alertsOf(app)).map(({ ruleName, runId, summary, isResolved }) => [ruleName, runId, summary, isResolved]);
		expect(await byRule()).toEqual([
			['loss', 'one', 'loss of ridge-1 is 50, greater than 10.', false],
			['nan', 'one', 'ridge-1 has logged NaN in accuracy.', false],
		]);
		await minutes(5);
		expect((await byRule()).at(-1)).toEqual([
			'stalled',
			'one',
			expect.stringMatching(/^ridge-1 is Running and has logged nothing for 3\d\d s\.$/),
			false,
		]);
		await log('loss', 4);
		await minutes(1);
		expect((await byRule()).at(-1)?.at(-1)).toBe(true);
		await runs.fail(
			'one',
			{ errorDetails: 'Traceback (most recent call last):\n  File "train.py", line 3\nRuntimeError: out of memory\n' },
			ACTOR,
		);
		await alerts.catchUp();
		expect((await byRule()).at(-1)).toEqual(['failed', 'one', 'ridge-1 is Failed: RuntimeError: out of memory', false]);
		await alerts.catchUp();
		expect(await alertsOf(app)).toHaveLength(4);
		await runs.reopen('one', ACTOR, null);
		await alerts.catchUp();
		expect((await byRule()).at(-1)?.at(-1)).toBe(true);
	});

	it('rules on the logs count rows or take a column, for each value of another; a query that is wrong says so at the rule', async () => {
		const { capabilities, workspace, ridge, forest, fail, minutes } = await startLab(engine);
		await using app = capabilities;
		const { rules } = app.alerts;
		const created = 'RunsteadAudit | where EventType == "run.status"';
		const logs = { type: 'logQuery', operator: 'greaterThan' } as const;
		await rules.create(workspace, { name: 'rows', condition: { ...logs, query: created, threshold: 3 } }, ACTOR);
		const query = `${created} | summarize n = count() by Subject`;
		await rules.create(
			workspace,
			{ name: 'column', condition: { ...logs, query, measure: 'n', splitBy: ['Subject'], threshold: 1 } },
			ACTOR,
		);
		// Made before its table was gone.
		const wrongRule = await rules.create(workspace, { name: 'wrong', condition: { ...logs, query: created, threshold: 0 } }, ACTOR);
		const { key } = await rules.find(workspace, wrongRule.id);
		const broken = JSON.stringify({ ...wrongRule.condition, query: 'NoSuchTable' });
		await app.database.write((unit) => store.updateRule(unit.db, key, { condition: broken }));
		await fail(ridge, 1);
		await app.pass(MINUTE_SECONDS);
		await expect(app.alerts.evaluateDue()).rejects.toThrow('1 alert rules could not be evaluated.');
		expect((await alertsOf(app)).map(({ ruleName, value }) => [ruleName, value])).toEqual([['column', 2]]);
		expect((await rules.presentOne(workspace, await rules.find(workspace, 'wrong'))).evaluationError).toContain('NoSuchTable');
		await rules.remove(workspace, 'wrong', ACTOR);
		await fail(forest, 1);
		await minutes(1);
		expect((await alertsOf(app)).map(({ ruleName, value, summary }) => [ruleName, value, summary])).toEqual(
			expect.arrayContaining([
				['rows', 4, 'The number of rows of the query is 4, greater than 3.'],
				['column', 2, 'n of the query is 2, greater than 1.'],
			]),
		);
		expect(await alertsOf(app)).toHaveLength(3);
		const tried = { ...logs, query, measure: 'n', splitBy: ['Subject'], threshold: 1 };
		await app.pass(3_600);
		const preview = await rules.preview(workspace, { condition: tried, windowSeconds: 21_600, frequencySeconds: 3_600 });
		expect(preview.times).toHaveLength(24);
		expect(preview.threshold).toBe(1);
		// Looking each minute, it says of the same windows the same.
		const often = await rules.preview(workspace, { condition: tried, windowSeconds: 21_600, frequencySeconds: 60 });
		expect(often.times).toHaveLength(1_440);
		expect(Date.parse(often.to) - Date.parse(often.from)).toBe(24 * 3_600_000);
		const hourly = often.series.map(({ dimensions, values }) => ({
			dimensions,
			values: values.filter((_, index) => preview.times.includes(often.times[index] as string)),
		}));
		expect(hourly).toEqual(preview.series);
		expect(preview.series).toHaveLength(2);
		expect(often.firedCount).toBe(2);
		// A query of no table says the same of every window.
		const constant = { ...logs, query: 'range x from 1 to 3 step 1', threshold: 2 };
		expect((await rules.preview(workspace, { condition: constant, frequencySeconds: 60 })).firedCount).toBe(1);
		const wrong = { ...logs, query: 'NoSuchTable', threshold: 0 };
		await expect(rules.preview(workspace, { condition: wrong, frequencySeconds: 3_600 })).rejects.toMatchObject({ code: 'invalid-query' });
	});

	it('a rule whose query is wrong, or lacks a column, is refused', async () => {
		const { capabilities, workspace } = await startLab(engine);
		await using app = capabilities;
		const { rules } = app.alerts;
		const rule = (query: string, columns: { measure?: string; splitBy?: string[] } = {}): CreateAlertRule => ({
			name: 'logs',
			condition: { type: 'logQuery', operator: 'greaterThan', threshold: 0, query, ...columns },
		});
		const mistyped = { code: 'invalid-query', message: expect.stringMatching(/line 1, character 1.*Did you mean RunsteadRuns?\?/) };
		await expect(rules.create(workspace, rule('RunsteadRu | count'), ACTOR)).rejects.toMatchObject(mistyped);
		const counted = 'RunsteadAudit | summarize n = count() by Subject';
		for (const columns of [{ measure: 'm' }, { splitBy: ['Object'] }])
			await expect(rules.create(workspace, rule(counted, columns), ACTOR)).rejects.toMatchObject({
				code: 'not-found',
				message: expect.stringContaining('it gives Subject, n'),
			});
		await expect(rules.create(workspace, rule('RunsteadAudit; RunsteadRuns'), ACTOR)).rejects.toMatchObject({
			code: 'invalid-request',
			message: expect.stringContaining('A rule looks at one table, and its query gives 2.'),
		});
		const deep = `RunsteadAudit | where ${'('.repeat(201)}true${')'.repeat(201)}`;
		await expect(rules.create(workspace, rule(deep), ACTOR)).rejects.toMatchObject({
			code: 'invalid-query',
			message: expect.stringMatching(/line 1, character 223.*nests deeper than 200 brackets here: give a part of it a name with let/),
		});
		expect((await rules.list(workspace, 10)).rules).toEqual([]);
		await rules.create(workspace, rule(counted, { measure: 'n' }), ACTOR);
		const { condition } = rule('RunsteadAudit | count | where');
		await expect(rules.update(workspace, 'logs', { condition }, ACTOR)).rejects.toMatchObject({ code: 'invalid-query' });
		expect((await rules.list(workspace, 10)).rules.map((one) => one.condition)).toEqual([rule(counted, { measure: 'n' }).condition]);
	});

	it('rules are changed, switched off and deleted; what they had raised is resolved', async () => {
		const { capabilities, workspace, ridge, fail, minutes } = await startLab(engine);
		await using app = capabilities;
		const { rules } = app.alerts;
		await rules.create(workspace, FAILED_RUNS, ACTOR);
		await expect(rules.create(workspace, { ...FAILED_RUNS, name: 'FAILED RUNS' }, ACTOR)).rejects.toMatchObject({ code: 'already-exists' });
		await fail(ridge, 2);
		await minutes(1);
		await rules.update(workspace, 'failed runs', { condition: { ...FAILED_RUNS.condition, threshold: 100 } as never }, ACTOR);
		expect(shown(await alertsOf(app))).toEqual([['ridge', 'fired', 'resolved', 2]]);
		await rules.update(workspace, 'failed runs', { enabled: false, condition: FAILED_RUNS.condition, name: 'off' }, ACTOR);
		await fail(ridge, 5);
		await minutes(3);
		expect(await alertsOf(app)).toHaveLength(1);
		await rules.update(workspace, 'off', { enabled: true }, ACTOR);
		await minutes(1);
		expect(await alertsOf(app)).toHaveLength(2);
		await rules.remove(workspace, 'off', ACTOR);
		expect((await alertsOf(app)).map(({ isResolved }) => isResolved)).toEqual([true, true]);
		await expect(rules.remove(workspace, 'off', ACTOR)).rejects.toMatchObject({ code: 'not-found' });
		const { actionGroups: _, ...unknown } = { ...FAILED_RUNS, actionGroups: ['nobody'] };
		await expect(rules.create(workspace, { ...unknown, actionGroups: ['nobody'] }, ACTOR)).rejects.toMatchObject({ code: 'not-found' });
	});

	it('the recommended rules of the documentation work as they are', async () => {
		const { capabilities, workspace, minutes } = await startLab(engine);
		await using app = capabilities;
		const { rules } = app.alerts;
		const recommended = await rules.recommended(workspace);
		expect(recommended.map(({ rule, exists }) => [rule.name, exists])).toEqual([
			['Model deploy failed', false],
			['Quota utilization percentage', false],
			['Unusable nodes', false],
		]);
		for (const { rule } of recommended) await rules.create(workspace, rule, ACTOR);
		expect((await rules.recommended(workspace)).every(({ exists }) => exists)).toBe(true);
		await app.compute.create(workspace, { name: 'cpu', vmSize: 'STANDARD_D2_V2', maxNodes: 4 }, ACTOR);
		const [node] = await app.compute.allocate(await app.compute.find(workspace, 'cpu'), 1);
		await app.compute.nodeBecame(node?.id as string, 'unusable', 'Its disk is full.');
		await app.workspaceMetrics.collecting.sampleMinute();
		await minutes(2);
		expect((await alertsOf(app)).map(({ ruleName, severity, value }) => [ruleName, severity, value])).toEqual([['Unusable nodes', 2, 1]]);
	});
});
