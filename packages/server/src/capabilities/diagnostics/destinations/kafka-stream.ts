/** A stream to a topic of Kafka, or of an event hub by its Kafka endpoint: the same envelope, keyed by category, acknowledged by all replicas. */
import { type Admin, Kafka, type KafkaConfig, logLevel, type Producer } from 'kafkajs';
import { checkOutbound, type Reach } from '../../../http/outbound-address.ts';
import type { Destination } from './destination.ts';
import { recordMessages } from './record-batches.ts';

const GATHER_MS = 50;
const CONNECTION_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** All replicas that are in sync have it. */
const ACKS_ALL = -1;

/** Kafka's name of the error. */
const NO_TOPIC = 'UNKNOWN_TOPIC_OR_PARTITION';

export interface KafkaOptions {
	readonly brokers: readonly string[];
	readonly topic: string;
	readonly tls: boolean;
	readonly credentials: { readonly username: string; readonly password: string } | undefined;
	readonly reach: Reach;
}

export function openKafkaStream({ brokers, topic, tls, credentials, reach }: KafkaOptions): Destination {
	const config: KafkaConfig = {
		clientId: 'runstead',
		brokers: [...brokers],
		ssl: tls,
		...(credentials && { sasl: { mechanism: 'plain' as const, ...credentials } }),
		connectionTimeout: CONNECTION_TIMEOUT_MS,
		requestTimeout: REQUEST_TIMEOUT_MS,
		retry: { retries: 2 },
		logLevel: logLevel.NOTHING,
	};
	const kafka = new Kafka(config);
	let producer: Promise<Producer> | null = null;

	const checkAddresses = async (): Promise<void> => {
		for (const broker of brokers) await checkOutbound(broker.replace(/:\d+$/, ''), reach);
	};

	const connected = (): Promise<Producer> => {
		producer ??= (async () => {
			await checkAddresses();
			// The order within a category holds when one request is under way at a time.
			const made = kafka.producer({ maxInFlightRequests: 1, allowAutoTopicCreation: false });
			await made.connect();
			return made;
		})().catch((error: unknown) => {
			producer = null;
			throw error;
		});
		return producer;
	};

	const end = async (): Promise<void> => {
		const open = await producer?.catch(() => null);
		producer = null;
		await open?.disconnect();
	};

	return {
		gatherMs: GATHER_MS,

		async deliver(lines) {
			const open = await connected();
			const messages = recordMessages(lines).map(({ category, sequence, body }) => ({
				key: category,
				value: body,
				headers: { category, sequence: String(sequence) },
			}));
			try {
				await open.send({ topic, acks: ACKS_ALL, messages });
			} catch (error) {
				await end().catch(() => undefined);
				throw error;
			}
		},

		async test() {
			await checkAddresses();
			const admin: Admin = kafka.admin();
			await admin.connect();
			try {
				const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
				return `Connected to ${brokers.join(', ')}; topic ${topic} has ${topics[0]?.partitions.length ?? 0} partitions.`;
			} catch (error) {
				if ((error as { type?: string }).type !== NO_TOPIC) throw error;
				throw new Error(`${brokers.join(', ')} has no topic ${topic}, or does not show it to us. Make it there first.`, { cause: error });
			} finally {
				await admin.disconnect();
			}
		},

		close: end,
	};
}
