/** By which names of Azure's resources the connections of diagnostic settings are known. */
import type { Archive, EventHub } from '@runstead/contract';

/** Name of the storage account that an archive stands for. */
export function accountOf(archive: Archive): string | null {
	if (archive.kind === 'folder') return archive.path.split('/').at(-1) ?? null;
	if (archive.kind === 's3') return archive.bucket;
	const named = /(?:^|;)\s*AccountName=([^;]+)/i.exec(archive.connectionString ?? '')?.[1];
	return named ?? (/UseDevelopmentStorage=true/i.test(archive.connectionString ?? '') ? 'devstoreaccount1' : null);
}

/** Name of the namespace that a stream goes to: the first label of its host. */
export function namespaceOf(eventHub: EventHub): string | null {
	const address = eventHub.kind === 'kafka' ? eventHub.brokers[0] : /\/\/(?:[^@/;]*@)?([^/;]+)/.exec(eventHub.connectionString ?? '')?.[1];
	return address?.replace(/:\d+$/, '').split('.')[0] ?? null;
}
