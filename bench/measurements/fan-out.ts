/** Events that three destinations get at once: an archive folder, an event hub and the log tables, until the last of them has the last event. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@runstead/client';
import { startEventHub } from '../../packages/server/src/testing/event-hub.ts';
import { startServerProcess } from '../../tests/support/server-process.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { scratchFolder } from '../harness/processes.ts';

const EVENTS_PER_SECOND = 5_000;
const CHILDREN_PER_REQUEST = 250;
/** A run is made, and has a status. */
const EVENTS_PER_CHILD = 2;
const SECONDS = { whole: 20, quick: 2 } as const;
const POLL_MS = 50;

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

async function run({ quick, tell }: MeasurementOptions): Promise<Row[]> {
	using folder = scratchFolder();
	await using hub = await startEventHub();
	await using server = await startServerProcess(folder.path);
	const { client } = server;
	await client.call('createWorkspace', { body: { name: 'lab' } });
	const { id: experiment } = await client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'fan-out' } });
	const categories = ['AllLogs'];
	const archive = { kind: 'folder' as const, path: 'lab' };
	const eventHub = { kind: 'amqp' as const, connectionString: hub.connectionString, address: 'events' };
	await client.call('putDiagnosticSetting', {
		params: { workspace: 'lab', setting: 'three' },
		body: { categories, archive, eventHub, logAnalytics: true },
	});
	await client.call('createRun', { params: { experiment }, body: { id: 'parent' } });
	await untilCurrent(client);

	const seconds = quick ? SECONDS.quick : SECONDS.whole;
	const events = EVENTS_PER_SECOND * seconds;
	tell(`${events} events at ${EVENTS_PER_SECOND} a second`);
	const begin = performance.now();
	for (let made = 0; made < events; made += CHILDREN_PER_REQUEST * EVENTS_PER_CHILD) {
		const dueMs = begin + (made / EVENTS_PER_SECOND) * 1_000;
		if (performance.now() < dueMs) await wait(dueMs - performance.now());
		const children = Array.from({ length: CHILDREN_PER_REQUEST }, (_, index) => ({ id: `child-${made / EVENTS_PER_CHILD + index}` }));
		await client.call('createChildren', { params: { run: 'parent' }, body: { children } });
	}
	const madeSeconds = (performance.now() - begin) / 1_000;
	await untilCurrent(client);
	const sentSeconds = (performance.now() - begin) / 1_000;
	await server.stop();
	return [
		{ name: 'made', unit: 'events/s', samples: [events / madeSeconds] },
		{ name: 'sent to all three', unit: 'events/s', samples: [events / sentSeconds], target: { atLeast: EVENTS_PER_SECOND * 0.95 } },
	];
}

export const measurement: Measurement = { title: 'diagnostic settings with three destinations, events made at 5,000 a second', run };
