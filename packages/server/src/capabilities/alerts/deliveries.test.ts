import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { describe, expect, it } from 'vitest';
import { keyOfSecret, sendWebhook, signature } from '../../http/webhook.ts';
import { ENGINES, startTestApp } from '../../testing/test-app.ts';
import { startTestCapabilities } from '../../testing/test-capabilities.ts';
import { type Received, startReceiver } from '../../testing/webhook-receiver.ts';

const ACTOR = 'tester';
const OWNER = { name: ACTOR, reach: 'internal' } as const;
const MEMBER = { name: ACTOR, reach: 'public' } as const;

describe.each(ENGINES)('deliveries of alerts on %s', (engine) => {
	it('a webhook is told of a fired and a resolved alert in their order, signed, again until it is taken', async () => {
		await using receiver = await startReceiver(503, 200, 200);
		await using app = await startTestCapabilities(engine);
		const { alerts, workspaces, experiments, runs } = app;
		await workspaces.create({ name: 'lab' }, ACTOR);
		const workspace = await workspaces.find('lab');
		const { record: experiment } = await experiments.create(workspace, { name: 'ridge' }, ACTOR);
		const group = await alerts.groups.create(workspace, 'ops', [{ type: 'webhook', url: receiver.url }], OWNER);
		const secret = group.receivers[0]?.secret as string;
		const kept = await app.database.read.selectFrom('action_group').select('receivers').execute();
		expect(JSON.stringify(kept)).not.toMatch(/whsec_|key=secret/);
		expect(group.receivers[0]?.address).toBe(receiver.url.replace('key=secret', '…'));
		expect((await alerts.groups.list(workspace))[0]?.receivers[0]?.secret).toBeUndefined();
		await alerts.catchUp();
		await alerts.rules.create(
			workspace,
			{ name: 'failed', severity: 1, condition: { type: 'runStatus', statuses: ['Failed'] }, actionGroups: ['OPS'] },
			ACTOR,
		);
		const run = await runs.create(experiment, {}, 'native', ACTOR);
		await runs.fail(run, { errorDetails: 'out of memory' }, ACTOR);
		await runs.reopen(run, ACTOR, null);
		await alerts.catchUp();
		// The second waits for the first, which is tried again after a pause.
		expect(await alerts.delivering.deliverDue()).toBeGreaterThan(0);
		expect(receiver.received).toHaveLength(1);
		await app.pass(6);
		expect(await alerts.delivering.deliverDue()).toBeNull();
		expect(receiver.received).toHaveLength(3);

		const [first, again, resolved] = receiver.received as [Received, Received, Received];
		expect(again.text).toBe(first.text);
		expect(again.headers['webhook-id']).toBe(first.headers['webhook-id']);
		const { 'webhook-id': id, 'webhook-timestamp': timestamp } = first.headers;
		expect(first.headers['webhook-signature']).toBe(signature(keyOfSecret(secret), String(id), Number(timestamp), first.text));
		const data = first.body.data as { essentials: Record<string, unknown>; alertContext: Record<string, unknown> };
		expect(first.body.schemaId).toBe('azureMonitorCommonAlertSchema');
		expect(data.essentials).toMatchObject({
			alertRule: 'failed',
			severity: 'Sev1',
			monitorCondition: 'Fired',
			configurationItems: ['lab'],
			essentialsVersion: '1.0',
		});
		expect((resolved.body.data as typeof data).essentials).toMatchObject({
			monitorCondition: 'Resolved',
			resolvedDateTime: expect.any(String),
			alertId: data.essentials.alertId,
		});
		const { deliveries } = await alerts.groups.deliveries(workspace, 'ops', 10);
		expect(deliveries.map(({ what, state, attempts, statusCode, error }) => [what, state, attempts, statusCode, error])).toEqual([
			['resolved', 'delivered', 1, 200, null],
			['fired', 'delivered', 2, 200, null],
		]);
		expect(new Set(deliveries.map(({ ruleName }) => ruleName))).toEqual(new Set(['failed']));
		expect(JSON.stringify(deliveries)).not.toContain('a secret of the network');
		expect(JSON.stringify(deliveries)).not.toContain('key=secret');
	});

	it('have their turns: many that wait for others, and one that cannot be opened, keep none from its own', async () => {
		await using failing = await startReceiver(...Array<number>(30).fill(503));
		await using receiver = await startReceiver();
		await using app = await startTestCapabilities(engine);
		const { alerts, workspaces, experiments, runs, database } = app;
		await workspaces.create({ name: 'lab' }, ACTOR);
		const workspace = await workspaces.find('lab');
		const { record: experiment } = await experiments.create(workspace, { name: 'ridge' }, ACTOR);
		for (const [name, url] of [
			['elsewhere', receiver.url],
			['failing', failing.url],
			['ops', receiver.url],
		] as const)
			await alerts.groups.create(workspace, name, [{ type: 'webhook', url }], OWNER);
		await alerts.catchUp();
		const rule = (name: string, actionGroups: string[]) =>
			alerts.rules.create(workspace, { name, severity: 1, condition: { type: 'runStatus', statuses: ['Failed'] }, actionGroups }, ACTOR);
		await rule('many', ['failing']);
		const fail = async () => runs.fail(await runs.create(experiment, {}, 'native', ACTOR), { errorDetails: 'x' }, ACTOR);
		for (let count = 0; count < 10; count++) await fail();
		await alerts.catchUp();
		await rule('last', ['elsewhere', 'ops']);
		// As if it were sealed with the secret of another server's data folder: the receiver of a delivery, then those of a group.
		await fail();
		await alerts.catchUp();
		const sealed = Buffer.alloc(60).toString('base64');
		await database.write((unit) =>
			unit.db.updateTable('alert_delivery').set({ receiver: sealed }).where('group_name', '=', 'elsewhere').execute(),
		);
		expect(await alerts.delivering.deliverDue(() => receiver.received.length > 0)).toBeGreaterThan(0);
		// Of the many one at a time was tried until then.
		expect(failing.received.length).toBe(1);
		expect(receiver.received.length).toBe(1);
		await database.write((unit) =>
			unit.db.updateTable('action_group').set({ receivers: sealed }).where('name', '=', 'elsewhere').execute(),
		);
		await fail();
		await alerts.catchUp();
		await alerts.delivering.deliverDue();
		expect(receiver.received.length).toBe(2);
		const { deliveries } = await alerts.groups.deliveries(workspace, 'elsewhere', 10);
		expect(deliveries.map(({ state, address, error }) => [state, address, error])).toEqual([
			['failed', 'sealed in another data folder', expect.stringContaining('give them to the group again')],
			['failed', 'sealed in another data folder', expect.stringContaining('secret')],
		]);
	});

	it('what is refused for good is given up at once; a test says what became of it', async () => {
		await using receiver = await startReceiver(404, 302);
		await using app = await startTestCapabilities(engine);
		const { alerts, workspaces } = app;
		await workspaces.create({ name: 'lab' }, ACTOR);
		const workspace = await workspaces.find('lab');
		const receivers = [
			{ type: 'webhook' as const, url: receiver.url },
			{ type: 'slack' as const, url: 'http://127.0.0.1:1/services/T0/B0/token' },
			{ type: 'email' as const, to: ['ada@example.org'] },
		];
		const group = await alerts.groups.create(workspace, 'all', receivers, OWNER);
		expect(group.receivers.map(({ address }) => address)[1]).toBe('http://127.0.0.1:1/…');
		const outcomes = async () => (await alerts.groups.test(workspace, 'all')).map(({ state, error }) => [state, error]);
		const noMail = 'The server has no mail server: start it with --smtp smtp://user:password@host:port.';
		expect(await outcomes()).toEqual([
			['failed', 'It answered 404.'],
			['failed', 'connect ECONNREFUSED 127.0.0.1:1'],
			['failed', noMail],
		]);
		expect((await outcomes())[0]).toEqual(['failed', 'It answered 302.']);
		const alone = await alerts.groups.test(workspace, 'all', group.receivers[2]?.id);
		expect(alone.map(({ receiverType, error }) => [receiverType, error])).toEqual([['email', noMail]]);
		await expect(alerts.groups.test(workspace, 'all', 'none')).rejects.toMatchObject({ code: 'not-found' });
		expect((await outcomes())[0]).toEqual(['delivered', null]);
		expect(await alerts.delivering.deliverDue()).toBeNull();
		expect(receiver.received).toHaveLength(3);
		const { receivers: kept } = await alerts.groups.update(
			workspace,
			'all',
			{
				receivers: [{ type: 'webhook', id: group.receivers[0]?.id as string }],
			},
			MEMBER,
		);
		expect(kept).toEqual([
			{ id: group.receivers[0]?.id, type: 'webhook', address: receiver.url.replace('key=secret', '…'), problem: null },
		]);
	});
});

it('mail and Slack are told in their own words, through a server that is really asked', async () => {
	const mails: string[] = [];
	const smtp = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS'],
		onData(stream, _session, done) {
			let text = '';
			stream.setEncoding('utf8').on('data', (part: string) => {
				text += part;
			});
			stream.on('end', () => {
				mails.push(text);
				done();
			});
		},
	});
	await new Promise<void>((resolve) => void smtp.listen(0, '127.0.0.1', resolve));
	const { port } = smtp.server.address() as AddressInfo;
	await using receiver = await startReceiver();
	await using app = await startTestApp({
		agent: false,
		config: { smtpUrl: `smtp://127.0.0.1:${port}`, mailSender: 'Runstead <ml@example.org>' },
	});
	try {
		const { client } = app;
		const params = { workspace: 'lab' };
		await client.call('createActionGroup', {
			params,
			body: {
				name: 'ops',
				receivers: [
					{ type: 'email', to: ['ada@example.org', 'bob@example.org'] },
					{ type: 'slack', url: receiver.url },
				],
			},
		});
		await client.call('createAlertRule', {
			params,
			body: { name: 'Failed <runs>', severity: 0, condition: { type: 'runStatus', statuses: ['Failed'] }, actionGroups: ['ops'] },
		});
		const { id } = await client.call('createRun', { params: { experiment: app.experiment }, body: {} });
		await client.call('failRun', { params: { run: id }, body: { errorDetails: 'out of memory' } });
		await expect.poll(() => [mails.length, receiver.received.length], { timeout: 15_000 }).toEqual([1, 1]);
		const mail = mails[0] as string;
		expect(mail).toContain('From: Runstead <ml@example.org>');
		expect(mail).toContain('To: ada@example.org, bob@example.org');
		expect(mail).toContain('Subject: Sev0 Critical fired: Failed <runs> (lab)');
		expect(mail).toContain('ridge-1 is Failed: out of memory');
		expect(mail).toContain('Failed &lt;runs&gt;');
		const { text, attachments } = (receiver.received[0] as Received).body as { text: string; attachments: { color: string }[] };
		expect([text, attachments[0]?.color]).toEqual(['Sev0 Critical fired: Failed &lt;runs&gt; (lab)', '#d13438']);
		const { alerts } = await client.call('listAlerts', { params });
		await expect
			.poll(async () => {
				const { deliveries } = await client.call('getAlert', { params: { ...params, alert: alerts[0]?.id as string } });
				return deliveries.map(({ receiverType, state }) => [receiverType, state]);
			})
			.toEqual([
				['email', 'delivered'],
				['slack', 'delivered'],
			]);
	} finally {
		await new Promise<void>((resolve) => smtp.close(() => resolve()));
	}
});

it.each([
	['http://127.0.0.1:1/', 'internal', null],
	['http://10.1.2.3/', 'internal', null],
	['http://127.0.0.1:1/', 'public', 'it lies in an internal network'],
	['http://localhost:1/', 'public', 'it lies in an internal network'],
	['http://[::1]:1/', 'public', 'it lies in an internal network'],
	['http://[::ffff:10.0.0.1]/', 'public', 'it lies in an internal network'],
	['http://2130706433/', 'public', 'it lies in an internal network'],
	['http://169.254.169.254/latest', 'internal', 'it is a link-local, multicast or unspecified address'],
	['http://0.0.0.0/', 'internal', 'it is a link-local, multicast or unspecified address'],
] as const)('a group with %s, given by somebody whose addresses are %s: %s', async (url, reach, refusal) => {
	await using app = await startTestCapabilities('sqlite');
	await app.workspaces.create({ name: 'lab' }, ACTOR);
	const made = app.alerts.groups.create(await app.workspaces.find('lab'), 'ops', [{ type: 'webhook', url }], { name: ACTOR, reach });
	if (refusal === null) await made;
	else await expect(made).rejects.toMatchObject({ code: 'address-not-allowed', message: expect.stringContaining(refusal) });
});

it('a name is looked at again when it is connected to: it may lead elsewhere by then', async () => {
	await using receiver = await startReceiver();
	const sent = await sendWebhook({ url: receiver.url.replace('127.0.0.1', 'localhost'), body: '{}', headers: {}, reach: 'public' });
	expect(sent).toEqual({ statusCode: null, error: expect.stringContaining('it lies in an internal network'), isFinal: true });
	expect(receiver.received).toEqual([]);
});
