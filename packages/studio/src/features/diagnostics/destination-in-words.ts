/** Destinations of diagnostic settings in words: where they are, how far they have come, what they hold. */
import type { DestinationKind, DestinationState, DiagnosticSetting } from '@runstead/contract';
import { formatBytes } from '../../shared/format/bytes.ts';
import { formatCount } from '../../shared/format/numbers.ts';

export const KIND_NAMES: Readonly<Record<DestinationKind, string>> = {
	archive: 'Archive',
	eventHub: 'Event hub',
	logAnalytics: 'Log Analytics',
};

/** Where the records go, without secrets. */
export function placeInWords({ archive, eventHub }: Pick<DiagnosticSetting, 'archive' | 'eventHub'>, kind: DestinationKind): string {
	if (kind === 'logAnalytics') return 'the log tables';
	if (kind === 'archive') {
		if (archive?.kind === 'folder') return `folder ${archive.path}`;
		if (archive?.kind === 's3') return `bucket ${archive.bucket}`;
		return `storage account ${/AccountName=([^;]+)/i.exec(archive?.connectionString ?? '')?.[1] ?? ''}`.trim();
	}
	if (eventHub?.kind === 'kafka') return `topic ${eventHub.topic} at ${eventHub.brokers.join(', ')}`;
	const host = /\/\/(?:[^@/;]*@)?([^/;]+)/.exec(eventHub?.connectionString ?? '')?.[1] ?? '';
	return [eventHub?.address, host].filter((part) => part !== undefined && part !== '').join(' at ');
}

/** Seconds as one says them: `0.3 s`, `90 s`, `5 min`, `3 h`. */
export function secondsInWords(seconds: number): string {
	if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
	if (seconds < 120) return `${Math.round(seconds)} s`;
	return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}

/** What waits; null when nothing does. */
export function waitingInWords({ waitingEvents, waitingBytes, lagSeconds }: DestinationState): string | null {
	if (waitingEvents === 0) return null;
	const events = waitingEvents === 1 ? '1 event waits' : `${formatCount(waitingEvents)} events wait`;
	return `${events} (${formatBytes(waitingBytes)}), the oldest for ${secondsInWords(lagSeconds)}`;
}

/** All that it holds. */
export function totalOf({ volumes }: DestinationState): { readonly recordCount: number; readonly sizeBytes: number } {
	return volumes.reduce(
		(sum, { recordCount, sizeBytes }) => ({ recordCount: sum.recordCount + recordCount, sizeBytes: sum.sizeBytes + sizeBytes }),
		{ recordCount: 0, sizeBytes: 0 },
	);
}
