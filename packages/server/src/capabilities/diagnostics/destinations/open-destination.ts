/** Opens the destination that a setting names; what it takes to reach one kind is loaded only when that is used. */
import { join } from 'node:path';
import type { Archive, EventHub } from '@runstead/contract';
import type { Reach } from '../../../http/outbound-address.ts';
import { amqpPlace } from './connection-string.ts';
import type { Destination } from './destination.ts';
import { openLogAnalytics } from './log-analytics.ts';

/** Secrets and all, as it was given. */
export type DestinationConfig = Archive | EventHub | { readonly kind: 'log-analytics' };

export interface OpenOptions {
	/** Where archives lie that have a name and no path. */
	readonly archivesFolder: string;
	readonly reach: Reach;
}

const DEFAULT_REGION = 'us-east-1';

/** @throws whatever says that it cannot be. */
export async function openDestination(config: DestinationConfig, { archivesFolder, reach }: OpenOptions): Promise<Destination> {
	switch (config.kind) {
		case 'log-analytics':
			return openLogAnalytics();
		case 'folder': {
			const { openFolderArchive } = await import('./folder-archive.ts');
			return openFolderArchive(folderOf(config.path, archivesFolder));
		}
		case 'azure-blob': {
			const { openAzureBlobArchive } = await import('./azure-blob-archive.ts');
			return openAzureBlobArchive(config.connectionString ?? '', reach);
		}
		case 's3': {
			const { openS3Archive } = await import('./s3-archive.ts');
			const { bucket, prefix = '', region = DEFAULT_REGION, endpoint, accessKeyId, secretAccessKey = '' } = config;
			const credentials = accessKeyId === undefined ? undefined : { accessKeyId, secretAccessKey };
			return openS3Archive({ bucket, prefix, region, endpoint, credentials, reach });
		}
		case 'amqp': {
			const { openAmqpStream } = await import('./amqp-stream.ts');
			return openAmqpStream(amqpPlace(config.connectionString ?? '', config.address), reach);
		}
		case 'kafka': {
			const { openKafkaStream } = await import('./kafka-stream.ts');
			const { brokers, topic, tls = false, username, password = '' } = config;
			return openKafkaStream({ brokers, topic, tls, credentials: username === undefined ? undefined : { username, password }, reach });
		}
	}
}

function folderOf(path: string, archivesFolder: string): string {
	return path.startsWith('/') ? path : join(archivesFolder, path);
}
