/** Shared by every tab of the studio: holds one stream a workspace, since a browser allows only six connections to a host over HTTP/1.1. */
import { LiveConnection } from './live-connection.ts';
import type { LiveSubscription } from './live-message.ts';

const connections = new Map<string, LiveConnection>();

function subscribe(port: MessagePort, subscription: LiveSubscription): void {
	let connection = connections.get(subscription.url);
	if (connection === undefined) {
		connection = new LiveConnection(subscription.url);
		connections.set(subscription.url, connection);
	}
	const stop = connection.listen((message) => port.postMessage(message), subscription.start);
	const leave = () => {
		stop();
		port.close();
		if (connections.get(subscription.url)?.isIdle) connections.delete(subscription.url);
	};
	port.addEventListener('message', leave, { once: true });
	// A tab that crashes says no goodbye; the browser gives up its lock all the same.
	if (subscription.lock !== null) void navigator.locks.request(subscription.lock, leave);
}

addEventListener('connect', (event) => {
	const [port] = (event as MessageEvent).ports;
	if (port === undefined) return;
	port.addEventListener('message', (message) => subscribe(port, message.data as LiveSubscription), { once: true });
	port.start();
});
