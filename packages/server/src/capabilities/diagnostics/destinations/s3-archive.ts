/**
 * An archive in a bucket that speaks S3. Its objects do not grow, so an hour has several, each named by the first event that it holds:
 * what is sent again after a kill takes the place of what was sent before.
 */
import {
	DeleteObjectCommand,
	ListObjectsV2Command,
	PutObjectCommand,
	S3Client,
	type S3ClientConfig,
	S3ServiceException,
} from '@aws-sdk/client-s3';
import { checkOutbound, type Reach } from '../../../http/outbound-address.ts';
import { endOfHourOrNull, placeOf } from './archive-layout.ts';
import { type Destination, groupLines } from './destination.ts';

/** Few objects, each worth reading: a minute of events. */
const GATHER_MS = 60_000;
const REQUEST_TIMEOUT_MS = 30_000;
const SEQUENCE_DIGITS = 16;

export interface S3Options {
	readonly bucket: string;
	readonly prefix: string;
	readonly region: string;
	readonly endpoint: string | undefined;
	readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
	readonly reach: Reach;
	readonly gatherMs?: number;
}

export function openS3Archive({ bucket, prefix, region, endpoint, credentials, reach, gatherMs = GATHER_MS }: S3Options): Destination {
	const config: S3ClientConfig = {
		region,
		maxAttempts: 2,
		requestHandler: { requestTimeout: REQUEST_TIMEOUT_MS, connectionTimeout: REQUEST_TIMEOUT_MS },
		...(credentials && { credentials }),
		// Servers that are not Amazon's seldom have a host name for each bucket.
		...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
	};
	const client = new S3Client(config);
	const root = prefix === '' ? '' : `${prefix.replace(/\/+$/, '')}/`;

	const checkAddress = async (): Promise<void> => {
		if (endpoint !== undefined) await checkOutbound(new URL(endpoint).hostname, reach);
	};
	const put = (key: string, body: string) => client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));

	return {
		gatherMs,

		async deliver(lines) {
			await checkAddress();
			const groups = groupLines(lines, (line) => {
				const { container, folder } = placeOf(line);
				return `${root}${container}/${folder}`;
			});
			for (const [folder, group] of groups) {
				const [first] = group as [(typeof group)[number]];
				// Metrics have no number; a batch of them begins with a minute of its own.
				const number = String(first.sequence > 0 ? first.sequence : first.time).padStart(SEQUENCE_DIGITS, '0');
				await saying(put(`${folder}/PT1H_${number}.json`, group.map(({ text }) => `${text}\n`).join('')));
			}
		},

		async test() {
			await checkAddress();
			const key = `${root}runstead-test-${Date.now()}`;
			await saying(put(key, 'test'));
			await saying(client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })));
			return `Wrote an object in bucket ${bucket}, and removed it.`;
		},

		async prune(before, resourceId) {
			await checkAddress();
			let token: string | undefined;
			do {
				const page = await saying(
					client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${root}insights-`, ContinuationToken: token })),
				);
				for (const { Key: key = '' } of page.Contents ?? []) {
					const end = key.includes(`/resourceId=${resourceId}/`) ? endOfHourOrNull(key) : null;
					if (end !== null && end <= before) await saying(client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })));
				}
				token = page.NextContinuationToken;
			} while (token !== undefined);
		},

		close: async () => client.destroy(),
	};
}

/** What the server calls the error, which its message often leaves out. */
async function saying<T>(work: Promise<T>): Promise<T> {
	try {
		return await work;
	} catch (error) {
		if (!(error instanceof S3ServiceException)) throw error;
		throw new Error(error.message.includes(error.name) ? error.message : `${error.name}: ${error.message}`, { cause: error });
	}
}
