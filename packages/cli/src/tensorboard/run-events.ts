/** Keeps the folder of one run for TensorBoard: its event files as they are, and its own metrics in an event file beside them. */
import { appendFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Client } from '@runstead/client';
import { isEventFile, type MetricSummary, type Run, type RunFile, type WireValue } from '@runstead/contract';
import { makeFolder } from '../folders.ts';
import { pages } from '../output/answer.ts';
import { destination } from '../run/download.ts';
import { piecesOf } from '../run/reply-pieces.ts';
import { firstEvent, scalarEvent } from './scalar-events.ts';

/** Points that are fetched at once. */
const POINTS_PER_PAGE = 50_000;
const DRAWN_KINDS = new Set<MetricSummary['kind']>(['scalar', 'row', 'list']);

export interface RunEvents {
	/** Brings what is new; whether there was anything. */
	refresh(): Promise<boolean>;
}

export function createRunEvents(client: Client, run: Run, folder: string): RunEvents {
	const params = { run: run.id };
	const ownFile = join(folder, `events.out.tfevents.${Math.floor(Date.parse(run.createdTime) / 1_000)}.runstead`);
	/** Arrival number of the last point that each metric has in the file. */
	const written = new Map<string, number>();
	const counts = new Map<string, number>();
	/** Metrics that the server has from event files itself. */
	const fromFiles = new Map<string, boolean>();

	const fetchFile = async (file: RunFile): Promise<boolean> => {
		const target = destination(folder, file.path);
		// Event files are only ever written to at their end, also where each state is uploaded as a version of its own.
		const before = (await stat(target).catch(() => null))?.size ?? 0;
		if (before >= file.sizeBytes) return false;
		await makeFolder(dirname(target));
		const place = { params: { ...params, '*': file.path }, query: { version: file.version } };
		const reply = await client.open('readRunFile', { ...place, headers: { range: `bytes=${before}-${file.sizeBytes - 1}` } });
		for await (const piece of piecesOf(reply, target)) await appendFile(target, piece);
		return true;
	};

	const fetchFiles = async (): Promise<{ hasAny: boolean; grew: boolean }> => {
		const files = pages<RunFile>(async (cursor) => {
			const page = await client.call('listRunFiles', { params, query: { limit: 1_000, cursor } });
			return { items: page.files, nextCursor: page.nextCursor };
		});
		const found = { hasAny: false, grew: false };
		for await (const file of files) {
			if (!isEventFile(file.path)) continue;
			found.hasAny = true;
			found.grew = (await fetchFile(file)) || found.grew;
		}
		return found;
	};

	const isFromFile = async (name: string): Promise<boolean> => {
		const known =
			fromFiles.get(name) ?? (await client.call('getWriter', { params: { ...params, writer: `file-series:${name}` } })).stored > 0;
		fromFiles.set(name, known);
		return known;
	};

	const appendPoints = async ({ name }: MetricSummary): Promise<void> => {
		let after = written.get(name) ?? -1;
		for (;;) {
			const page = await client.call('getMetricPoints', { params, query: { name, after, limit: POINTS_PER_PAGE } });
			const records: Uint8Array[] = [];
			for (const column of page.columns) {
				const tag = column.name === name ? name : `${name}.${column.name}`;
				for (const [index, given] of column.values.entries()) {
					const value = numberOrNull(given);
					if (value === null) continue;
					const step = page.steps[index] ?? page.arrivals[index] ?? 0;
					records.push(scalarEvent({ tag, step, time: page.times[index] ?? 0, value }));
				}
			}
			if (records.length > 0) {
				if ((await stat(ownFile).catch(() => null)) === null) records.unshift(firstEvent(Date.parse(run.createdTime) * 1_000));
				await makeFolder(folder);
				await appendFile(ownFile, Buffer.concat(records));
			}
			written.set(name, page.arrivals.at(-1) ?? after);
			if (page.next === null) return;
			after = page.next;
		}
	};

	return {
		async refresh() {
			const files = await fetchFiles();
			const { metrics } = await client.call('listMetrics', { params });
			let grew = files.grew;
			for (const metric of metrics) {
				if (!DRAWN_KINDS.has(metric.kind) || counts.get(metric.name) === metric.count) continue;
				if (files.hasAny && (await isFromFile(metric.name))) continue;
				await appendPoints(metric);
				counts.set(metric.name, metric.count);
				grew = true;
			}
			return grew;
		},
	};
}

function numberOrNull(value: WireValue): number | null {
	if (typeof value === 'number') return value;
	if (typeof value !== 'object' || value === null) return null;
	return Number('number' in value ? value.number : value.integer);
}
