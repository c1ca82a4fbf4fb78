/**
 * Queries that nobody would write: pieces of good ones, mixed, torn and spiced with SQL. Whatever comes in is answered or refused as a
 * query, never as a defect of ours, and nothing but the log tables is ever seen.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LOG_TABLES } from '@runstead/contract';
import { expect, it } from 'vitest';
import { type LogStore, openLogStore, visibleRows } from '../log-store.ts';
import { type QueryResult, runQuery } from '../run-query.ts';
import { AGGREGATES } from './aggregates.ts';
import { SCALAR_FUNCTIONS } from './functions/catalogue.ts';
import { createKustoParser } from './kusto.ts';
import { EPOCH_TICKS } from './macros.ts';
import { QueryError } from './query-error.ts';

/** Another one finds other things: RUNSTEAD_FUZZ_SEED; a longer look: RUNSTEAD_FUZZ_SECONDS. */
const SEED = Number(process.env.RUNSTEAD_FUZZ_SEED ?? 20_261_121);
const SECONDS = Number(process.env.RUNSTEAD_FUZZ_SECONDS ?? 6);
const QUERIES_MAX = process.env.RUNSTEAD_FUZZ_SECONDS === undefined ? 1_500 : Number.POSITIVE_INFINITY;
const FIRST_SECONDS = 60;
const QUERY_SECONDS = 0.5;
const CANARY = 'canary-8f31';
const CORPUS = fileURLToPath(new URL('../../../../../../tests/clients/duckdb-kql/agreeing.kql', import.meta.url));

const START = [
	'RunsteadAudit',
	'AmlComputeJobEvent',
	'AmlComputeClusterEvent',
	'datatable(a:long, b:string, c:dynamic)[1, "x", dynamic([1, 2]), 2, "y", dynamic({"k": "v"})]',
	'range a from 1 to 5 step 1',
	'print a=1, b="x", c=dynamic([1, 2, 3])',
];
const STEPS = [
	'where a > 1',
	'where b has "x"',
	'where TimeGenerated > ago(1d)',
	'extend d = strcat(tostring(a), "x")',
	'extend s = series_stats_dynamic(c)',
	'project a, b',
	'project-away b',
	'summarize count(), make_list(b) by bin(a, 2)',
	'summarize arg_max(a, *) by b',
	'sort by a desc',
	'top 2 by a',
	'take 3',
	'distinct b',
	'mv-expand c to typeof(long)',
	'mv-apply e = c on (where tolong(e) > 1)',
	'partition by b (top 1 by a)',
	'partition hint.strategy=native by b (as P | extend s = a / toscalar(P | summarize sum(a)))',
	'parse-kv b as (x:long, y:string) with (pair_delimiter=",", kv_delimiter="=", quote="()")',
	'find where * has "x"',
	'extend f = series_fit_line(c), i = ipv4_is_in_any_range(b, c)',
	'summarize percentilesw(a, a, 50, 95) by b',
	'parse b with "x" d:long "y" *',
	'join kind=inner (range a from 1 to 3 step 1) on a',
	'union (print a=7)',
	'make-series count() default=0 on a from 1 to 5 step 1',
	'evaluate pivot(b)',
	'evaluate bag_unpack(c)',
	'serialize n = row_number()',
	'search "x"',
	'render timechart',
	'as T',
	'getschema',
	'count',
];
const SPICES = [
	...['"', "'", '\\', '`', ';', '--', '/*', '*/', '|', '(', ')', '[', ']', '{', '}', ',', '.', '..', '=', '!', '~', '@', '$1', '?', '\0'],
	...['0', '-1', '1e308', '9223372036854775807', '-9223372036854775808', '99999999999999999999', '0x', '1d', '-1tick', 'NaN', 'real(+inf)'],
	...[
		'null',
		'dynamic(null)',
		'dynamic({"a":{"b":[1,null]}})',
		'datetime(9999-12-31)',
		'datetime(null)',
		'timespan(-1)',
		"''",
		'"\u{1f980}\\ud800"',
	],
	...[
		'let x = 1;',
		'let f = (t:(a:long)) { t | take 1 };',
		'invoke f()',
		'toscalar(',
		'materialize(',
		'typeof(',
		'declare query_parameters(p:string);',
	],
	...['externaldata(x:string)["FILE"]', "read_text('FILE')", "read_csv('FILE')", "glob('FILE')", "read_blob('FILE')", "read_json('FILE')"],
	...[
		"'' || (SELECT content FROM read_text('FILE'))",
		"') UNION SELECT * FROM canary --",
		"\"; ATTACH 'FILE' AS f; --",
		'PRAGMA database_list',
	],
	...['canary', 'duckdb_tables()', 'duckdb_settings()', 'engine_cursor', 'sqlite_master', 'information_schema.tables', "table('canary')"],
	...[
		"COPY canary TO 'FILE'",
		'INSTALL httpfs; LOAD httpfs;',
		"http_request('http://127.0.0.1:1/')",
		'cluster("x").database("y").canary',
		"getenv('HOME')",
	],
	...[
		'project-rename',
		'evaluate python(',
		'evaluate sql_request(',
		'evaluate http_request(',
		'.show tables',
		'.drop table RunsteadAudit',
		'set x;',
	],
];

/** The same numbers for the same seed: mulberry32. */
function randomOf(seed: number): (below: number) => number {
	let state = seed >>> 0;
	return (below) => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
	};
}

function createQueries(file: string, corpus: readonly string[]): () => string {
	const random = randomOf(SEED);
	const one = (texts: readonly string[]): string => (texts[random(texts.length)] as string).replaceAll('FILE', file);
	const good = (): string =>
		random(3) === 0 ? one(corpus) : [one(START), ...Array.from({ length: random(5) }, () => one(STEPS))].join(' | ');
	const torn = (text: string): string => {
		const words = text.split(/(\s+|[(),|[\]="'])/).filter((word) => word !== '');
		const at = random(words.length);
		switch (random(5)) {
			case 0:
				return words.toSpliced(at, 1 + random(3)).join('');
			case 1:
				return words.toSpliced(at, 0, words[random(words.length)] as string).join('');
			case 2:
				return words.toSpliced(at, 0, ` ${one(SPICES)} `).join('');
			case 3:
				return words.toSpliced(at, 1, one(SPICES)).join('');
			default:
				return words.slice(0, at).join('') + good().slice(random(40));
		}
	};
	return () => {
		let query = good();
		for (let times = random(4); times > 0; times--) query = torn(query);
		return query;
	};
}

/** Values at the edges of what a function may be given. */
const ODD_VALUES = [
	...['""', '"x"', '"\\u0000%ff("', 'true', 'guid(74be27de-1e4e-49d9-b579-fe0b331d3642)'],
	...['-1', '0', '3', '9223372036854775807', 'long(null)', '1.5', 'real(nan)', 'real(+inf)', 'decimal(1.5)'],
	...['datetime(2020-01-01)', 'datetime(0001-01-01)', 'datetime(null)', '1d', 'timespan(null)'],
	...['dynamic(null)', 'dynamic([])', 'dynamic([1,2,"x",null])', 'dynamic({"a":1})'],
];
const ARGUMENTS_MAX = 4;
/** What the engine says of SQL that nobody wrote, and of what SQL was made of that is not there. */
const NO_WORDS = /cannot be run|Error:|\bINT64\b|VARCHAR|undefined/;

/** Each function with odd arguments, as constants and as columns. */
function createCalls(): () => string {
	const random = randomOf(SEED);
	const functions = [...SCALAR_FUNCTIONS.keys()];
	const all = [...functions, ...Object.keys(AGGREGATES)];
	let last = 0;
	return () => {
		const name = all[last++ % all.length] as string;
		const values = Array.from({ length: random(ARGUMENTS_MAX) + 1 }, () => ODD_VALUES[random(ODD_VALUES.length)] as string);
		const operator = SCALAR_FUNCTIONS.has(name) ? 'extend' : 'summarize';
		if (random(2) === 0) return `range z from 1 to 2 step 1 | ${operator} r = ${name}(${values.join(', ')})`;
		const columns = values.map((value, index) => `c${index} = iff(z == 1, ${value}, ${value})`);
		return `range z from 1 to 2 step 1 | extend ${columns.join(', ')} | ${operator} r = ${name}(${columns.map((_, index) => `c${index}`).join(', ')})`;
	};
}

/** Asks one query after the other, as many as there is time for; each is answered or refused as a query. */
async function askMany(
	store: LogStore,
	next: () => string,
	count: number,
	look: (query: string, outcome: QueryResult | QueryError) => void,
) {
	await store.read(async (connection) => {
		const parser = createKustoParser(LOG_TABLES.values());
		const ask = (query: string, seconds: number) =>
			runQuery(query, {
				connection,
				parser,
				rowsOf: (table) => visibleRows(table, [1]),
				now: EPOCH_TICKS + BigInt(Date.parse('2026-11-21T09:00:00Z')) * 10_000n,
				parameters: {},
				dynamicAs: 'text',
				limits: { rows: 100, bytes: 100_000, seconds },
			});
		// The first query sets up the parser; and of the rows there is one that may be seen.
		expect((await ask('RunsteadAudit | count', FIRST_SECONDS)).rows).toBe('[[1]]');
		const untilMs = performance.now() + SECONDS * 1_000;
		for (let asked = 0; asked < count && performance.now() < untilMs; asked++) {
			const query = next();
			const outcome = await ask(query, QUERY_SECONDS).catch((error: unknown) => {
				if (error instanceof QueryError) return error;
				throw new Error(`A defect of ours: ${JSON.stringify(query)}`, { cause: error });
			});
			look(query, outcome);
		}
	});
}

/** A store in a folder of its own, with a row that may be seen and one that may not. */
async function withStore(work: (store: LogStore, folder: string) => Promise<void>): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'runstead-fuzz-'));
	const store = await openLogStore(join(folder, 'logs.duckdb'));
	try {
		const time = Date.parse('2026-11-21T08:00:00Z') * 1_000;
		await store.add('RunsteadAudit', [
			{ workspaceKey: 1, time, columns: { EventType: 'run.created', Sequence: 1, Data: { a: 1 } } },
			{ workspaceKey: 2, time, columns: { EventType: CANARY, Sequence: 2 } },
		]);
		await work(store, folder);
	} finally {
		store.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

it('is answered or refused, and shows nothing but the log tables', { timeout: 120_000 }, () =>
	withStore(async (store, folder) => {
		const file = join(folder, 'secret.csv');
		writeFileSync(file, `name\n${CANARY}\n`);
		await store.read((connection) => connection.run(`CREATE TABLE canary AS SELECT '${CANARY}' AS name`));
		const corpus = readFileSync(CORPUS, 'utf8')
			.split(/\n\n+/)
			.filter((line) => line.trim() !== '' && !line.startsWith('//'));
		await askMany(store, createQueries(file, corpus), QUERIES_MAX, (query, outcome) => {
			if (!(outcome instanceof QueryError)) expect(outcome.rows, query).not.toContain(CANARY);
		});
		const [kept] = (await store.read((connection) => connection.runAndReadAll('SELECT count(*) FROM "RunsteadAudit"'))).getRows();
		expect(Number(kept?.[0])).toBe(2);
		expect(readFileSync(file, 'utf8')).toBe(`name\n${CANARY}\n`);
	}),
);

it('a function is told in words what it cannot do with what it is given', { timeout: 120_000 }, () =>
	withStore((store) =>
		askMany(store, createCalls(), QUERIES_MAX, (query, outcome) => {
			if (outcome instanceof QueryError) expect(outcome.message, query).not.toMatch(NO_WORDS);
		}),
	),
);
