/** A diagnostic setting as a person is shown it. */
import type { DestinationState, DiagnosticSetting } from '@runstead/contract';
import { type Answer, documentAnswer } from './output/answer.ts';
import { timeText } from './run/values.ts';

const KIB = 1024;

/** @example sizeInWords(1536) === '1.5 KiB' */
function sizeInWords(bytes: number): string {
	const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
	const unit = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log(bytes) / Math.log(KIB)));
	return `${unit === 0 ? bytes : (bytes / KIB ** unit).toFixed(1)} ${units[unit]}`;
}

/** Where the records go, without secrets. */
export function destinationInWords(setting: DiagnosticSetting, kind: DestinationState['kind']): string {
	const { archive, eventHub } = setting;
	if (kind === 'logAnalytics') return 'the log tables';
	if (kind === 'archive') {
		if (archive?.kind === 'folder') return `folder ${archive.path}`;
		if (archive?.kind === 's3') return `bucket ${archive.bucket}${archive.endpoint === undefined ? '' : ` at ${archive.endpoint}`}`;
		return `Azure Blob storage ${/AccountName=([^;]+)/i.exec(archive?.connectionString ?? '')?.[1] ?? ''}`.trim();
	}
	if (eventHub?.kind === 'kafka') return `topic ${eventHub.topic} of Kafka at ${eventHub.brokers.join(', ')}`;
	const host = /\/\/(?:[^@/;]*@)?([^/;]+)/.exec(eventHub?.connectionString ?? '')?.[1] ?? '';
	return `${eventHub?.address ?? 'event hub'} at ${host}`;
}

/** How far it has come, in one line. */
export function stateInWords({ status, waitingEvents, waitingBytes, lagSeconds, error }: DestinationState): string {
	const waiting = `${waitingEvents === 1 ? '1 event waits' : `${waitingEvents} events wait`} (${sizeInWords(waitingBytes)}, the oldest for ${Math.round(lagSeconds)} s)`;
	if (status === 'current') return 'all is sent';
	return status === 'failing' ? `failing: ${error?.message ?? ''}; ${waiting}` : waiting;
}

/** What it holds, in one line. */
export function volumeInWords({ volumes }: DestinationState): string {
	const [records, bytes] = volumes.reduce(([count, size], one) => [count + one.recordCount, size + one.sizeBytes], [0, 0]);
	return `${records === 1 ? '1 record' : `${records} records`}, ${sizeInWords(bytes)}`;
}

export function settingAnswer(setting: DiagnosticSetting): Answer {
	const destinations = setting.destinations.flatMap((state): (readonly [string, string])[] => [
		['Sends to', `${destinationInWords(setting, state.kind)}: ${stateInWords(state)}`],
		['', `holds ${volumeInWords(state)}; an event takes ${state.typicalDelaySeconds} s`],
	]);
	return documentAnswer(setting, [
		['Setting', setting.name],
		['Categories', setting.categories.join(', ')],
		...destinations,
		['Changed', `${timeText(setting.modifiedTime)} by ${setting.modifiedBy}`],
	]);
}
