// @ts-nocheck The clients lie in an environment of their own.
// Calls one method of a client: what to call is JSON on standard input, what came of it JSON on standard output.
const { LogsQueryClient } = require('@azure/monitor-query-logs');
const { MetricsClient } = require('@azure/monitor-query-metrics');

async function main() {
	let text = '';
	for await (const part of process.stdin) text += part;
	const { url, token, client, method, given } = JSON.parse(text, (name, value) => (name === 'startTime' ? new Date(value) : value));
	const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
	const audience = `${url}/.default`;
	const made =
		client === 'logs'
			? new LogsQueryClient(credential, { endpoint: url, audience })
			: new MetricsClient(url, credential, { audience: url });
	try {
		return { result: await made[method](...given) };
	} catch (error) {
		return { error: { name: error.name, message: error.message, code: error.code, statusCode: error.statusCode } };
	}
}

main().then((said) => process.stdout.write(JSON.stringify(said)));
