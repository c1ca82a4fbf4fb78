/** The least that MLflow's client takes for a server: each call is answered at once, and nothing is kept. What is left is the client itself. */
import { createServer } from 'node:http';

const info = { run_id: 'a'.repeat(32), run_name: 'none', experiment_id: '1', status: 'RUNNING', start_time: 1, lifecycle_stage: 'active' };
const run = { info, data: {}, inputs: {}, outputs: {} };
const experiment = { experiment_id: '1', name: 'none', artifact_location: 'mlflow-artifacts:/1', lifecycle_stage: 'active' };

const ANSWERS: Readonly<Record<string, object>> = {
	'experiments/get': { experiment },
	'runs/create': { run },
	'runs/get': { run },
	'runs/update': { run_info: info },
};

const [port] = process.argv.slice(2);
createServer((request, reply) => {
	request.resume().on('end', () => {
		const [, call = ''] = /\/mlflow\/(\w+\/[\w-]+)/.exec(request.url ?? '') ?? [];
		const json = JSON.stringify(ANSWERS[call] ?? {});
		reply.writeHead(200, { 'content-type': 'application/json', 'content-length': json.length }).end(json);
	});
}).listen(Number(port), '127.0.0.1');
