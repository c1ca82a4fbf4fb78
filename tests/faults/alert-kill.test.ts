/** A server that is killed with -9 again and again while its alert rules fire: each run is told of by one alert, and no window is missed. */
import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { AlertCondition } from '@runstead/contract';
import { expect, it } from 'vitest';
import { startServerProcess, temporaryFolder } from '../support/server-process.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';

/** A long loop is asked for by FAULT_ROUNDS. */
const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 4);
/** A kill falls somewhere within this time of failing runs. */
const KILL_WITHIN_MS = 1_500;
const MINUTE_MS = 60_000;
const TOLD_WITHIN_MS = 120_000;
const PAGE = 200;

it('fires once, and misses no window', { timeout: 600_000 }, async () => {
	using folder = temporaryFolder('runstead-alerts-');
	await using receiver = await startWebhookReceiver();
	const workspace = { workspace: 'lab' };
	let experiment = '';
	{
		await using server = await startServerProcess(folder.path);
		await server.client.call('createWorkspace', { body: { name: 'lab' } });
		experiment = (await server.client.call('createExperiment', { params: workspace, body: { name: 'ridge' } })).id;
		const receivers = [{ type: 'webhook' as const, url: receiver.url }];
		await server.client.call('createActionGroup', { params: workspace, body: { name: 'ops', receivers } });
		const rule = (name: string, condition: AlertCondition, more: object = {}) =>
			server.client.call('createAlertRule', { params: workspace, body: { name, condition, actionGroups: ['ops'], ...more } });
		await rule('runs', { type: 'runStatus', statuses: ['Failed'] });
		const failures = { metric: 'Failed Runs', aggregation: 'total', operator: 'greaterThan', threshold: 0 } as const;
		await rule('windows', { type: 'metric', ...failures }, { windowSeconds: 60, frequencySeconds: 60 });
		await server.stop();
	}
	const acknowledged: string[] = [];
	const lastFailure: { time: string | null } = { time: null };
	let made = 0;
	for (let round = 0; round < ROUNDS; round++) {
		await using server = await startServerProcess(folder.path);
		const work = (async () => {
			for (;;) {
				const id = `run-${made++}`;
				await server.client.call('createRun', { params: { experiment }, body: { id } });
				lastFailure.time = (await server.client.call('failRun', { params: { run: id }, body: {} })).endTime ?? null;
				acknowledged.push(id);
			}
		})().catch(() => undefined);
		const before = acknowledged.length;
		await expect.poll(() => acknowledged.length, { timeout: TOLD_WITHIN_MS }).toBeGreaterThan(before);
		await wait(randomInt(KILL_WITHIN_MS));
		await server.kill();
		await work;
	}
	// The window of the last failures ends while nobody looks.
	await wait(MINUTE_MS - (Date.now() % MINUTE_MS));
	await using server = await startServerProcess(folder.path);
	const alertsOf = async (ruleName: string) => {
		const alerts = [];
		let cursor: string | undefined;
		do {
			const page = await server.client.call('listAlerts', { params: workspace, query: { limit: PAGE, ...(cursor && { cursor }) } });
			alerts.push(...page.alerts);
			cursor = page.nextCursor ?? undefined;
		} while (cursor !== undefined);
		return alerts.filter((alert) => alert.ruleName === ruleName);
	};
	// A request whose answer the kill took may have been done as well.
	const isAcknowledged = new Set(acknowledged);
	const known = (runs: readonly (string | null)[]) => runs.filter((run) => run !== null && isAcknowledged.has(run)).toSorted();
	const fired = async () => known((await alertsOf('runs')).map(({ runId }) => runId));
	await expect.poll(fired, { timeout: TOLD_WITHIN_MS }).toEqual(acknowledged.toSorted());
	await expect.poll(() => known(receiver.firedRuns()), { timeout: TOLD_WITHIN_MS }).toEqual(acknowledged.toSorted());
	// The rule on a metric stays open from its first window with a failure on, and looked at each window up to the last.
	expect(lastFailure.time).not.toBeNull();
	const covering = async () =>
		(await alertsOf('windows')).filter(({ windowStartTime, windowEndTime, resolvedTime }) => {
			const time = lastFailure.time as string;
			return (windowStartTime ?? '') <= time && (time < (windowEndTime ?? '') || resolvedTime === null || time < resolvedTime);
		}).length;
	await expect.poll(covering, { timeout: TOLD_WITHIN_MS }).toBe(1);
	const windows = (await alertsOf('windows')).map(({ windowEndTime }) => windowEndTime);
	expect(new Set(windows).size).toBe(windows.length);
});
