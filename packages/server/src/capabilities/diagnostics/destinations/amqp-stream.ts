/** A stream to an event hub, or to any broker that speaks AMQP 1.0: each message is settled by the other side before it counts as sent. */
import rhea, { type Connection, type Delivery, type Sender } from 'rhea';
import { checkOutbound, type Reach } from '../../../http/outbound-address.ts';
import type { AmqpPlace } from './connection-string.ts';
import type { Destination } from './destination.ts';
import { type RecordMessage, recordMessages } from './record-batches.ts';

const GATHER_MS = 50;
const CONNECT_TIMEOUT_MS = 15_000;
const SETTLE_TIMEOUT_MS = 60_000;
const IDLE_TIMEOUT_MS = 60_000;
/** Hubs choose the partition by it, so that the order within a category is kept. */
const PARTITION_KEY = 'x-opt-partition-key';

interface Link {
	readonly connection: Connection;
	readonly sender: Sender;
}

export function openAmqpStream(place: AmqpPlace, reach: Reach): Destination {
	let link: Promise<Link> | null = null;

	const connected = (): Promise<Link> => {
		link ??= connect(place, reach, () => {
			link = null;
		}).catch((error: unknown) => {
			link = null;
			throw error;
		});
		return link;
	};

	const end = async (): Promise<void> => {
		const open = await link?.catch(() => null);
		link = null;
		open?.connection.close();
	};

	return {
		gatherMs: GATHER_MS,

		async deliver(lines) {
			const { connection, sender } = await connected();
			try {
				await sendAll(connection, sender, recordMessages(lines));
			} catch (error) {
				await end();
				throw error;
			}
		},

		async test() {
			await connected();
			return `Connected to ${place.host}:${place.port}, which lets us send to ${place.address}.`;
		},

		close: end,
	};
}

async function connect(place: AmqpPlace, reach: Reach, onLost: () => void): Promise<Link> {
	await checkOutbound(place.host, reach);
	const { promise, resolve, reject } = Promise.withResolvers<Link>();
	const connection = rhea.create_container({ id: `runstead-${process.pid}` }).connect({
		host: place.host,
		hostname: place.host,
		port: place.port,
		...(place.tls ? { transport: 'tls' as const, servername: place.host } : { transport: 'tcp' as const }),
		...(place.username !== undefined && { username: place.username, password: place.password ?? '' }),
		// We know when to try again, and what was not settled then.
		reconnect: false,
		idle_time_out: IDLE_TIMEOUT_MS,
	});
	const fail = (reason: string): void => {
		onLost();
		reject(new Error(reason));
		connection.close();
	};
	const timer = setTimeout(
		() => fail(`no answer from ${place.host}:${place.port} within ${CONNECT_TIMEOUT_MS / 1000} s`),
		CONNECT_TIMEOUT_MS,
	);
	connection.on('connection_error', () => fail(reasonOf(connection.get_error())));
	connection.on('sender_error', ({ sender }: { sender: Sender }) => fail(reasonOf(sender.error)));
	connection.on('session_error', ({ session }: { session: { error?: unknown } }) => fail(reasonOf(session.error)));
	connection.on('error', (error: Error) => fail(reasonOf(error)));
	connection.on('disconnected', ({ error }: { error?: Error }) =>
		fail(error ? reasonOf(error) : `${place.host}:${place.port} ended the connection`),
	);
	connection.on('connection_close', onLost);
	connection.on('sender_close', onLost);
	connection.once('sendable', ({ sender }: { sender: Sender }) => resolve({ connection, sender }));
	connection.open_sender({ target: { address: place.address }, autosettle: true });
	try {
		return await promise;
	} finally {
		clearTimeout(timer);
	}
}

/** Sends in order, as fast as the other side gives credit, and resolves when it has accepted every one. */
function sendAll(connection: Connection, sender: Sender, queue: readonly RecordMessage[]): Promise<void> {
	const { promise, resolve, reject } = Promise.withResolvers<void>();
	let next = 0;
	const unsettled = new Set<Delivery>();
	const send = (): void => {
		while (next < queue.length && sender.sendable()) {
			const { category, sequence, body } = queue[next++] as RecordMessage;
			unsettled.add(
				sender.send({
					// A broker keeps it on disk, where its queue is kept there.
					durable: true,
					message_annotations: { [PARTITION_KEY]: category },
					application_properties: { category, sequence },
					content_type: 'application/json',
					body: rhea.message.data_section(body),
				}),
			);
		}
		if (next === queue.length && unsettled.size === 0) resolve();
	};
	const accepted = ({ delivery }: { delivery: Delivery }): void => {
		unsettled.delete(delivery);
		send();
	};
	const refused = ({ delivery }: { delivery: Delivery }): void =>
		reject(new Error(`The message was refused: ${reasonOf((delivery.remote_state as { error?: unknown } | undefined)?.error)}`));
	const lost = (): void => reject(new Error('The connection was lost before all messages were accepted.'));
	const timer = setTimeout(
		() => reject(new Error(`Not every message was accepted within ${SETTLE_TIMEOUT_MS / 1000} s.`)),
		SETTLE_TIMEOUT_MS,
	);
	const handlers = [
		['accepted', accepted],
		['rejected', refused],
		['released', refused],
		['modified', refused],
		['sendable', send],
		['disconnected', lost],
		['connection_close', lost],
		['sender_close', lost],
	] as const;
	for (const [event, handler] of handlers) connection.on(event, handler);
	send();
	return promise.finally(() => {
		clearTimeout(timer);
		for (const [event, handler] of handlers) connection.removeListener(event, handler);
	});
}

function reasonOf(error: unknown): string {
	const { condition, description, message } = (error ?? {}) as { condition?: string; description?: string; message?: string };
	return [condition, description ?? message].filter((part) => part !== undefined && part !== '').join(': ') || 'no reason was given';
}
