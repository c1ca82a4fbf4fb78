/** Points of metrics as Parquet files, written and read with DuckDB: a row for each value that a point has. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance, DuckDBTimestampValue } from '@duckdb/node-api';
import type { MetricKind, WireValue } from '@runstead/contract';
import { makeFolder } from '../folders.ts';

/** One value of one column of one point. */
export interface PointRow {
	readonly run: string;
	readonly name: string;
	readonly kind: MetricKind;
	readonly arrival: number;
	readonly step: number | null;
	/** Microseconds since 1970. */
	readonly time: number;
	readonly column: string;
	/** Of a column of integers its numbers come as `{ integer }`. */
	readonly value: WireValue;
}

/** Rows of a file: what is kept in memory at once. */
const ROWS_PER_FILE = 500_000;

const SCHEMA = `run varchar, name varchar, kind varchar, arrival bigint, step bigint, "time" timestamp, "column" varchar,
	number double, "integer" bigint, "text" varchar, "boolean" boolean`;

export interface PointWriter {
	add(row: PointRow): Promise<void>;
	/** Resolves when all rows are in files. */
	end(): Promise<void>;
}

const quoted = (path: string): string => `'${path.replaceAll("'", "''")}'`;

export async function openPointWriter(folder: string): Promise<PointWriter> {
	await makeFolder(folder);
	const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
	const connection = await instance.connect();
	await connection.run(`create table point (${SCHEMA})`);
	let appender = await connection.createAppender('point');
	let rows = 0;
	let files = 0;

	const flush = async (): Promise<void> => {
		appender.closeSync();
		files += 1;
		const file = join(folder, `points-${String(files).padStart(5, '0')}.parquet`);
		await connection.run(`copy point to ${quoted(file)} (format parquet, compression zstd)`);
		await connection.run('truncate point');
		appender = await connection.createAppender('point');
		rows = 0;
	};

	return {
		async add({ run, name, kind, arrival, step, time, column, value }) {
			for (const text of [run, name, kind]) appender.appendVarchar(text);
			appender.appendBigInt(BigInt(arrival));
			if (step === null) appender.appendNull();
			else appender.appendBigInt(BigInt(step));
			appender.appendTimestamp(new DuckDBTimestampValue(BigInt(time)));
			appender.appendVarchar(column);
			const integer = typeof value === 'object' && value !== null && 'integer' in value ? BigInt(value.integer) : null;
			const number = integer !== null ? Number(integer) : numberOrNull(value);
			if (number === null) appender.appendNull();
			else appender.appendDouble(number);
			if (integer === null) appender.appendNull();
			else appender.appendBigInt(integer);
			if (typeof value === 'string') appender.appendVarchar(value);
			else appender.appendNull();
			if (typeof value === 'boolean') appender.appendBoolean(value);
			else appender.appendNull();
			appender.endRow();
			rows += 1;
			if (rows >= ROWS_PER_FILE) await flush();
		},
		async end() {
			// Without a point there is one file, too: whoever reads them all finds the columns.
			if (rows > 0 || files === 0) await flush();
			appender.closeSync();
			connection.closeSync();
			instance.closeSync();
		},
	};
}

function numberOrNull(value: WireValue): number | null {
	if (typeof value === 'number') return value;
	return typeof value === 'object' && value !== null && 'number' in value ? Number(value.number) : null;
}

/** As the statement below gives them. */
type Row = [
	run: string,
	name: string,
	kind: MetricKind,
	arrival: bigint,
	step: bigint | null,
	time: bigint,
	column: string,
	number: number | null,
	integer: bigint | null,
	text: string | null,
	boolean: boolean | null,
];

/** All rows of the files of a folder, in the order in which they were written. */
export async function* readPoints(folder: string): AsyncGenerator<PointRow> {
	const files = (await readdir(folder)).filter((name) => name.endsWith('.parquet')).sort();
	if (files.length === 0) return;
	const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
	const connection = await instance.connect();
	try {
		for (const file of files) {
			const result = await connection.stream(
				`select run, name, kind, arrival, step, epoch_us("time"), "column", number, "integer", "text", "boolean"
				from read_parquet(${quoted(join(folder, file))})`,
			);
			for (;;) {
				const chunk = await result.fetchChunk();
				if (!chunk || chunk.rowCount === 0) break;
				for (const row of chunk.getRows()) {
					const [run, name, kind, arrival, step, time, column, number, integer, text, boolean] = row as unknown as Row;
					yield {
						run,
						name,
						kind,
						arrival: Number(arrival),
						step: step === null ? null : Number(step),
						time: Number(time),
						column,
						value: wireValueOf(number, integer, text, boolean),
					};
				}
			}
		}
	} finally {
		connection.closeSync();
		instance.closeSync();
	}
}

function wireValueOf(number: number | null, integer: bigint | null, text: string | null, boolean: boolean | null): WireValue {
	if (integer !== null) return { integer: String(integer) };
	if (number !== null) return Number.isFinite(number) ? number : { number: String(number) as 'NaN' | 'Infinity' | '-Infinity' };
	return text ?? boolean;
}
