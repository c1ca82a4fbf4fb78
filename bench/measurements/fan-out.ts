/** Events that three destinations get: an archive folder, an event hub and the log tables, until the last of them has the last event. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@runstead/client';
import { startEventHub } from '../../packages/server/src/testing/event-hub.ts';
import { startServerProcess } from '../../tests/support/server-process.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { scratchFolder } from '../harness/processes.ts';
import { seedOutbox } from '../harness/seeded-logs.ts';

const EVENTS_PER_SECOND = 5_000;
const EVENTS = { whole: 100_000, quick: 5_000 } as const;
const REPETITIONS = { whole: 3, quick: 1 } as const;
/** Whoever looks makes the server count what waits. */
const POLL_MS = 250;

async function untilCurrent(client: Client): Promise<void> {
	for (;;) {
		const { settings } = await client.call('listDiagnosticSettings', { params: { workspace: 'lab' } });
		const destinations = settings.flatMap((setting) => setting.destinations);
		const failing = destinations.find(({ error }) => error !== null);
		if (failing) throw new Error(`${failing.kind} fails: ${failing.error?.message}`);
		if (destinations.every(({ waitingEvents }) => waitingEvents === 0)) return;
		await wait(POLL_MS);
	}
}

/** Events a second, the start of the server among the time. */
async function sendBacklog(folder: string, events: number): Promise<number> {
	seedOutbox(join(folder, 'runstead.db'), 'lab', events);
	const startedMs = performance.now();
	await using server = await startServerProcess(folder);
	await untilCurrent(server.client);
	const seconds = (performance.now() - startedMs) / 1_000;
	await server.stop();
	return events / seconds;
}

async function run({ quick, tell }: MeasurementOptions): Promise<Row[]> {
	using folder = scratchFolder();
	await using hub = await startEventHub();
	const server = await startServerProcess(folder.path);
	await server.client.call('createWorkspace', { body: { name: 'lab' } });
	const archive = { kind: 'folder' as const, path: 'lab' };
	const eventHub = { kind: 'amqp' as const, connectionString: hub.connectionString, address: 'events' };
	await server.client.call('putDiagnosticSetting', {
		params: { workspace: 'lab', setting: 'three' },
		body: { categories: ['AllLogs'], archive, eventHub, logAnalytics: true },
	});
	await untilCurrent(server.client);
	await server.stop();
	const events = quick ? EVENTS.quick : EVENTS.whole;
	const samples: number[] = [];
	for (let repetition = 0; repetition < (quick ? REPETITIONS.quick : REPETITIONS.whole); repetition++) {
		tell(`${events} events wait for three destinations`);
		samples.push(await sendBacklog(folder.path, events));
	}
	return [{ name: 'sent to all three', unit: 'events/s', samples, target: { atLeast: EVENTS_PER_SECOND } }];
}

export const measurement: Measurement = {
	title: 'diagnostic settings with three destinations, events that wait when the server starts',
	run,
};
