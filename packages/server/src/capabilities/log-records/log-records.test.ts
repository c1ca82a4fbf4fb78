import { LOG_TABLES } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../storage/unit-of-work.ts';
import { ENGINES } from '../../testing/test-app.ts';
import { startTestCapabilities, type TestCapabilities } from '../../testing/test-capabilities.ts';
import { columnsOf, createLogRecordService, type LogRecord } from './service.ts';

async function outbox({ database }: TestCapabilities): Promise<StoredEvent[]> {
	const rows = await database.read.selectFrom('event').selectAll().orderBy('sequence').execute();
	return rows.map((row) => ({ ...row, workspaceKey: row.workspace_key, data: JSON.parse(row.data) as Record<string, unknown> }));
}

/** Records with all their columns. */
const whole = (records: readonly LogRecord[]) =>
	records.map(({ shared, own, ...record }) => ({ ...record, columns: columnsOf({ ...record, shared, own }) }));

async function makeLab(app: TestCapabilities) {
	const { id } = await app.workspaces.create({ name: 'lab' }, 'ada');
	const workspace = await app.workspaces.find(id);
	const experiment = await app.experiments.create(workspace, { name: 'ridge' }, 'ada');
	return { workspace, experiment: experiment.record };
}

describe.each(ENGINES)('log records on %s', (engine) => {
	it('of a run tell its tree, and of every event that it happened', async () => {
		await using app = await startTestCapabilities(engine);
		const { workspace, experiment } = await makeLab(app);
		await app.runs.create(experiment, { id: 'parent' }, 'native', 'ada');
		await app.runs.create(experiment, { id: 'child', parentId: 'parent', status: 'NotStarted' }, 'native', 'bob');
		await app.runs.changeStatus('child', {
			to: 'Failed',
			actor: 'agent',
			reason: 'The process ended.',
			error: { code: 'ExitCode', message: 'no data' },
		});
		const records = whole(await app.logRecords.recordsOf(await outbox(app)));
		const failed = records.find(({ table, columns }) => table === 'AmlRunStatusChangedEvent' && columns.Status === 'Failed');
		const { subscriptionId } = app.workspaces;
		expect(failed).toEqual({
			sequence: expect.any(Number),
			workspaceKey: workspace.key,
			table: 'AmlRunStatusChangedEvent',
			category: 'AmlRunStatusChangedEvent',
			time: expect.any(Number),
			columns: {
				TimeGenerated: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
				Type: 'AmlRunStatusChangedEvent',
				TenantId: subscriptionId,
				_ResourceId: `/subscriptions/${subscriptionId}/resourceGroups/runstead/providers/Microsoft.MachineLearningServices/workspaces/lab`,
				_SubscriptionId: subscriptionId,
				OperationName: 'run.status',
				RunId: 'child',
				ParentRunId: 'parent',
				RootRunId: 'parent',
				Status: 'Failed',
				Message: 'no data',
				ResultType: 'Failed',
				ResultSignature: 'ExitCode',
				ResultDescription: 'The process ended.',
				CorrelationId: 'child',
				Identity: 'agent',
				Level: 'Error',
				TriggeringUserName: 'bob',
				WorkspaceId: workspace.id,
				WorkspaceName: 'lab',
			},
		});
		const audited = records.filter(({ table }) => table === 'RunsteadAudit').map(({ sequence }) => sequence);
		expect(audited).toEqual((await outbox(app)).map(({ sequence }) => sequence));
	});

	it('of alerts and models have rows in tables of their own', async () => {
		await using app = await startTestCapabilities(engine);
		const { workspace } = await makeLab(app);
		const event = (type: string, subject: string, data: Record<string, unknown>): StoredEvent => ({
			sequence: 1_000,
			time: 1_700_000_000_000_000,
			workspaceKey: workspace.key,
			type,
			subject,
			actor: 'ada',
			data,
		});
		const records = whole(
			await app.logRecords.recordsOf([
				event('alert.fired', 'a1', { rule: 'Failures', severity: 2, dimensions: {}, value: 3, summary: 'three', runId: null }),
				event('alert.changed', 'a1', { rule: 'Failures', severity: 2, state: 'acknowledged', comment: null }),
				event('alert.resolved', 'a1', { rule: 'Failures', severity: 2, reason: 'none' }),
				event('model.version', 'iris:3', { name: 'iris', version: 3, what: 'registered', stage: 'None', runId: null }),
			]),
		);
		const told = records.filter(({ table }) => table === 'RunsteadAlerts').map(({ columns }) => columns);
		expect(
			told.map(({ EventType, State, AlertId, RuleName, Severity, Actor }) => [EventType, State, AlertId, RuleName, Severity, Actor]),
		).toEqual([
			['alert.fired', 'fired', 'a1', 'Failures', 2, 'ada'],
			['alert.changed', 'acknowledged', 'a1', 'Failures', 2, 'ada'],
			['alert.resolved', 'resolved', 'a1', 'Failures', 2, 'ada'],
		]);
		expect(records.find(({ table }) => table === 'AmlModelsEvent')?.columns).toMatchObject({
			AmlModelName: 'iris',
			OperationName: 'model.version',
		});
	});

	it('of a run say what it is a child of, as was told when it was made: nothing is read again', async () => {
		await using app = await startTestCapabilities(engine);
		const event = (sequence: number, type: string, data: Record<string, unknown>): StoredEvent => ({
			sequence,
			time: 1_700_000_000_000_000,
			workspaceKey: null,
			type,
			subject: 'child',
			actor: sequence === 1 ? 'ada' : 'keeper',
			data,
		});
		const records = await app.logRecords.recordsOf([
			event(1, 'run.created', { experimentId: 'e', parentId: 'parent', rootId: 'root', type: 'child' }),
			event(2, 'run.status', { from: 'NotStarted', to: 'Running', reason: null }),
		]);
		const told = whole(records).find(({ table }) => table === 'AmlRunStatusChangedEvent')?.columns;
		expect(told).toMatchObject({ RunId: 'child', ParentRunId: 'parent', RootRunId: 'root', TriggeringUserName: 'ada' });
	});

	it('of a cluster say since when it is as it is, also when they are made one by one and by somebody else', async () => {
		await using app = await startTestCapabilities(engine);
		const { workspace } = await makeLab(app);
		await app.compute.create(workspace, { name: 'cpu', vmSize: 'standard_d2_v2', minNodes: 1, maxNodes: 1 }, 'ada');
		await app.compute.update(workspace, 'cpu', { maxNodes: 3 }, 'ada');
		const events = await outbox(app);
		const together = whole(await app.logRecords.recordsOf(events));
		const single = [];
		for (const event of events) {
			const workspaceByKey = async () => app.workspaces.present(workspace);
			const records = whole(await createLogRecordService({ db: app.database.read, workspaceByKey }).recordsOf([event]));
			single.push(...records.filter(({ workspaceKey }) => workspaceKey !== null));
		}
		expect(single).toEqual(together.filter(({ workspaceKey }) => workspaceKey !== null));
		const clusters = together.filter(({ table }) => table === 'AmlComputeClusterEvent').map(({ columns }) => columns);
		expect(clusters.map(({ EventType }) => EventType)).toEqual(['Created', 'Changed']);
		expect(clusters[1]).toMatchObject({
			VmSize: 'STANDARD_D2_V2',
			InitialNodeCount: 1,
			MaximumNodeCount: 3,
			ScalingType: 'Auto',
			AllocationStateTransitionTime: clusters[0]?.TimeGenerated,
		});
	});

	it('have only columns of their tables, with values of their types', async () => {
		await using app = await startTestCapabilities(engine);
		const { workspace, experiment } = await makeLab(app);
		await app.compute.create(workspace, { name: 'cpu', vmSize: 'STANDARD_D2_V2', minNodes: 0, maxNodes: 2 }, 'ada');
		await app.runs.create(experiment, {}, 'native', 'ada');
		const isOfType = {
			bool: (value: unknown) => typeof value === 'boolean',
			datetime: (value: unknown) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
			dynamic: (value: unknown) => typeof value === 'object',
			int: Number.isInteger,
			long: Number.isInteger,
			real: (value: unknown) => typeof value === 'number',
			string: (value: unknown) => typeof value === 'string',
		};
		const wrong = whole(await app.logRecords.recordsOf(await outbox(app))).flatMap(({ table, columns }) => {
			const types = new Map(LOG_TABLES.get(table)?.columns.map(({ name, type }) => [name, type]));
			return Object.entries(columns).filter(([name, value]) => {
				const type = types.get(name);
				return type === undefined || !isOfType[type](value);
			});
		});
		expect(wrong).toEqual([]);
	});
});
