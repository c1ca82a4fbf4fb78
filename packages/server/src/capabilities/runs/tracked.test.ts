/** Runs whose clients send no heartbeats: silence marks them, nothing more, and a word wakes them. */
import { expect, test } from 'vitest';
import { ENGINES } from '../../testing/test-app.ts';
import { startTestCapabilities } from '../../testing/test-capabilities.ts';

const ACTOR = 'test';

test.each(ENGINES)('a silent run is not responding, stays so, and runs again when it is heard (%s)', async (engine) => {
	await using lab = await startTestCapabilities(engine);
	await lab.workspaces.create({ name: 'lab' }, ACTOR);
	const workspace = await lab.workspaces.find('lab');
	const { record } = await lab.experiments.create(workspace, { name: 'quiet' }, ACTOR);
	const made = { id: 'quiet', leaseSeconds: 100, sendsHeartbeats: false };
	await lab.runs.create(record, made, 'mlflow', ACTOR);
	const status = async (): Promise<string> => (await lab.runs.find('quiet')).status;
	const log = (value: number) =>
		lab.metrics.logAll(
			'quiet',
			{
				series: [
					{
						name: 'loss',
						kind: 'scalar',
						points: {
							count: 1,
							steps: Float64Array.of(value),
							times: Float64Array.of(1_000 + value),
							columns: [{ name: 'loss', values: { type: 'float', numbers: Float64Array.of(value) } }],
						},
					},
				],
			},
			ACTOR,
		);

	await lab.pass(60);
	await log(1);
	// Heard in between: its silence began anew.
	await lab.pass(60);
	expect(await status()).toBe('Running');
	await lab.pass(60);
	expect(await status()).toBe('NotResponding');
	// However long it lasts: it may be computing.
	await lab.pass(86_400);
	expect(await status()).toBe('NotResponding');
	await log(2);
	expect(await status()).toBe('Running');
	await lab.pass(101);
	expect(await status()).toBe('NotResponding');
	await lab.runs.state('quiet', { status: 'Completed' }, ACTOR);
	expect(await status()).toBe('Completed');
});
