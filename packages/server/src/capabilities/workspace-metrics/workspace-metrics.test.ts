import type { WorkspaceMetricQuery } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { toWireTime } from '../../http/time.ts';
import { ENGINES } from '../../testing/test-app.ts';
import { startTestCapabilities, type TestCapabilities } from '../../testing/test-capabilities.ts';
import { MICROS_PER_HOUR, MICROS_PER_MINUTE } from './samples.ts';

const ACTOR = 'tester';
const MICROS_PER_SECOND = 1_000_000;
const SECONDS_PER_DAY = 86_400;

async function startLab(engine: (typeof ENGINES)[number]) {
	const capabilities = await startTestCapabilities(engine);
	// At noon: no minute, hour or day ends in the middle of a test.
	const secondsOfDay = (capabilities.clock() / MICROS_PER_SECOND) % SECONDS_PER_DAY;
	await capabilities.pass(1.5 * SECONDS_PER_DAY - secondsOfDay);
	await capabilities.workspaces.create({ name: 'lab' }, ACTOR);
	const workspace = await capabilities.workspaces.find('lab');
	const experiment = async (name: string) => (await capabilities.experiments.create(workspace, { name }, ACTOR)).record;
	return { capabilities, workspace, ridge: await experiment('ridge'), forest: await experiment('forest') };
}

/** The values of each series of a query over all that there is around now, whatever the grain: nothing but what is there. */
async function ask({ workspaceMetrics, workspaces, clock }: TestCapabilities, query: Omit<WorkspaceMetricQuery, 'from' | 'to'>) {
	const { series, aggregations } = await workspaceMetrics.query([await workspaces.find('lab')], {
		from: toWireTime(clock() - 2 * MICROS_PER_HOUR),
		to: toWireTime(clock() + MICROS_PER_MINUTE),
		...query,
	});
	return series.map(({ dimensions, ...values }) => [
		Object.values(dimensions).join('/'),
		...aggregations.map((aggregation) => (values[aggregation] ?? []).filter((value) => value !== null)),
	]);
}

describe.each(ENGINES)('workspace metrics on %s', (engine) => {
	it('changes of runs are counted by status and experiment, each once, however often they are looked at', async () => {
		const { capabilities, workspace, ridge, forest } = await startLab(engine);
		await using app = capabilities;
		const { runs, workspaceMetrics } = app;
		for (const experiment of [ridge, ridge, forest]) await runs.create(experiment, {}, 'native', ACTOR);
		const failing = await runs.create(ridge, { target: 'cpu-cluster' }, 'native', ACTOR);
		await runs.fail(failing, { errorDetails: 'out of memory' }, ACTOR);
		await Promise.all([workspaceMetrics.collecting.catchUp(), workspaceMetrics.collecting.catchUp()]);
		await workspaceMetrics.collecting.catchUp();

		expect(await ask(app, { metric: 'started runs', grainSeconds: 86_400, aggregations: ['total', 'count', 'average'] })).toEqual([
			['', [4], [4], [1]],
		]);
		expect(await ask(app, { metric: 'Started Runs', grainSeconds: 86_400, splitBy: ['experimentname'] })).toEqual([
			['ridge', [3]],
			['forest', [1]],
		]);
		expect(await ask(app, { metric: 'Started Runs', grainSeconds: 86_400, splitBy: ['ExperimentName'], top: 1, ascending: true })).toEqual([
			['forest', [1]],
		]);
		expect(await ask(app, { metric: 'Failed Runs', grainSeconds: 86_400, splitBy: ['ComputeType', 'RunType'] })).toEqual([
			['AmlCompute/Experiment', [1]],
		]);
		expect(await ask(app, { metric: 'Errors', grainSeconds: 86_400 })).toEqual([['', [1]]]);
		expect(await ask(app, { metric: 'Warnings', grainSeconds: 86_400 })).toEqual([]);
		const filtered = async (operator: 'eq' | 'ne' | 'startswith', ...values: string[]) =>
			(
				await ask(app, {
					metric: 'Started Runs',
					grainSeconds: 86_400,
					filter: [{ dimension: 'ExperimentName', operator, values }],
				})
			)[0]?.[1];
		expect(await filtered('eq', 'Ridge')).toEqual([3]);
		expect(await filtered('eq', 'ridge', 'forest')).toEqual([4]);
		expect(await filtered('ne', 'ridge')).toEqual([1]);
		expect(await filtered('startswith', 'FOR')).toEqual([1]);
		expect(await filtered('eq', '*i*ge')).toEqual([3]);
		expect(await filtered('eq', 'x*')).toBeUndefined();
		expect(await workspaceMetrics.dimensionValues(workspace, { metric: 'Started Runs', dimension: 'ExperimentName' })).toEqual([
			'forest',
			'ridge',
		]);
	});

	it('clusters are sampled once a minute, with averages over all samples of a grain', async () => {
		const { capabilities, workspace } = await startLab(engine);
		await using app = capabilities;
		const { compute, workspaceMetrics, quotas } = app;
		await quotas.setForWorkspace(workspace, 'standardDv2Family', 8, ACTOR);
		await compute.create(workspace, { name: 'cpu-cluster', vmSize: 'STANDARD_D2_V2', minNodes: 0, maxNodes: 4 }, ACTOR);
		await compute.create(workspace, { name: 'other', vmSize: 'STANDARD_D2_V2', maxNodes: 1 }, ACTOR);
		await workspaceMetrics.collecting.sampleMinute();
		const nodes = await compute.allocate(await compute.find(workspace, 'cpu-cluster'), 2);
		for (const node of nodes) await compute.nodeBecame(node.id, 'idle', null);
		// The minute has its sample.
		await workspaceMetrics.collecting.sampleMinute();
		await app.pass(60);
		await workspaceMetrics.collecting.sampleMinute();
		const filter = [{ dimension: 'ClusterName', operator: 'eq' as const, values: ['cpu-cluster'] }];
		const aggregations = ['average', 'minimum', 'maximum', 'total', 'count'] as const;
		expect(await ask(app, { metric: 'Idle Nodes', grainSeconds: 60, aggregations: [...aggregations], filter })).toEqual([
			['', [0, 2], [0, 2], [0, 2], [0, 2], [1, 1]],
		]);
		expect(await ask(app, { metric: 'Idle Nodes', grainSeconds: 86_400, aggregations: [...aggregations], filter })).toEqual([
			['', [1], [0], [2], [2], [2]],
		]);
		// Azure averages over the samples of all clusters; it does not add the clusters up.
		expect(await ask(app, { metric: 'Idle Nodes', grainSeconds: 86_400 })).toEqual([['', [0.5]]]);
		expect(await ask(app, { metric: 'Total Cores', grainSeconds: 86_400, aggregations: ['maximum'], splitBy: ['ClusterName'] })).toEqual([
			['cpu-cluster', [4]],
			['other', [0]],
		]);
		expect(
			await ask(app, {
				metric: 'Quota Utilization Percentage',
				grainSeconds: 86_400,
				aggregations: ['maximum'],
				splitBy: ['VmFamilyName'],
			}),
		).toEqual([['standardDv2Family', [50]]]);
	});

	it('what jobs use is taken over once, with sums of a minute for what was read, written, received and sent', async () => {
		const { capabilities, ridge } = await startLab(engine);
		await using app = capabilities;
		const { runs, metrics, workspaceMetrics, clock } = app;
		const run = await runs.create(ridge, {}, 'native', ACTOR);
		const minute = Math.floor(clock() / MICROS_PER_MINUTE) * MICROS_PER_MINUTE;
		const log = (name: string, ...values: number[]) =>
			metrics.log(run, {
				series: [{ name, kind: 'scalar', times: values.map((_, index) => minute + index), columns: [{ name, values }] }],
			});
		await log('system/cpu_node_percent', 10, 30);
		await log('system/disk_read_mib', 1, 2);
		await log('loss', 5);
		await workspaceMetrics.collecting.takeUsage();
		await log('system/cpu_node_percent', 50);
		// What the agent measures grows from the beginning of an attempt on: the last one here is of the next.
		await log('system/disk_read_mib', 4, 1);
		await log('system/network_received_mib', 3);
		await log('system/network_sent_mib', 1, 1, 2);
		await log('system/gpu_1_percent', 80);
		await workspaceMetrics.collecting.takeUsage();
		await workspaceMetrics.collecting.takeUsage();
		expect(
			await ask(app, { metric: 'CpuUtilization', grainSeconds: 60, aggregations: ['average', 'maximum', 'count'], splitBy: ['runId'] }),
		).toEqual([[run, [30], [50], [3]]]);
		expect(await ask(app, { metric: 'DiskReadMegabytes', grainSeconds: 60, aggregations: ['total', 'count'] })).toEqual([
			['', [5 * 1.048576], [1]],
		]);
		expect(await ask(app, { metric: 'GpuUtilization', grainSeconds: 60, splitBy: ['DeviceId'] })).toEqual([['1', [80]]]);
		expect(await ask(app, { metric: 'NetworkInputMegabytes', grainSeconds: 60, aggregations: ['total'] })).toEqual([['', [3 * 1.048576]]]);
		expect(await ask(app, { metric: 'NetworkOutputMegabytes', grainSeconds: 60, aggregations: ['total'] })).toEqual([['', [2 * 1.048576]]]);
		expect(await ask(app, { metric: 'IBReceiveMegabytes', grainSeconds: 60 })).toEqual([]);
	});

	it('long ranges are read from hours, which say the same as their minutes', async () => {
		const { capabilities, ridge } = await startLab(engine);
		await using app = capabilities;
		for (let hour = 0; hour < 3; hour++) {
			for (let count = 0; count <= hour; count++) await app.runs.create(ridge, {}, 'native', ACTOR);
			await app.workspaceMetrics.collecting.catchUp();
			await app.pass(3_600);
		}
		const from = toWireTime(app.clock() - 4 * MICROS_PER_HOUR);
		const query = async (grainSeconds: 60 | 3_600 | 86_400) => {
			const { series, times, seriesCount } = await app.workspaceMetrics.query([await app.workspaces.find('lab')], {
				metric: 'Started Runs',
				from,
				to: toWireTime(app.clock()),
				grainSeconds,
			});
			expect(seriesCount).toBe(1);
			expect(series[0]?.total).toHaveLength(times.length);
			return (series[0]?.total ?? []).filter((value) => value !== null);
		};
		expect(await query(60)).toEqual([1, 2, 3]);
		expect(await query(3_600)).toEqual([1, 2, 3]);
		expect((await query(86_400)).reduce((sum, value) => sum + value, 0)).toBe(6);
		const lab = await app.workspaces.find('lab');
		const records = await app.workspaceMetrics.records(lab, app.clock() - 4 * MICROS_PER_HOUR, app.clock());
		expect(records.filter(({ metric }) => metric === 'Started Runs').map(({ total, count }) => [total, count])).toEqual([
			[1, 1],
			[2, 2],
			[3, 3],
		]);
	});

	it('what is older than 93 days goes; what was counted stays counted', async () => {
		const { capabilities, ridge } = await startLab(engine);
		await using app = capabilities;
		await app.runs.create(ridge, {}, 'native', ACTOR);
		await app.workspaceMetrics.collecting.catchUp();
		await app.pass(92 * 86_400);
		await app.workspaceMetrics.collecting.tidy();
		const started = async () =>
			(await app.workspaceMetrics.current(null, app.clock())).filter(({ definition }) => definition.name === 'Started Runs');
		expect((await started()).map(({ total, isCounted }) => [total, isCounted])).toEqual([[1, true]]);
		await app.pass(2 * 86_400);
		await app.workspaceMetrics.collecting.tidy();
		expect(await started()).toEqual([]);
	});

	it('what cannot be asked is refused, and says what there is', async () => {
		const { capabilities, workspace } = await startLab(engine);
		await using app = capabilities;
		const refused = (query: WorkspaceMetricQuery) => expect(app.workspaceMetrics.query([workspace], query)).rejects;
		await refused({ metric: 'Running Runs' }).toMatchObject({ code: 'not-found', message: 'There is no workspace metric Running Runs.' });
		await refused({ metric: 'Errors', splitBy: ['ClusterName'] }).toMatchObject({
			code: 'not-found',
			message: 'There is no dimension ClusterName of Errors (it has Scenario).',
		});
		const [from, to] = ['2026-01-01T00:00:00.000000Z', '2026-02-01T00:00:00.000000Z'];
		await refused({ metric: 'Errors', from: to, to: from }).toMatchObject({ code: 'invalid-request' });
		await refused({ metric: 'Errors', from, to, grainSeconds: 60 }).toMatchObject({ code: 'limit-exceeded' });
		expect((await app.workspaceMetrics.query([workspace], { metric: 'Errors', from, to })).grainSeconds).toBe(21_600);
	});
});
