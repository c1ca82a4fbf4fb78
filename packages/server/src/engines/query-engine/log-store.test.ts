import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOG_TABLES, type LogTable, type LogTableName } from '@runstead/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EPOCH_TICKS } from './kql/macros.ts';
import { type LogStore, openLogStore, type RecordPage, type TableRow, visibleRows } from './log-store.ts';

describe('the log tables', () => {
	let folder: string;
	let store: LogStore;
	beforeEach(async () => {
		folder = mkdtempSync(join(tmpdir(), 'runstead-logs-'));
		store = await openLogStore(join(folder, 'logs.duckdb'));
	});
	afterEach(() => {
		store.close();
		rmSync(folder, { recursive: true, force: true });
	});

	const ask = (sql: string) => store.read((connection) => connection.runAndReadAll(sql));
	const audited = async (): Promise<Record<string, unknown>[]> => {
		const audit = LOG_TABLES.get('RunsteadAudit') as LogTable<LogTableName>;
		const rows = await ask(`${visibleRows(audit, null)} ORDER BY "Sequence"`);
		return rows.getRowObjects();
	};
	const row = (columns: TableRow['columns'], workspaceKey: number | null = 1): TableRow => ({ workspaceKey, time: 0, columns });
	const page = (sequence: number, texts: readonly string[]): RecordPage => ({
		records: texts.map((text, index) => ({
			...{ sequence: sequence + index, workspaceKey: 1, table: 'RunsteadAudit', category: 'RunsteadAudit', time: 0 },
			...{ shared: {}, own: { Sequence: sequence + index, Subject: text } },
		})),
		texts: new Map(),
		upTo: sequence + texts.length - 1,
	});
	async function* pages(...all: readonly (RecordPage | Error)[]): AsyncGenerator<RecordPage> {
		for (const one of all) {
			if (one instanceof Error) throw one;
			yield one;
		}
	}

	// Few rows go as they are, and of many what all have goes once: both must hold whatever a client put into a text.
	it.each([1, 5, 200])('hold texts as they were given, in %i times as many rows', async (times) => {
		const texts = [
			'',
			'plain',
			'one\x1ftwo',
			'one\x1f1two\x1f',
			'\x1f',
			'a "quoted" \\ line\nand another',
			'Übergröße 🚀',
			'a\0b',
			'half \ud800 one',
		];
		const kept = [...texts.slice(0, -2), 'ab', 'half \ufffd one'];
		const rows = Array.from({ length: times }, () => texts)
			.flat()
			.map((text, index) => row({ Sequence: index, Subject: text, Actor: 'same', Data: { [text]: text } }));
		await store.add('RunsteadAudit', rows);
		const found = await audited();
		expect(found.map(({ Subject }) => Subject)).toEqual(Array.from({ length: times }, () => kept).flat());
		expect(new Set(found.map(({ Actor, Type, WorkspaceName }) => `${Actor} ${Type} ${WorkspaceName}`))).toEqual(
			new Set(['same RunsteadAudit ']),
		);
		// JSON keeps a text whole that has an end within it.
		const asData = [...texts.slice(0, -1), 'half \ufffd one'];
		expect(found.slice(0, texts.length).map(({ Data }) => JSON.parse(Data as string))).toEqual(asData.map((text) => ({ [text]: text })));
	});

	it('leave empty what no column can hold, and take the row', async () => {
		const time = Date.parse('2026-11-21T08:05:31.123Z') * 1_000 + 456;
		await store.add('AmlComputeClusterEvent', [
			{ ...row({ AllocationStateTransitionTime: '2026-11-21T08:05:31.123456Z', CoreCount: 12, _BilledSize: 0.1, Unheard: 'of' }), time },
			row({ AllocationStateTransitionTime: 'yesterday', CoreCount: 2 ** 40, _BilledSize: Number.NaN }, null),
		]);
		const rows = await ask(
			'SELECT "TimeGenerated", "AllocationStateTransitionTime", "CoreCount", "_BilledSize", _workspace FROM "AmlComputeClusterEvent"',
		);
		const ticks = EPOCH_TICKS + BigInt(time) * 10n;
		expect(rows.getRows()).toEqual([
			[ticks, ticks, 12, 0.1, 1],
			[EPOCH_TICKS, null, null, Number.NaN, null],
		]);
	});

	// Few rows go as they are, and of many what all have goes once.
	it.each([1, 100])('tell what rows share from what each has by itself, in %i times as many rows', async (times) => {
		const ours = { WorkspaceName: 'ours', Actor: 'ada', Data: { kept: true } };
		const theirs = { WorkspaceName: 'theirs', EventType: 'told' };
		const rows: TableRow[] = [
			{ ...row({ Subject: 'a' }), shared: ours },
			{ ...row({ Subject: 'b', Actor: 'bob' }), shared: ours },
			{ ...row({ Subject: 'c', Actor: null }), shared: ours },
			{ ...row({ Subject: 'd' }, 2), shared: theirs },
			row({ Subject: 'e' }, null),
			{ ...row({}), shared: ours },
		];
		await store.add(
			'RunsteadAudit',
			Array.from({ length: times }, (_, round) => rows.map((one) => ({ ...one, columns: { ...one.columns, Sequence: round } }))).flat(),
		);
		const found = await ask(
			'SELECT _workspace, "Subject", "WorkspaceName", "Actor", "EventType", "Data", count(*)::INTEGER FROM "RunsteadAudit" GROUP BY ALL ORDER BY ALL',
		);
		const kept = JSON.stringify(ours.Data);
		expect(found.getRows()).toEqual([
			[1, '', 'ours', 'ada', '', kept, times],
			[1, 'a', 'ours', 'ada', '', kept, times],
			[1, 'b', 'ours', 'bob', '', kept, times],
			[1, 'c', 'ours', '', '', kept, times],
			[2, 'd', 'theirs', '', 'told', null, times],
			[null, 'e', '', '', '', null, times],
		]);
	});

	it('have a column that only later rows have something in, whatever that is', async () => {
		// The last of those whose values go over together, and the first of the next.
		const late = (index: number) => (index < 250 ? {} : { Subject: index === 250 ? 'a\x1fb\x1e1' : 'plain', Actor: 'ada' });
		await store.add(
			'RunsteadAudit',
			Array.from({ length: 502 }, (_, index) => row({ Sequence: index, ...late(index) })),
		);
		const found = (await audited()).map(({ Subject, Actor }) => `${Subject} ${Actor}`);
		expect([found.length, found[249], found[250], found[251], found[501]]).toEqual([502, ' ', 'a\x1fb\x1e1 ada', 'plain ada', 'plain ada']);
	});

	it('have all of a transaction or nothing, its columns too', async () => {
		await expect(store.append(pages(page(1, ['a', 'b']), new Error('The outbox is away.')))).rejects.toThrow('away');
		expect([await audited(), store.cursor()]).toEqual([[], 0]);
		await store.append(pages(page(1, ['a', 'b']), page(3, ['c'])));
		expect((await audited()).map(({ Subject }) => Subject)).toEqual(['a', 'b', 'c']);
		expect(store.cursor()).toBe(3);
		store.close();
		store = await openLogStore(join(folder, 'logs.duckdb'));
		await store.append(pages(page(4, ['d'])));
		expect((await audited()).map(({ Sequence, Subject }) => `${Sequence}${Subject}`)).toEqual(['1a', '2b', '3c', '4d']);
	});

	it('take more rows than go to them together, in their order', async () => {
		const many = Array.from({ length: 20 }, (_, number) =>
			page(
				1 + number * 1_000,
				Array.from({ length: 1_000 }, () => `of page ${number}`),
			),
		);
		await store.append(pages(...many));
		const rows = await audited();
		expect(rows).toHaveLength(20_000);
		expect(
			rows.every(({ Sequence, Subject }, index) => Number(Sequence) === index + 1 && Subject === `of page ${Math.floor(index / 1_000)}`),
		).toBe(true);
		await expect(store.append(pages(...many, new Error('The outbox is away.')))).rejects.toThrow('away');
		expect([(await audited()).length, store.cursor()]).toEqual([20_000, 20_000]);
	});

	it('are made anew when an older version left them otherwise', async () => {
		await store.append(pages(page(1, ['a'])));
		await ask('UPDATE engine_layout SET version = 2');
		store.close();
		store = await openLogStore(join(folder, 'logs.duckdb'));
		expect([await audited(), store.cursor()]).toEqual([[], 0]);
		await store.append(pages(page(1, ['a'])));
		expect(await audited()).toHaveLength(1);
	});
});
