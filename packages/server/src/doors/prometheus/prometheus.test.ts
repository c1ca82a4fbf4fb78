import { expect, it } from 'vitest';
import { startTestApp } from '../../testing/test-app.ts';
import { exposition } from './exposition.ts';
import { baseUnit, labelText, snakeCase } from './names.ts';

it.each([
	['Active Nodes', 'active_nodes'],
	['Quota Utilization Percentage', 'quota_utilization_percentage'],
	['CpuUtilization', 'cpu_utilization'],
	['GpuCapacityMilliGPUs', 'gpu_capacity_milli_gpus'],
	['StorageAPIFailureCount', 'storage_api_failure_count'],
	['IBReceiveMegabytes', 'ib_receive_megabytes'],
	['runId', 'run_id'],
	['DeviceId', 'device_id'],
])('%s is called %s', (name, expected) => {
	expect(snakeCase(name)).toBe(expected);
});

it.each([
	['DiskReadMegabytes', 'Count', { name: 'disk_read_bytes', factor: 1e6 }],
	['Collection Lag', 'Seconds', { name: 'collection_lag_seconds', factor: 1 }],
	['Stored Bytes', 'Bytes', { name: 'stored_bytes', factor: 1 }],
])('%s is told in base units', (name, unit, expected) => {
	expect(baseUnit(name, unit)).toEqual(expected);
});

it('the two formats differ in the names of counters and in their end', () => {
	const families = [
		{ name: 'runs', type: 'counter' as const, help: 'Runs "ended".', samples: [{ labels: { name: 'a "b"\\\n', empty: '' }, value: 2 }] },
		{ name: 'nodes', type: 'gauge' as const, help: 'Nodes.', samples: [{ labels: {}, value: 0.5 }] },
		{ name: 'none', type: 'gauge' as const, help: 'Nothing.', samples: [] },
	];
	const rest = 'runs_total{name="a \\"b\\"\\\\\\n"} 2\n# HELP nodes Nodes.\n# TYPE nodes gauge\nnodes 0.5\n';
	expect(exposition(families, 'prometheus')).toBe(`# HELP runs_total Runs \\"ended\\".\n# TYPE runs_total counter\n${rest}`);
	expect(exposition(families, 'openmetrics')).toBe(`# HELP runs Runs \\"ended\\".\n# TYPE runs counter\n${rest}# EOF\n`);
	expect(labelText({})).toBe('');
});

it('runs that were started are counted, with the labels of their dimensions', async () => {
	await using app = await startTestApp({ agent: false });
	const { client, experiment, url } = app;
	for (let count = 0; count < 3; count++) await client.call('createRun', { params: { experiment }, body: {} });
	const expected = 'runstead_started_runs_total{workspace="lab",compute_type="local",experiment_name="ridge",run_type="Experiment"} 3';
	await expect
		.poll(
			async () => (await (await fetch(`${url}/metrics`)).text()).split('\n').find((line) => line.startsWith('runstead_started_runs_total')),
			{
				timeout: 10_000,
			},
		)
		.toBe(expected);
	const openMetrics = await fetch(`${url}/metrics`, { headers: { accept: 'application/openmetrics-text; version=1.0.0' } });
	expect(openMetrics.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
	expect((await openMetrics.text()).endsWith('# EOF\n')).toBe(true);
});

it('a token sees its workspace alone, and what may not read sees nothing', async () => {
	await using app = await startTestApp({ agent: false });
	const { client, experiment, url } = app;
	await client.call('createWorkspace', { body: { name: 'other' } });
	const { id } = await client.call('createExperiment', { params: { workspace: 'other' }, body: { name: 'secret' } });
	await client.call('createRun', { params: { experiment }, body: {} });
	await client.call('createRun', { params: { experiment: id }, body: {} });
	await expect.poll(async () => await (await fetch(`${url}/metrics`)).text(), { timeout: 10_000 }).toContain('experiment_name="secret"');
	const scrape = async (permission: 'workspace.read' | 'server.read') => {
		const body = { subject: 'prometheus', permissions: [permission], workspace: 'lab', expiresInSeconds: 600 };
		const { token } = await client.call('createToken', { body });
		return fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
	};
	const text = await (await scrape('workspace.read')).text();
	expect(text).toContain('workspace="lab"');
	expect(text).not.toContain('secret');
	expect((await scrape('server.read')).status).toBe(403);
});
