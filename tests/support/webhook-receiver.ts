/** A receiver of the webhooks of alerts, which remembers what it was told. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface WebhookReceiver extends AsyncDisposable {
	readonly url: string;
	/** The run of each alert that was fired, by the id of its message: who is told twice of the same, is told with the same id. */
	firedRuns(): string[];
	/** How often it was told anything. */
	tellings(): number;
}

interface CommonAlert {
	readonly data: { readonly essentials: { readonly monitorCondition: string }; readonly customProperties: { readonly runId?: string } };
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
	const told = new Map<string, CommonAlert>();
	let tellings = 0;
	const server = createServer((request, reply) => {
		let text = '';
		request.setEncoding('utf8').on('data', (part: string) => {
			text += part;
		});
		request.on('end', () => {
			tellings++;
			told.set(String(request.headers['webhook-id']), JSON.parse(text) as CommonAlert);
			reply.end();
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		firedRuns: () =>
			[...told.values()]
				.filter(({ data }) => data.essentials.monitorCondition === 'Fired')
				.map(({ data }) => data.customProperties.runId ?? ''),
		tellings: () => tellings,
		[Symbol.asyncDispose]: () =>
			new Promise<void>((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}
