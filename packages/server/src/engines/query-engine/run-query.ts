/** Runs one query: translates it, asks the probes that the translation needs, and writes the rows as JSON within the limits. */
import { type DuckDBConnection, DuckDBDecimalValue } from '@duckdb/node-api';
import { LOG_TABLES, type LogTable, type LogTableName } from '@runstead/contract';
import type { KustoParser } from './kql/kusto.ts';
import { EPOCH_TICKS, TICKS_PER_DAY } from './kql/macros.ts';
import { NESTS_TOO_DEEPLY, QueryError } from './kql/query-error.ts';
import { type TranslatedTable, translateQuery } from './kql/translate-query.ts';
import { type Pattern, ProbeNeeded, refusedOrNull, type Visualization } from './kql/translation.ts';
import type { KqlType } from './kql/values.ts';

export interface QueryLimits {
	readonly rows: number;
	readonly bytes: number;
	readonly seconds: number;
}

/** One of the tables of an answer. */
export interface ResultTable {
	readonly name: string;
	readonly columns: readonly { readonly name: string; readonly type: KqlType }[];
	/** A JSON array of arrays, as text: 64-bit integers are written whole. */
	readonly rows: string;
	readonly rowCount: number;
	/** The limit that cut the rows off. */
	readonly cutBy: 'rows' | 'bytes' | null;
	readonly visualization: Visualization | null;
}

export interface QueryResult extends ResultTable {
	/** The tables after the first, of a query that gives several. */
	readonly more: readonly ResultTable[];
	readonly warnings: readonly string[];
	/** The log tables that it read, by their names. */
	readonly tablesRead: readonly string[];
	readonly translateMs: number;
	readonly executeMs: number;
}

export interface RunQueryOptions {
	readonly connection: DuckDBConnection;
	readonly parser: KustoParser;
	readonly rowsOf: (table: LogTable<LogTableName>) => string;
	/** In ticks. */
	readonly now: bigint;
	readonly limits: QueryLimits;
	/** Whether dynamic values are JSON inside of the rows, or JSON as text. */
	readonly dynamicAs: 'json' | 'text';
	/** Values of the parameters that the query declares. */
	readonly parameters: Readonly<Record<string, string>>;
	/** Called with the tables that the query reads, before it reads them. */
	readonly onTables?: (tables: readonly string[]) => Promise<void>;
}

/** @throws {QueryError} */
export async function runQuery(text: string, options: RunQueryOptions): Promise<QueryResult> {
	const { connection, limits, dynamicAs } = options;
	const started = performance.now();
	const answers = new Map<string, readonly (readonly unknown[])[]>();
	const translated = await translate(text, answers, options);
	await options.onTables?.(translated.tablesRead);
	const ready = performance.now();
	const interrupt = setTimeout(() => connection.interrupt(), limits.seconds * 1_000);
	try {
		const tables: ResultTable[] = [];
		let bytes = 0;
		for (const table of translated.tables) {
			const read = await readTable(table, connection, { ...limits, bytes: limits.bytes - bytes }, dynamicAs);
			bytes += read.rows.length;
			tables.push(read);
		}
		const [first, ...more] = tables as [ResultTable, ...ResultTable[]];
		const done = performance.now();
		return {
			...first,
			more,
			warnings: translated.warnings,
			tablesRead: translated.tablesRead,
			translateMs: ready - started,
			executeMs: done - ready,
		};
	} catch (error) {
		throw (await dataError(error, connection, translated.patterns, { elapsedMs: performance.now() - ready, limits })).at(
			translated.placeOf,
		);
	} finally {
		clearTimeout(interrupt);
	}
}

async function readTable(
	{ name, sql, columns, visualization }: TranslatedTable,
	connection: DuckDBConnection,
	limits: QueryLimits,
	dynamicAs: RunQueryOptions['dynamicAs'],
): Promise<ResultTable> {
	const rows: string[] = [];
	let bytes = 2;
	let cutBy: ResultTable['cutBy'] = null;
	const result = await connection.stream(sql);
	reading: for await (const chunk of result.yieldRows()) {
		for (const row of chunk) {
			const cells = columns.map(({ type }, index) =>
				type === 'dynamic' && dynamicAs === 'json' ? jsonText(String(row[index] ?? 'null')) : jsonOf(row[index], type),
			);
			const line = `[${cells.join(',')}]`;
			bytes += line.length + 1;
			if (rows.length >= limits.rows) cutBy = 'rows';
			else if (bytes > limits.bytes) cutBy = 'bytes';
			if (cutBy) break reading;
			rows.push(line);
		}
	}
	return { name, columns, rows: `[${rows.join(',')}]`, rowCount: rows.length, cutBy, visualization };
}

async function translate(
	text: string,
	answers: Map<string, readonly (readonly unknown[])[]>,
	{ connection, parser, rowsOf, now, parameters, onTables }: RunQueryOptions,
) {
	for (;;) {
		try {
			return translateQuery(text, { parser, tables: LOG_TABLES, rowsOf, now, parameters, answers });
		} catch (error) {
			if (!(error instanceof ProbeNeeded)) throw overflowed(error);
			await onTables?.([...LOG_TABLES.keys()].filter((name) => error.sql.includes(`"${name}"`)));
			const rows = await connection.runAndReadAll(error.sql).catch(async (cause: unknown) => {
				throw await dataError(cause, connection, error.patterns);
			});
			answers.set(error.sql, rows.getRows() as readonly (readonly unknown[])[]);
		}
	}
}

/** A query that nests deeper than the parser's stack is the query's fault. */
function overflowed(error: unknown): unknown {
	return error instanceof RangeError ? new QueryError('unsupported', NESTS_TOO_DEEPLY) : error;
}

/** What DuckDB says, without what it says about SQL that nobody wrote. */
async function dataError(
	error: unknown,
	connection: DuckDBConnection,
	patterns: readonly Pattern[],
	ran?: { readonly elapsedMs: number; readonly limits: QueryLimits },
): Promise<QueryError> {
	if (error instanceof QueryError) return error;
	const message = error instanceof Error ? error.message : String(error);
	const refused = refusedOrNull(message);
	if (refused) return refused;
	if (/interrupt/i.test(message))
		return new QueryError(
			'limit',
			ran && ran.elapsedMs >= ran.limits.seconds * 1_000 - 50
				? `The query ran longer than ${ran.limits.seconds} s.`
				: 'The query was cancelled.',
		);
	if (/out of memory/i.test(message))
		return new QueryError('limit', 'The query needs more memory than it may have: filter or sum up earlier.');
	const [line = message] = message.split('\n');
	if (/^(Binder|Catalog|Parser|Internal) Error/.test(line))
		return new QueryError('unsupported', `This combination cannot be run: ${line.replace(/^\w+ Error: /, '')}`);
	return (await unreadable(patterns, connection)) ?? new QueryError('data', toldOf(line));
}

/** Which of the regular expressions of a query cannot be read; null: all can. */
async function unreadable(patterns: readonly Pattern[], connection: DuckDBConnection): Promise<QueryError | null> {
	for (const { text, start, length } of patterns) {
		const reason = await connection.run("SELECT regexp_matches('', $1)", [text]).then(
			() => null,
			(error: Error) => error.message,
		);
		if (reason === null) continue;
		return new QueryError('data', `The regular expression ${JSON.stringify(text)} cannot be read: ${toldOf(reason)}`, start, length);
	}
	return null;
}

/** Of numbers the engine says more than anybody asked. */
const toldOf = (line: string): string =>
	/out of range|overflow/i.test(line) ? 'A number does not fit into its type.' : line.replace(/^[\w ]+ Error: /, '');

/** A value as the JSON of a query's answer. */
function jsonOf(value: unknown, type: KqlType): string {
	if (value === null || value === undefined) return type === 'string' ? '""' : 'null';
	switch (type) {
		case 'datetime':
			return `"${datetimeText(value as bigint)}"`;
		case 'timespan':
			return `"${timespanText(value as bigint)}"`;
		case 'real':
			return Number.isFinite(value)
				? String(value)
				: `"${value === Number.POSITIVE_INFINITY ? 'Infinity' : value === Number.NEGATIVE_INFINITY ? '-Infinity' : 'NaN'}"`;
		case 'decimal':
			return `"${(value instanceof DuckDBDecimalValue ? value.toString() : String(value)).replace(/\.?0+$/, '')}"`;
		case 'dynamic':
			return JSON.stringify(jsonText(String(value)));
		case 'string':
		case 'guid':
			return JSON.stringify(value);
		default:
			return String(value);
	}
}

/** DuckDB writes numbers into its JSON that JSON has no word for: they become texts, as in a column of numbers. */
function jsonText(json: string): string {
	if (!json.includes('NaN') && !json.includes('Infinity')) return json;
	let isInText = false;
	return json.replace(/\\.|"|-?(?:NaN|Infinity)/g, (found) => {
		if (found === '"') isInText = !isInText;
		return isInText || found === '"' ? found : `"${found}"`;
	});
}

/** `2026-11-21T08:05:31.1234567Z`, with as many digits as it has. */
function datetimeText(ticks: bigint): string {
	const since = ticks - EPOCH_TICKS;
	const rest = ((since % 10_000_000n) + 10_000_000n) % 10_000_000n;
	const date = new Date(Number((since - rest) / 10_000n));
	const fraction = rest === 0n ? '' : `.${String(rest).padStart(7, '0').replace(/0+$/, '')}`;
	return Number.isNaN(date.getTime()) ? '' : `${date.toISOString().slice(0, 19)}${fraction}Z`;
}

/** `1.02:03:04.5`, as Kusto writes it. */
function timespanText(ticks: bigint): string {
	const size = ticks < 0n ? -ticks : ticks;
	const two = (value: bigint): string => String(value).padStart(2, '0');
	const days = size / TICKS_PER_DAY;
	const clock = `${two((size / 36_000_000_000n) % 24n)}:${two((size / 600_000_000n) % 60n)}:${two((size / 10_000_000n) % 60n)}`;
	const fraction = size % 10_000_000n === 0n ? '' : `.${String(size % 10_000_000n).padStart(7, '0')}`;
	return `${ticks < 0n ? '-' : ''}${days > 0n ? `${days}.` : ''}${clock}${fraction}`;
}
