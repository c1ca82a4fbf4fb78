/** A diagnostic setting as a form holds it: every field a text, and how it becomes what the server takes. */
import type { Archive, DiagnosticSetting, DiagnosticSettingInput, EventHub } from '@runstead/contract';

export type ArchiveKind = 'none' | Archive['kind'];
export type EventHubKind = 'none' | EventHub['kind'];

export interface SettingDraft {
	readonly name: string;
	readonly categories: readonly string[];
	readonly logAnalytics: boolean;
	readonly archiveKind: ArchiveKind;
	readonly eventHubKind: EventHubKind;
	/** What is typed of a destination, by the names of its fields. */
	readonly fields: Readonly<Record<string, string>>;
}

export interface DraftField {
	readonly name: string;
	readonly label: string;
	readonly hint?: string;
	readonly isSecret?: boolean;
	readonly isNeeded?: boolean;
}

const RETENTION: DraftField = { name: 'retentionDays', label: 'Retention in days', hint: '0: for ever' };

export const ARCHIVE_FIELDS: Readonly<Record<ArchiveKind, readonly DraftField[]>> = {
	none: [],
	folder: [{ name: 'path', label: 'Folder', hint: 'A name in the data folder, or an absolute path', isNeeded: true }, RETENTION],
	'azure-blob': [{ name: 'blobConnection', label: 'Connection string', isSecret: true, isNeeded: true }, RETENTION],
	s3: [
		{ name: 'bucket', label: 'Bucket', isNeeded: true },
		{ name: 'prefix', label: 'Prefix' },
		{ name: 'endpoint', label: 'Server', hint: "Amazon's own if left out" },
		{ name: 'region', label: 'Region', hint: 'us-east-1 if left out' },
		{ name: 'accessKeyId', label: 'Key id' },
		{ name: 'secretAccessKey', label: 'Secret of the key', isSecret: true },
		RETENTION,
	],
};

export const EVENT_HUB_FIELDS: Readonly<Record<EventHubKind, readonly DraftField[]>> = {
	none: [],
	amqp: [
		{
			name: 'hubConnection',
			label: 'Connection string or address',
			hint: 'Endpoint=sb://… of an event hub, or amqp://user:password@host',
			isSecret: true,
			isNeeded: true,
		},
		{ name: 'address', label: 'Event hub, queue or topic', hint: 'if the connection string does not name it' },
	],
	kafka: [
		{ name: 'brokers', label: 'Brokers', hint: 'host:port, with commas between', isNeeded: true },
		{ name: 'topic', label: 'Topic', isNeeded: true },
		{ name: 'username', label: 'User (SASL PLAIN)' },
		{ name: 'password', label: 'Password', isSecret: true },
	],
};

export const EMPTY_DRAFT: SettingDraft = {
	name: '',
	categories: ['AllLogs', 'AllMetrics'],
	logAnalytics: false,
	archiveKind: 'none',
	eventHubKind: 'none',
	fields: {},
};

/** Secrets come hidden, and stay as they are when they are sent back so. */
export function draftOf({ name, categories, logAnalytics, archive, eventHub }: DiagnosticSetting): SettingDraft {
	const fields: Record<string, string> = {};
	if (archive) {
		fields.retentionDays = String(archive.retentionDays ?? 0);
		if (archive.kind === 'folder') fields.path = archive.path;
		else if (archive.kind === 'azure-blob') fields.blobConnection = archive.connectionString ?? '';
		else
			for (const key of ['bucket', 'prefix', 'endpoint', 'region', 'accessKeyId', 'secretAccessKey'] as const)
				fields[key] = archive[key] ?? '';
	}
	if (eventHub?.kind === 'amqp') {
		fields.hubConnection = eventHub.connectionString ?? '';
		fields.address = eventHub.address ?? '';
	} else if (eventHub) {
		fields.brokers = eventHub.brokers.join(', ');
		for (const key of ['topic', 'username', 'password'] as const) fields[key] = eventHub[key] ?? '';
		fields.tls = eventHub.tls === true ? 'true' : '';
	}
	return { name, categories, logAnalytics, archiveKind: archive?.kind ?? 'none', eventHubKind: eventHub?.kind ?? 'none', fields };
}

/** What is missing, in words; null: it can be sent. */
export function problemOf(draft: SettingDraft): string | null {
	if (draft.name.trim() === '') return 'Give it a name.';
	if (draft.categories.length === 0) return 'Choose what to send.';
	if (draft.archiveKind === 'none' && draft.eventHubKind === 'none' && !draft.logAnalytics) return 'Choose where to send it.';
	const missing = [...ARCHIVE_FIELDS[draft.archiveKind], ...EVENT_HUB_FIELDS[draft.eventHubKind]].find(
		({ name, isNeeded }) => isNeeded && (draft.fields[name] ?? '').trim() === '',
	);
	if (missing) return `${missing.label} is missing.`;
	return /^\d*$/.test(draft.fields.retentionDays ?? '') ? null : 'Retention is a whole number of days.';
}

export function inputOf({ categories, logAnalytics, archiveKind, eventHubKind, fields }: SettingDraft): DiagnosticSettingInput {
	return { categories: [...categories], logAnalytics, archive: archiveOf(archiveKind, fields), eventHub: eventHubOf(eventHubKind, fields) };
}

type Fields = SettingDraft['fields'];

/** A field that was left empty is left out. */
function given<Name extends string>(fields: Fields, ...names: readonly Name[]): { [Key in Name]?: string } {
	const typed = names.map((name) => [name, (fields[name] ?? '').trim()] as const).filter(([, value]) => value !== '');
	return Object.fromEntries(typed) as { [Key in Name]?: string };
}

function archiveOf(kind: ArchiveKind, fields: Fields): Archive | null {
	const retentionDays = Number(fields.retentionDays ?? '0');
	if (kind === 'none') return null;
	if (kind === 'folder') return { kind, path: (fields.path ?? '').trim(), retentionDays };
	if (kind === 'azure-blob') return { kind, connectionString: (fields.blobConnection ?? '').trim(), retentionDays };
	const rest = given(fields, 'prefix', 'endpoint', 'region', 'accessKeyId', 'secretAccessKey');
	return { kind, bucket: (fields.bucket ?? '').trim(), ...rest, retentionDays };
}

function eventHubOf(kind: EventHubKind, fields: Fields): EventHub | null {
	if (kind === 'none') return null;
	if (kind === 'amqp') return { kind, connectionString: (fields.hubConnection ?? '').trim(), ...given(fields, 'address') };
	const brokers = (fields.brokers ?? '').split(/[\s,]+/).filter((broker) => broker !== '');
	return { kind, brokers, topic: (fields.topic ?? '').trim(), tls: fields.tls === 'true', ...given(fields, 'username', 'password') };
}
