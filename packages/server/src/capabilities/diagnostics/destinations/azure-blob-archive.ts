/** An archive in Azure Blob storage: an append blob an hour, in the layout of Azure Monitor. */
import { type AppendBlobClient, BlobServiceClient, RestError } from '@azure/storage-blob';
import type { Reach } from '../../../http/outbound-address.ts';
import { checkOutbound } from '../../../http/outbound-address.ts';
import { endOfHourOrNull, HOUR_FILE, isArchiveContainer, placeOf } from './archive-layout.ts';
import { type Destination, type DiagnosticLine, groupLines } from './destination.ts';
import { bytesAlreadyThere } from './resume-append.ts';

/** A blob takes 50,000 appends, an hour has 3,600 seconds. */
const GATHER_MS = 1_000;
/** One append takes 4 MiB with every version of the service. */
const APPEND_BYTES_MAX = 4 * 1024 * 1024;
const TEST_CONTAINER = 'runstead-test';
const KNOWN_MAX = 1_000;
/** The client tries again by itself a few times; we wait and try for ever after that. */
const TRIES = { maxTries: 2, tryTimeoutInMs: 30_000 };

export function openAzureBlobArchive(connectionString: string, reach: Reach): Destination {
	const service = BlobServiceClient.fromConnectionString(connectionString, { retryOptions: TRIES });
	/** How long the blobs are that this process has appended to; others are looked at first. */
	const positions = new Map<string, number>();
	const containers = new Set<string>();

	const ensureContainer = async (name: string): Promise<void> => {
		if (containers.has(name)) return;
		await service.getContainerClient(name).createIfNotExists();
		containers.add(name);
	};

	/** Length of the blob, and how many of the bytes are at its end already. */
	const look = async (blob: AppendBlobClient, bytes: Buffer): Promise<{ position: number; there: number }> => {
		const known = positions.get(blob.url);
		if (known !== undefined) return { position: known, there: 0 };
		await blob.createIfNotExists({ blobHTTPHeaders: { blobContentType: 'application/json' } });
		const { contentLength: position = 0 } = await blob.getProperties();
		if (position === 0) return { position, there: 0 };
		const count = Math.min(position, bytes.length);
		const tail = await blob.downloadToBuffer(position - count, count);
		return { position, there: bytesAlreadyThere(tail, bytes) };
	};

	const append = async (container: string, path: string, lines: readonly DiagnosticLine[]): Promise<void> => {
		await ensureContainer(container);
		const blob = service.getContainerClient(container).getAppendBlobClient(path);
		const bytes = Buffer.from(lines.map(({ text }) => `${text}\n`).join(''));
		let { position, there } = await look(blob, bytes);
		positions.delete(blob.url);
		while (there < bytes.length) {
			const part = bytes.subarray(there, there + APPEND_BYTES_MAX);
			// The position makes an append that was sent twice fail the second time.
			await blob.appendBlock(part, part.length, { conditions: { appendPosition: position } });
			there += part.length;
			position += part.length;
		}
		if (positions.size >= KNOWN_MAX) positions.clear();
		positions.set(blob.url, position);
	};

	const checkAddress = (): Promise<void> => checkOutbound(new URL(service.url).hostname, reach);

	return {
		gatherMs: GATHER_MS,

		async deliver(lines) {
			await checkAddress();
			const groups = groupLines(lines, (line) => {
				const { container, folder } = placeOf(line);
				return `${container}/${folder}/${HOUR_FILE}`;
			});
			for (const [path, group] of groups) {
				const slash = path.indexOf('/');
				await saying(append(path.slice(0, slash), path.slice(slash + 1), group));
			}
		},

		async test() {
			await checkAddress();
			await saying(
				(async () => {
					const container = service.getContainerClient(TEST_CONTAINER);
					await container.createIfNotExists();
					const blob = container.getAppendBlobClient(`test-${Date.now()}`);
					await blob.create();
					await blob.appendBlock('test', 4);
					await blob.delete();
				})(),
			);
			return `Appended to a blob in container ${TEST_CONTAINER} of ${service.accountName}, and removed it.`;
		},

		async prune(before, resourceId) {
			await checkAddress();
			for await (const { name } of service.listContainers()) {
				if (!isArchiveContainer(name)) continue;
				const container = service.getContainerClient(name);
				for await (const blob of container.listBlobsFlat({ prefix: `resourceId=${resourceId}/` })) {
					const end = endOfHourOrNull(blob.name);
					if (end !== null && end <= before) await container.getBlobClient(blob.name).deleteIfExists();
				}
			}
		},

		close: async () => undefined,
	};
}

/** The service's own words in place of a page of headers. */
async function saying<T>(work: Promise<T>): Promise<T> {
	try {
		return await work;
	} catch (error) {
		if (!(error instanceof RestError)) throw error;
		const [first = ''] = error.message.split('\n');
		throw new Error([error.code, first].filter((part) => part !== undefined && part !== '').join(': '), { cause: error });
	}
}
