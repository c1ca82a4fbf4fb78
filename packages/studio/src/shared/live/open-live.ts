/** Joins the live stream of a workspace: through the shared worker where the browser has one, else on a connection of this page's own. */
import { LiveConnection } from './live-connection.ts';
import type { LiveMessage, LiveSubscription } from './live-message.ts';
import { type LiveStart, takeLiveStartOrNull } from './live-start.ts';

/** Calls back with every message until the returned function is called. */
export function openLive(url: string, onMessage: (message: LiveMessage) => void): () => void {
	const start = takeLiveStartOrNull();
	if (typeof SharedWorker === 'undefined') return new LiveConnection(url).listen(onMessage, start);
	const worker = new SharedWorker(new URL('./live-worker.ts', import.meta.url), { type: 'module', name: 'runstead-live' });
	const release = subscribeWhenLocked(worker.port, url, start);
	worker.port.addEventListener('message', (event) => onMessage(event.data as LiveMessage));
	worker.port.start();
	return () => {
		worker.port.postMessage('leave');
		worker.port.close();
		release();
	};
}

/** The lock must be ours before the worker asks for it. Without a secure context there are no locks; then only `leave` tells. */
function subscribeWhenLocked(port: MessagePort, url: string, start: LiveStart | null): () => void {
	const subscribe = (lock: string | null) => port.postMessage({ url, start, lock } satisfies LiveSubscription);
	if (navigator.locks === undefined) {
		subscribe(null);
		return () => undefined;
	}
	const name = `runstead-live-${crypto.randomUUID()}`;
	let release: () => void = () => undefined;
	const released = new Promise<void>((resolve) => {
		release = resolve;
	});
	void navigator.locks.request(name, () => {
		subscribe(name);
		return released;
	});
	return release;
}
