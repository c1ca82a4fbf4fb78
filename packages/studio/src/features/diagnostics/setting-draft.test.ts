import type { DiagnosticSetting } from '@runstead/contract';
import { expect, test } from 'vitest';
import { draftOf, EMPTY_DRAFT, inputOf, problemOf } from './setting-draft.ts';

const MADE = {
	...{ id: '1', workspaceId: '2', destinations: [], createdTime: '', modifiedTime: '', modifiedBy: '' },
	name: 'keep',
	categories: ['AllLogs'],
	logAnalytics: true,
	archive: { kind: 's3', bucket: 'lab', endpoint: 'https://s3.example.org', accessKeyId: 'a', secretAccessKey: '***', retentionDays: 30 },
	eventHub: { kind: 'kafka', brokers: ['a:1', 'b:2'], topic: 't', tls: true, username: 'me', password: '***' },
} satisfies DiagnosticSetting;

test('what was read is sent back as it was, its hidden secrets too', () => {
	const { categories, logAnalytics, archive, eventHub } = MADE;
	expect(inputOf(draftOf(MADE))).toEqual({ categories, logAnalytics, archive, eventHub });
	const hub = { ...MADE, archive: null, eventHub: { kind: 'amqp' as const, connectionString: 'amqp://me:***@host/q' } };
	expect(inputOf(draftOf(hub))).toMatchObject({ archive: null, eventHub: hub.eventHub });
});

test('what is missing is said, one after the other', () => {
	const named = { ...EMPTY_DRAFT, name: 'keep' };
	expect(problemOf(EMPTY_DRAFT)).toBe('Give it a name.');
	expect(problemOf({ ...named, categories: [] })).toBe('Choose what to send.');
	expect(problemOf(named)).toBe('Choose where to send it.');
	expect(problemOf({ ...named, archiveKind: 'folder' })).toBe('Folder is missing.');
	expect(problemOf({ ...named, archiveKind: 'folder', fields: { path: 'lab', retentionDays: 'x' } })).toBe(
		'Retention is a whole number of days.',
	);
	expect(problemOf({ ...named, archiveKind: 'folder', fields: { path: 'lab' } })).toBeNull();
});
