/** The points of an export, sent in the order in which they arrived; of a run that was begun before, those that are not here yet. */
import { join } from 'node:path';
import type { Client } from '@runstead/client';
import type { SeriesPoints } from '@runstead/contract';
import { METRICS_FOLDER } from '../export/layout.ts';
import { type PointRow, readPoints } from '../export/metric-points.ts';
import type { ImportReport } from './import-report.ts';
import { writerOfMetric } from './metric-writer.ts';

const POINTS_PER_BATCH = 20_000;

/** A run that is being brought over; one that was begun before has something here already. */
export interface OpenRun {
	readonly wasBegun: boolean;
}

export async function importPoints(
	client: Client,
	folder: string,
	open: ReadonlyMap<string, OpenRun>,
	report: ImportReport,
): Promise<void> {
	let batch: PointRow[] = [];
	let at = 0;
	const send = async (): Promise<void> => {
		const [first] = batch;
		const rows = batch;
		batch = [];
		const points = first === undefined ? [] : pointsOf(rows);
		const begin = at;
		at += points.length;
		const state = first === undefined ? undefined : open.get(first.run);
		if (first === undefined || state === undefined) return;
		const params = { run: first.run };
		const writer = writerOfMetric('import', first.name);
		const stored = state.wasBegun ? (await client.call('getWriter', { params: { ...params, writer } })).stored : 0;
		const fresh = points.slice(Math.max(0, Math.min(points.length, stored - begin)));
		if (fresh.length === 0) return;
		const series = [seriesOf(first, fresh)];
		await client.call('logMetrics', { params, body: { writer, first: at - fresh.length, last: at, series } });
		report.points += fresh.length;
	};
	for await (const row of readPoints(join(folder, METRICS_FOLDER))) {
		const previous = batch.at(-1);
		const isOther = previous !== undefined && (previous.run !== row.run || previous.name !== row.name);
		if (isOther || (batch.length >= POINTS_PER_BATCH && previous?.arrival !== row.arrival)) await send();
		if (isOther) at = 0;
		batch.push(row);
	}
	await send();
}

/** The values of each point, which stand in rows below one another. */
function pointsOf(rows: readonly PointRow[]): PointRow[][] {
	const points: PointRow[][] = [];
	for (const row of rows) {
		const last = points.at(-1);
		if (last?.[0]?.arrival === row.arrival) last.push(row);
		else points.push([row]);
	}
	return points;
}

function seriesOf({ name, kind }: PointRow, points: readonly (readonly PointRow[])[]): SeriesPoints {
	const columns = [...new Set(points.flatMap((point) => point.map(({ column }) => column)))];
	return {
		name,
		kind,
		steps: points.map((point) => point[0]!.step),
		times: points.map((point) => point[0]!.time),
		columns: columns.map((column) => {
			const values = points.map((point) => point.find((row) => row.column === column)?.value ?? null);
			const integers = values.map((value) =>
				typeof value === 'object' && value !== null && 'integer' in value ? Number(value.integer) : null,
			);
			const areIntegers = integers.every((value) => value !== null && Number.isSafeInteger(value));
			return areIntegers ? { name: column, type: 'integer', values: integers } : { name: column, values };
		}),
	};
}
