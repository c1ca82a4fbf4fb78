/** The query engine as the server sees it: a child process that is started by the first query and ended when nobody asks. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Remark } from './kql/kusto.ts';
import type { Asked, AskedOf, EngineFailure, EngineSetup, FromEngine, GrownRuns, QueryRequest, ToEngine } from './messages.ts';
import type { Completion } from './query-help.ts';
import type { QueryResult } from './run-query.ts';

export type { Remark } from './kql/kusto.ts';
export type { EngineDatabase, EngineFailure, QueryRequest } from './messages.ts';
export type { Completion } from './query-help.ts';
export type { QueryResult, ResultTable } from './run-query.ts';

/** An engine that nobody has asked for so long ends; it weighs some 200 MB, and starts in about a second. */
const IDLE_MS = 180_000;
/** Beyond its own limit a query may take so long to be read and sent; then the engine is ended. */
const OVERTIME_MS = 20_000;
/** Help with a query is a matter of milliseconds, beside a start of the engine. */
const HELP_SECONDS = 30;
/** The engine's own heap: a query that translates into more than this ends the engine, not the server. */
const HEAP_MIB = 512;
/** Pages of events are short-lived, and half of the usual is room enough for one. */
const YOUNG_HEAP_MIB = 8;
/** V8 guesses from its first pages of events what will live long; where it guesses wrong, what is gone in a moment fills the old heap, four times as often. */
const NO_GUESSES = '--no-allocation-site-pretenuring';
/** Each thread that DuckDB works in would keep a heap of its own of what it has freed. */
const MALLOC_ARENA_MAX = '2';

/** More runs than this are not named to the engine: it looks at all. */
const GROWN_RUNS_MAX = 10_000;

/** What a query came to when it is not answered. */
export class EngineError extends Error {
	override readonly name = 'EngineError';
	readonly failure: EngineFailure;

	constructor(failure: EngineFailure) {
		super(failure.message);
		this.failure = failure;
	}
}

interface Waiting {
	readonly resolve: (answer: Asked[keyof Asked]['answer']) => void;
	readonly reject: (error: Error) => void;
	readonly overtime: NodeJS.Timeout;
}

export interface QueryEngine {
	/** @throws {EngineError} */
	query(request: QueryRequest, signal: AbortSignal): Promise<QueryResult>;
	/** What may stand at a place of a query. @throws {EngineError} */
	complete(query: string, position: number, signal: AbortSignal): Promise<Completion>;
	/** What is wrong with a query, without running it. @throws {EngineError} */
	remarks(query: string, signal: AbortSignal): Promise<readonly Remark[]>;
	/** Told after a commit that metrics of a run grew. */
	noteGrown(runKey: number): void;
	stop(): Promise<void>;
}

const failure = (kind: EngineFailure['kind'], message: string): EngineError =>
	new EngineError({ kind, message, start: 0, length: 0, kustoCode: null });

export function createQueryEngine(setup: EngineSetup): QueryEngine {
	const waiting = new Map<number, Waiting>();
	let child: ChildProcess | null = null;
	let idle: NodeJS.Timeout | null = null;
	let lastId = 0;
	let grown: Set<number> | null = new Set();

	/** What has grown since the last call. */
	const takeGrown = (): GrownRuns => {
		const runs = grown === null ? null : [...grown];
		grown = new Set();
		return runs;
	};

	const settle = (id: number, finish: (one: Waiting) => void): void => {
		const one = waiting.get(id);
		if (!one) return;
		waiting.delete(id);
		clearTimeout(one.overtime);
		finish(one);
		if (waiting.size > 0) return;
		if (idle) idle.refresh();
		else idle = setTimeout(endIfIdle, IDLE_MS).unref();
	};

	const endIfIdle = (): void => {
		idle = null;
		if (waiting.size === 0) child?.disconnect();
	};

	const start = (): ChildProcess => {
		mkdirSync(setup.folder, { recursive: true, mode: 0o700 });
		const log = openSync(join(setup.folder, 'engine.log'), 'a', 0o600);
		const started = fork(fileURLToPath(new URL('./engine-process.ts', import.meta.url)), [], {
			execArgv: [`--max-old-space-size=${HEAP_MIB}`, `--max-semi-space-size=${YOUNG_HEAP_MIB}`, NO_GUESSES],
			// The cache is not inherited otherwise; the parser alone is some ten megabytes of JavaScript.
			env: { ...process.env, NODE_COMPILE_CACHE: getCompileCacheDir(), MALLOC_ARENA_MAX },
			stdio: ['ignore', log, log, 'ipc'],
			serialization: 'advanced',
		});
		started.on('message', (message) => {
			const said = message as FromEngine;
			settle(said.id, ({ resolve, reject }) => (said.type === 'answer' ? resolve(said.answer) : reject(new EngineError(said.failure))));
		});
		started.on('error', () => undefined);
		started.on('exit', () => {
			if (child === started) child = null;
			for (const id of [...waiting.keys()])
				settle(id, ({ reject }) =>
					reject(failure('limit', 'The query engine ended while it worked on this query: it may need too much memory.')),
				);
		});
		tell(started, { type: 'open', setup });
		return started;
	};

	const tell = (to: ChildProcess, message: ToEngine): void => {
		if (to.connected) to.send(message);
	};

	const ask = <Kind extends keyof Asked>(
		type: Kind,
		question: Asked[Kind]['question'],
		seconds: number,
		signal: AbortSignal,
	): Promise<Asked[Kind]['answer']> => {
		if (signal.aborted) return Promise.reject(failure('limit', 'The query was cancelled.'));
		if (!child?.connected) child = start();
		const asked = child;
		const id = ++lastId;
		return new Promise<Asked[Kind]['answer']>((resolve, reject) => {
			const overtime = setTimeout(() => asked.kill('SIGKILL'), seconds * 1_000 + OVERTIME_MS).unref();
			waiting.set(id, { resolve: resolve as Waiting['resolve'], reject, overtime });
			signal.addEventListener('abort', () => tell(asked, { type: 'cancel', id }), { once: true });
			tell(asked, { type, id, question } as AskedOf<Kind>);
		});
	};

	return {
		query: (request, signal) => {
			if (signal.aborted) return Promise.reject(failure('limit', 'The query was cancelled.'));
			return ask('query', { ...request, grownRuns: takeGrown() }, request.limits.seconds, signal);
		},
		noteGrown(runKey) {
			// One that is not running looks at all when it starts.
			if (!child?.connected) return;
			grown?.add(runKey);
			if (grown && grown.size > GROWN_RUNS_MAX) grown = null;
		},
		complete: (query, position, signal) => ask('complete', { query, position }, HELP_SECONDS, signal),
		remarks: (query, signal) => ask('remark', { query }, HELP_SECONDS, signal),
		async stop() {
			if (idle) clearTimeout(idle);
			const running = child;
			if (!running || running.exitCode !== null) return;
			const ended = new Promise<void>((resolve) => running.once('exit', () => resolve()));
			running.disconnect();
			await ended;
		},
	};
}
