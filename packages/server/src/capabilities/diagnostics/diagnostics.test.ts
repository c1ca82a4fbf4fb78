/** Diagnostic settings on a started server: what they send to a folder and to a small event hub, and what is told of them. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@runstead/client';
import { ALL_LOGS, type DestinationState, type DiagnosticSetting, type DiagnosticSettingInput } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { startEventHub } from '../../testing/event-hub.ts';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';

const put = ({ client, workspace }: TestApp, setting: string, body: DiagnosticSettingInput, untested?: boolean) =>
	client.call('putDiagnosticSetting', { params: { workspace, setting }, query: { untested }, body });

const get = ({ client, workspace }: TestApp, setting: string): Promise<DiagnosticSetting> =>
	client.call('getDiagnosticSetting', { params: { workspace, setting } });

async function stateOf(app: TestApp, setting: string, kind: DestinationState['kind']): Promise<DestinationState> {
	return (await get(app, setting)).destinations.find((one) => one.kind === kind) as DestinationState;
}

/** What the archive holds of a category: its records in the order of its files. */
async function archived(folder: string, category: string): Promise<Record<string, unknown>[]> {
	const container = join(folder, `insights-logs-${category.toLowerCase()}`);
	const entries = await readdir(container, { recursive: true, withFileTypes: true }).catch(() => []);
	const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
	const texts = await Promise.all(files.toSorted().map((file) => readFile(file, 'utf8')));
	return texts.flatMap((text) => text.trimEnd().split('\n')).map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function makeRuns({ client, experiment }: TestApp, count: number, prefix: string): Promise<string[]> {
	const ids = Array.from({ length: count }, (_, index) => `${prefix}_${index}`);
	for (const id of ids) await client.call('createRun', { params: { experiment }, body: { id } });
	return ids;
}

const createdRuns = (records: readonly Record<string, unknown>[]): unknown[] =>
	records.filter(({ operationName }) => operationName === 'run.created').map(({ correlationId }) => correlationId);

describe.each(ENGINES)('diagnostic settings on %s', (engine) => {
	it('a new workspace has one, to the log tables, which counts what was there before', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { settings, categories } = await app.client.call('listDiagnosticSettings', { params: { workspace: app.workspace } });
		expect(settings).toMatchObject([
			{ name: 'log-analytics', categories: ['AllLogs', 'AllMetrics'], archive: null, eventHub: null, logAnalytics: true },
		]);
		expect(categories.map(({ name }) => name)).toEqual(expect.arrayContaining(['AllLogs', 'AllMetrics', 'AmlComputeJobEvent']));
		await makeRuns(app, 3, 'early');
		await app.client.call('deleteDiagnosticSetting', { params: { workspace: app.workspace, setting: 'log-analytics' } });
		await put(app, 'again', { categories: ['RunEvent'], logAnalytics: true });
		await expect
			.poll(() => stateOf(app, 'again', 'logAnalytics'))
			.toMatchObject({
				status: 'current',
				waitingEvents: 0,
				volumes: [{ category: 'RunEvent', recordCount: 3 }],
			});
	});

	it('archives to a folder in the layout of Azure Monitor, in order, and goes on after a restart', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const [before] = await makeRuns(app, 1, 'before');
		await put(app, 'keep', { categories: ['RunEvent'], archive: { kind: 'folder', path: 'lab' } });
		const first = await makeRuns(app, 3, 'first');
		const again = await app.restart();
		const second = await makeRuns(again, 3, 'second');
		const folder = join(app.dataFolder, 'archives', 'lab');
		await expect.poll(async () => createdRuns(await archived(folder, 'RunEvent'))).toEqual([...first, ...second]);
		expect(createdRuns(await archived(folder, 'RunEvent'))).not.toContain(before);
		const { subscriptionId } = await again.client.call('getWorkspace', { params: { workspace: app.workspace } });
		const resourceId = `/SUBSCRIPTIONS/${subscriptionId.toUpperCase()}/RESOURCEGROUPS/RUNSTEAD/PROVIDERS/MICROSOFT.MACHINELEARNINGSERVICES/WORKSPACES/LAB`;
		const [record = {}] = await archived(folder, 'RunEvent');
		expect(record).toEqual({
			time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
			resourceId,
			category: 'RunEvent',
			operationName: 'run.created',
			resultType: 'Succeeded',
			correlationId: 'first_0',
			identity: { name: expect.any(String) },
			level: 'Informational',
			properties: expect.objectContaining({ RunId: 'first_0' }),
		});
		const [, y, m, d, h] = /^(\d+)-(\d+)-(\d+)T(\d+)/.exec(String(record.time)) ?? [];
		const file = join(folder, 'insights-logs-runevent', `resourceId=${resourceId}`, `y=${y}/m=${m}/d=${d}/h=${h}/m=00/PT1H.json`);
		expect(await readFile(file, 'utf8')).toContain('first_0');
		await expect
			.poll(async () => (await stateOf(again, 'keep', 'archive')).volumes)
			.toMatchObject([{ category: 'RunEvent', recordCount: 6 }]);
	});

	it('what waits while a destination is away is told, kept, and sent in order when it is back', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const folder = join(app.dataFolder, 'archives', 'lab');
		await put(app, 'keep', { categories: ['RunEvent'], archive: { kind: 'folder', path: 'lab' } });
		const first = await makeRuns(app, 2, 'first');
		await expect.poll(async () => createdRuns(await archived(folder, 'RunEvent'))).toEqual(first);
		await using hub = await startEventHub();
		const eventHub = { kind: 'amqp' as const, connectionString: hub.connectionString, address: 'events' };
		await put(app, 'stream', { categories: ['RunEvent'], eventHub });
		const second = await makeRuns(app, 2, 'second');
		await expect.poll(() => createdRuns(hub.records())).toEqual(second);
		await hub.stop();
		const third = await makeRuns(app, 3, 'third');
		await expect
			.poll(() => stateOf(app, 'stream', 'eventHub'))
			.toMatchObject({
				status: 'failing',
				// The changes of their status are no runs' events, and are not sent.
				waitingEvents: 3,
				error: { message: expect.stringMatching(/ECONNREFUSED|connection/) },
			});
		const away = await stateOf(app, 'stream', 'eventHub');
		expect([away.lagSeconds > 0, away.waitingBytes > 0]).toEqual([true, true]);
		await hub.start();
		const { tests } = await app.client.call('testDiagnosticSetting', { params: { workspace: app.workspace, setting: 'stream' }, body: {} });
		expect(tests).toMatchObject([{ kind: 'eventHub', ok: true }]);
		await expect.poll(() => [...new Set(createdRuns(hub.records()))]).toEqual([...second, ...third]);
		await expect.poll(() => stateOf(app, 'stream', 'eventHub')).toMatchObject({ status: 'current', error: null, lagSeconds: 0 });
		expect(hub.partitionKeys()).toEqual(new Set(['RunEvent']));
		await expect.poll(async () => createdRuns(await archived(folder, 'RunEvent'))).toEqual([...first, ...second, ...third]);
	});

	it('tells no secret, keeps the one that is sent back hidden, and shows it to no other place', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const kafka = { kind: 'kafka' as const, brokers: ['127.0.0.1:1'], topic: 'events', username: 'me', password: 'geheim' };
		const made = await put(app, 'stream', { categories: [ALL_LOGS], eventHub: kafka }, true);
		expect(made.eventHub).toEqual({ ...kafka, password: '***' });
		expect(await put(app, 'stream', { categories: ['AllMetrics'], eventHub: made.eventHub }, true)).toMatchObject({
			eventHub: made.eventHub,
		});
		const elsewhere = { ...kafka, brokers: ['127.0.0.1:2'], password: '***' };
		await expect(put(app, 'stream', { categories: [ALL_LOGS], eventHub: elsewhere }, true)).rejects.toMatchObject({
			code: 'invalid-request',
		});
		const connectionString = 'Endpoint=sb://hub.example.org/;SharedAccessKeyName=send;SharedAccessKey=geheim=;EntityPath=events';
		const hub = await put(app, 'hub', { categories: [ALL_LOGS], eventHub: { kind: 'amqp', connectionString } }, true);
		expect(hub.eventHub).toEqual({ kind: 'amqp', connectionString: connectionString.replace('geheim=', '***') });
		const broker = await put(
			app,
			'hub',
			{ categories: [ALL_LOGS], eventHub: { kind: 'amqp', connectionString: 'amqp://me:geheim@127.0.0.1:1/q' } },
			true,
		);
		expect(broker.eventHub).toEqual({ kind: 'amqp', connectionString: 'amqp://me:***@127.0.0.1:1/q' });
		expect((await app.client.call('listDiagnosticSettings', { params: { workspace: app.workspace } })).settings.length).toBe(3);
	});

	it('a bad destination, category, name or folder is refused, and nothing of it is kept', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const refused = async (body: unknown, setting = 'bad') =>
			put(app, setting, body as DiagnosticSettingInput).then(
				() => null,
				({ code, message }: { code: string; message: string }) => [code, message],
			);
		const logs = { categories: ['AllLogs'] };
		expect(await refused({ categories: ['Nonsense'], logAnalytics: true })).toEqual([
			'invalid-request',
			expect.stringMatching(/^There is no diagnostic category Nonsense; there are AllLogs, /),
		]);
		expect(await refused({ categories: ['RunEvnt'], logAnalytics: true })).toEqual([
			'invalid-request',
			expect.stringContaining('RunEvnt (did you mean RunEvent?); there are'),
		]);
		expect(await refused(logs)).toEqual(['invalid-request', expect.stringContaining('at least one destination')]);
		expect(await refused({ ...logs, logAnalytics: true }, '../x')).toEqual(['invalid-name', expect.any(String)]);
		expect(await refused({ ...logs, archive: { kind: 'folder', path: '../x' } })).toEqual(['invalid-path', expect.any(String)]);
		expect(await refused({ ...logs, archive: { kind: 'tape' } })).toEqual(['invalid-request', expect.stringContaining('kind')]);
		expect(await refused({ ...logs, archive: { kind: 's3' } })).toEqual(['invalid-request', expect.stringContaining('bucket')]);
		expect(await refused({ ...logs, eventHub: { kind: 'amqp', connectionString: 'nonsense' } })).toEqual([
			'invalid-request',
			expect.stringContaining('neither'),
		]);
		await writeFile(join(app.dataFolder, 'archives'), 'a file where a folder should be');
		expect(await refused({ ...logs, archive: { kind: 'folder', path: 'lab' } })).toEqual([
			'destination-unreachable',
			expect.stringMatching(/archive does not work: ENOTDIR|EEXIST/),
		]);
		expect(await refused({ ...logs, archive: { kind: 'folder', path: '/proc/no-such-folder' } })).toEqual([
			'destination-unreachable',
			expect.stringMatching(/archive does not work: (ENOENT|EACCES|EROFS).*no-such-folder/),
		]);
		expect(await refused({ ...logs, eventHub: { kind: 'amqp', connectionString: 'amqp://127.0.0.1:1/q' } })).toEqual([
			'destination-unreachable',
			expect.stringContaining('ECONNREFUSED'),
		]);
		expect(await refused({ ...logs, eventHub: { kind: 'amqp', connectionString: 'amqp://169.254.169.254/q' } })).toEqual([
			'destination-unreachable',
			expect.stringContaining('link-local'),
		]);
		expect(
			(await app.client.call('listDiagnosticSettings', { params: { workspace: app.workspace } })).settings.map(({ name }) => name),
		).toEqual(['log-analytics']);
	});

	it('who does not administer the server names neither its folders nor its networks', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { token } = await app.client.call('createToken', {
			body: { workspace: 'lab', permissions: ['workspace.read', 'workspace.write'] },
		});
		const member: TestApp = { ...app, client: createClient({ url: app.url, token }) };
		await mkdir(join(app.dataFolder, 'outside'));
		const outside = { kind: 'folder' as const, path: join(app.dataFolder, 'outside') };
		await expect(put(member, 'one', { categories: [ALL_LOGS], archive: outside })).rejects.toMatchObject({ code: 'invalid-path' });
		const inside = { kind: 'amqp' as const, connectionString: 'amqp://127.0.0.1:1/q' };
		await expect(put(member, 'one', { categories: [ALL_LOGS], eventHub: inside })).rejects.toMatchObject({
			code: 'destination-unreachable',
			message: expect.stringContaining('internal network'),
		});
		await put(member, 'one', { categories: [ALL_LOGS], archive: { kind: 'folder', path: 'mine' } });
		await put(app, 'two', { categories: [ALL_LOGS], archive: outside });
	});
});
