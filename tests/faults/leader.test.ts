/** Two servers on one PostgreSQL database: what goes on by itself is done by one of them, and by the other when that one is killed. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@runstead/client';
import { expect, it } from 'vitest';
import { startEventHub } from '../../packages/server/src/testing/event-hub.ts';
import { createEmptyPostgresDatabase } from '../../packages/server/src/testing/postgres-database.ts';
import { ENGINES } from '../../packages/server/src/testing/test-app.ts';
import { startServerProcess, temporaryFolder } from '../support/server-process.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';

const RUNS_PER_SERVER = 5;
const TOLD_WITHIN_MS = 90_000;

it.runIf(ENGINES.includes('postgres'))(
	'alerts are told and events shipped once, also when the leader is killed',
	async () => {
		const database = await createEmptyPostgresDatabase();
		try {
			using first = temporaryFolder('runstead-leader-');
			using second = temporaryFolder('runstead-leader-');
			await using hub = await startEventHub();
			await using receiver = await startWebhookReceiver();
			const start = (folder: string) => startServerProcess(folder, { args: ['--database', database.url] });
			await using leader = await start(first.path);
			const workspace = { workspace: 'lab' };
			await leader.client.call('createWorkspace', { body: { name: 'lab' } });
			const { id: experiment } = await leader.client.call('createExperiment', { params: workspace, body: { name: 'ridge' } });
			const receivers = [{ type: 'webhook' as const, url: receiver.url }];
			await leader.client.call('createActionGroup', { params: workspace, body: { name: 'ops', receivers } });
			const condition = { type: 'runStatus' as const, statuses: ['Failed' as const] };
			await leader.client.call('createAlertRule', { params: workspace, body: { name: 'failed', condition, actionGroups: ['ops'] } });
			// Servers on a database share their secrets.
			const eventHub = { kind: 'amqp' as const, connectionString: hub.connectionString, address: 'events' };
			const setting = { params: { ...workspace, setting: 'stream' } };
			await leader.client.call('putDiagnosticSetting', { ...setting, body: { categories: ['RunEvent'], eventHub } });
			cpSync(join(first.path, 'secrets'), join(second.path, 'secrets'), { recursive: true });
			await using follower = await start(second.path);

			const failed: string[] = [];
			const failRuns = async (client: Client, name: string): Promise<void> => {
				for (let index = 0; index < RUNS_PER_SERVER; index++) {
					const id = `${name}-${index}`;
					await client.call('createRun', { params: { experiment }, body: { id } });
					await client.call('failRun', { params: { run: id }, body: {} });
					failed.push(id);
				}
			};
			const shippedRuns = (): unknown[] =>
				hub.records().flatMap(({ operationName, correlationId }) => (operationName === 'run.created' ? [correlationId] : []));
			const deliveries = async () => {
				const params = { ...workspace, group: 'ops' };
				return (await follower.client.call('listAlertDeliveries', { params, query: {} })).deliveries;
			};
			const expectAllOnce = async (): Promise<void> => {
				await expect.poll(() => receiver.firedRuns().toSorted(), { timeout: TOLD_WITHIN_MS }).toEqual(failed.toSorted());
				await expect.poll(shippedRuns, { timeout: TOLD_WITHIN_MS }).toEqual(failed);
				// It is written down, too, that they were: what is only under way when its server is killed comes again.
				const destinations = async () => (await follower.client.call('getDiagnosticSetting', setting)).destinations;
				await expect.poll(destinations, { timeout: TOLD_WITHIN_MS }).toMatchObject([{ status: 'current', waitingEvents: 0 }]);
				const states = async () => (await deliveries()).map(({ state }) => state);
				await expect.poll(states, { timeout: TOLD_WITHIN_MS }).toEqual(failed.map(() => 'delivered'));
			};
			await failRuns(leader.client, 'by-leader');
			await failRuns(follower.client, 'by-follower');
			await expectAllOnce();
			await leader.kill();
			await failRuns(follower.client, 'alone');
			await expectAllOnce();
			// Each time that somebody was told is an attempt of the one server that sends.
			const attempts = (await deliveries()).reduce((sum, delivery) => sum + delivery.attempts, 0);
			expect(receiver.tellings()).toBeLessThanOrEqual(attempts);
		} finally {
			await database.drop();
		}
	},
	300_000,
);
