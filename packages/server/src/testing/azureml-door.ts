/** Requests as the clients of Azure ML send them, to a started application. */
import type { TestApp } from './test-app.ts';

export async function door(app: TestApp, token?: string) {
	const { subscriptionId, resourceGroup } = await app.client.call('getWorkspace', { params: { workspace: app.workspace } });
	const workspace = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.MachineLearningServices/workspaces/${app.workspace}`;
	const send = async (method: string, path: string, body?: unknown) => {
		const reply = await fetch(app.url + path, {
			method,
			headers: {
				...(token !== undefined && { authorization: `Bearer ${token}` }),
				...(body !== undefined && { 'content-type': 'application/json-patch+json; charset=utf-8' }),
			},
			...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
		});
		const text = await reply.text();
		// biome-ignore lint/suspicious/noExplicitAny: replies of all shapes are looked into.
		return { status: reply.status, body: (text === '' ? null : JSON.parse(text)) as any };
	};
	const history = `/history/v1.0${workspace}/experiments/ridge`;
	/** The address over plain HTTP of a file that clients are sent to over TLS. */
	const plain = (address: string): URL => {
		const { pathname, search } = new URL(address);
		return new URL(pathname + search, app.url);
	};
	return { workspace, history, send, plain };
}
