/** What a server of MLflow refuses: told, with all else brought over, or the end of the import where it is the runs. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { makeServerFolder } from '../testing/server-folder.ts';

/** Answers by the ends of paths; everything else is no call that it has. */
async function startMlflow(answers: Readonly<Record<string, (body: string) => object | number | Promise<object | number>>>) {
	const server = createServer(async (request, reply) => {
		let body = '';
		for await (const chunk of request) body += chunk;
		const path = request.url?.split('?')[0] ?? '';
		const [, answer = () => 404] = Object.entries(answers).find(([end]) => path.endsWith(end)) ?? [];
		const given = await answer(body);
		reply.statusCode = typeof given === 'number' ? given : 200;
		reply.end(JSON.stringify(given));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		[Symbol.asyncDispose]: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

const run = (id: string, artifactUri = '') => ({
	info: { run_id: id, run_name: id, status: 'FINISHED', start_time: 1, end_time: 2, artifact_uri: artifactUri, lifecycle_stage: 'active' },
	data: {},
});
const experiments = { experiments: [{ experiment_id: '7', name: 'ridge', lifecycle_stage: 'active' }] };
const model = (id: string, place: string) => ({
	info: {
		model_id: id,
		name: id,
		status: 'LOGGED_MODEL_READY',
		creation_timestamp_ms: 1,
		last_updated_timestamp_ms: 1,
		artifact_uri: place,
	},
});

test('logged models and traces that are refused are told, and so are files that are out of reach', async () => {
	await using folder = await makeServerFolder();
	await using source = await startMlflow({
		'experiments/search': () => experiments,
		'runs/search': () => ({ runs: [run('a')] }),
		'runs/get': () => ({ run: run('a') }),
		'logged-models/search': (body) =>
			body.includes('page_token') ? 500 : { models: [model('m-1', '/not/of/this/machine'), model('m-2', '')], next_page_token: '2' },
		'traces/search': () => 503,
		'registered-models/search': () => ({}),
	});
	const { stdout, exitCode } = await folder.run('import', 'mlflow', source.url, '-w', 'lab', '-o', 'json');
	const { runs, loggedModels, files, problems } = JSON.parse(stdout);
	expect([exitCode, runs, loggedModels, files]).toEqual([1, 1, 2, 0]);
	expect(problems).toEqual([
		'Logged model m-1: its files lie at /not/of/this/machine, which this command does not read.',
		`Logged models of ridge: ${source.url}/api/2.0/mlflow/logged-models/search answered 500: 500`,
		`Traces of ridge: ${source.url}/api/3.0/mlflow/traces/search answered 503: 503`,
	]);
});

test('a source that fails while other runs are read ends the import with its reason', async () => {
	await using folder = await makeServerFolder();
	const refused = Promise.withResolvers<void>();
	let isCounted = false;
	await using source = await startMlflow({
		'experiments/search': () => experiments,
		'runs/search': async (body) => {
			if (!body.includes('page_token')) return { runs: [run('a', 'mlflow-artifacts:/7/a/artifacts')], next_page_token: '2' };
			// The runs are counted before they are brought.
			if (isCounted) await refused.promise;
			isCounted = true;
			return { runs: [run('b')] };
		},
		'runs/get': () => ({ run: run('a') }),
		'mlflow-artifacts/artifacts': () => {
			refused.resolve();
			return 500;
		},
	});
	const { stderr, exitCode } = await folder.run('import', 'mlflow', source.url, '-w', 'lab');
	expect([exitCode, stderr]).toEqual([1, expect.stringContaining('/mlflow-artifacts/artifacts answered 500')]);
	expect(stderr).not.toContain('    at ');
});
