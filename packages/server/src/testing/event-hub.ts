/** A small event hub: AMQP 1.0 as those who read from Azure Event Hubs speak it, messages kept in memory by partition. It can be stopped and started again at its port. */
import type { Server, Socket } from 'node:net';
import rhea, { type Message, type Receiver, type Sender } from 'rhea';

const PARTITIONS = 4;
const PARTITION_KEY = 'x-opt-partition-key';

interface KeptMessage {
	readonly partitionKey: string | null;
	readonly body: Buffer;
	readonly sequence: number;
	readonly time: number;
}

export interface EventHub extends AsyncDisposable {
	readonly connectionString: string;
	/** Records of all messages, in the order in which they came. */
	records(): Record<string, unknown>[];
	partitionKeys(): Set<string | null>;
	stop(): Promise<void>;
	start(): Promise<void>;
}

interface Link {
	readonly source?: { address?: string };
	readonly target?: { address?: string };
	set_source(terminus: never): void;
	set_target(terminus: never): void;
}

interface AmqpMessage {
	correlation_id?: unknown;
	body: unknown;
	message_annotations?: Record<string, unknown>;
	properties?: Record<string, unknown>;
	application_properties?: Record<string, unknown>;
	message_id?: unknown;
	reply_to?: string;
}

/** The bytes of a body, whichever way it was put into the message. */
function bytesOf(body: unknown): Buffer {
	const content = (body as { content?: unknown } | null)?.content ?? body;
	if (Buffer.isBuffer(content)) return content;
	return Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
}

export async function startEventHub(): Promise<EventHub> {
	const kept: KeptMessage[] = [];
	const partitions: KeptMessage[][] = Array.from({ length: PARTITIONS }, () => []);
	const readers = new Set<{ sender: Sender; partition: number; next: number }>();
	const sockets = new Set<Socket>();
	let server: Server | null = null;
	let port = 0;
	let turn = 0;

	const partitionOf = (key: string | null): number =>
		key === null ? turn++ % PARTITIONS : [...key].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) >>> 0, 0) % PARTITIONS;

	const feed = (): void => {
		for (const reader of readers) {
			const messages = partitions[reader.partition] as KeptMessage[];
			while (reader.next < messages.length && reader.sender.sendable()) {
				const { body, sequence, time, partitionKey } = messages[reader.next++] as KeptMessage;
				reader.sender.send({
					body: rhea.message.data_section(body),
					message_annotations: {
						'x-opt-sequence-number': sequence,
						'x-opt-offset': String(sequence),
						'x-opt-enqueued-time': new Date(time),
						...(partitionKey !== null && { [PARTITION_KEY]: partitionKey }),
					},
				});
			}
		}
	};

	const keep = (message: AmqpMessage, partition: number | null): void => {
		const partitionKey = (message.message_annotations?.[PARTITION_KEY] as string | undefined) ?? null;
		const messages = partitions[partition ?? partitionOf(partitionKey)] as KeptMessage[];
		const one = { partitionKey, body: bytesOf(message.body), sequence: messages.length, time: Date.now() };
		messages.push(one);
		kept.push(one);
	};

	const container = rhea.create_container({ id: 'event-hub' });
	container.sasl_server_mechanisms.enable_anonymous();
	container.sasl_server_mechanisms.enable_plain((name: string, secret: string) => name === 'key' && secret === 'secret');
	container.on('disconnected', () => undefined);
	container.on('error', () => undefined);
	/** Some clients take a link only when both its ends are named. */
	const settle = (link: Link): void => {
		link.set_source({ ...link.source, address: link.source?.address ?? 'client' } as never);
		link.set_target({ ...link.target, address: link.target?.address ?? 'client' } as never);
	};
	container.on('receiver_open', ({ receiver }) => settle(receiver as unknown as Link));
	/** The links of each connection that answers of the hub's nodes go to, by both their addresses. */
	const answerers = new WeakMap<object, Map<string, Sender>>();
	container.on('sender_open', ({ sender }: { sender: Sender & { source: { address?: string; filter?: Record<string, unknown> } } }) => {
		const address = sender.source.address ?? '';
		settle(sender as unknown as Link);
		if (address.startsWith('$')) {
			const links = answerers.get(sender.connection) ?? new Map<string, Sender>();
			answerers.set(sender.connection, links.set(address, sender).set((sender as unknown as Link).target?.address ?? address, sender));
			return;
		}
		const partition = Number(/Partitions\/(\d+)$/.exec(address)?.[1] ?? 0);
		const filter = JSON.stringify(sender.source.filter ?? {});
		const offset = /(>=?) *'(-?\d+|@latest)'/.exec(filter);
		const length = (partitions[partition] as KeptMessage[]).length;
		const next = offset?.[2] === '@latest' ? length : offset ? Number(offset[2]) + (offset[1] === '>' ? 1 : 0) : 0;
		readers.add({ sender, partition, next: Math.max(0, next) });
	});
	container.on('sendable', feed);
	container.on('message', ({ message, receiver }: { message: AmqpMessage; receiver: Receiver & { target: { address?: string } } }) => {
		const address = receiver.target.address ?? '';
		if (address.startsWith('$')) {
			const links = answerers.get(receiver.connection);
			const reply = links?.get(message.reply_to ?? '') ?? links?.get(address);
			reply?.send(answerTo(address, message, partitions) as Message);
			return;
		}
		const partition = /Partitions\/(\d+)$/.exec(address)?.[1];
		const place = partition === undefined ? null : Number(partition);
		keep(message, place);
		feed();
	});

	const start = async (): Promise<void> => {
		const opened = container.listen({ port, host: '127.0.0.1', max_frame_size: 65_536, channel_max: 255 });
		server = opened;
		opened.on('connection', (socket: Socket) => {
			sockets.add(socket);
			socket.on('close', () => sockets.delete(socket));
		});
		await new Promise((resolve) => opened.once('listening', resolve));
		port = (opened.address() as { port: number }).port;
	};
	const stop = async (): Promise<void> => {
		const closing = server;
		server = null;
		if (!closing) return;
		for (const socket of sockets) socket.destroy();
		readers.clear();
		await new Promise((resolve) => closing.close(resolve));
	};
	await start();
	return {
		get connectionString() {
			return `Endpoint=sb://localhost:${port};SharedAccessKeyName=key;SharedAccessKey=secret;UseDevelopmentEmulator=true`;
		},
		records: () => kept.flatMap(({ body }) => (JSON.parse(body.toString()) as { records: Record<string, unknown>[] }).records),
		partitionKeys: () => new Set(kept.map(({ partitionKey }) => partitionKey)),
		start,
		stop,
		[Symbol.asyncDispose]: stop,
	};
}

/** What the two nodes of a hub answer: that a token is good, and what there is to read. */
function answerTo(
	address: string,
	{ message_id: id, application_properties: asked }: AmqpMessage,
	partitions: readonly KeptMessage[][],
): AmqpMessage {
	const about = { correlation_id: id };
	if (address === '$cbs') return { ...about, application_properties: { 'status-code': 202, 'status-description': 'Accepted' }, body: '' };
	const status = { 'status-code': 200, 'status-description': 'OK' };
	const { name, partition } = (asked ?? {}) as { name?: string; partition?: string };
	if (partition === undefined) {
		const body = {
			name,
			type: 'com.microsoft:eventhub',
			created_at: new Date(0),
			partition_count: partitions.length,
			partition_ids: partitions.map((_, index) => String(index)),
		};
		return { ...about, application_properties: status, body };
	}
	const messages = partitions[Number(partition)] ?? [];
	const body = {
		name,
		type: 'com.microsoft:partition',
		partition,
		begin_sequence_number: 0,
		last_enqueued_sequence_number: messages.length - 1,
		last_enqueued_offset: String(messages.length - 1),
		last_enqueued_time_utc: new Date(messages.at(-1)?.time ?? 0),
		is_partition_empty: messages.length === 0,
	};
	return { ...about, application_properties: status, body };
}
