/** What one translation carries along: names that are in scope, ids of columns, what the query needs beside its SQL. */
import type { LogTable, LogTableName } from '@runstead/contract';
import type { KustoParser, SyntaxNode } from './kusto.ts';
import { QueryError } from './query-error.ts';
import { type KqlType, quoteText, type Scalar } from './values.ts';

/** A column of a relation; `id` is its name in SQL, unique in the query, since Kusto's names differ by case and may repeat. */
export interface Column {
	readonly name: string;
	readonly type: KqlType;
	readonly id: string;
}

export interface OrderTerm {
	readonly id: string;
	readonly descending: boolean;
	readonly nullsFirst: boolean;
	/** NaN, which a real can be, goes with the nulls. */
	readonly isReal?: boolean;
}

/** Rows: a SELECT whose columns have these ids. The order is said only where it matters: at the end, for `take`, for windows. */
export interface Relation {
	readonly sql: string;
	readonly columns: readonly Column[];
	/** Ids that are carried along for the order alone. */
	readonly hidden: readonly string[];
	readonly order: readonly OrderTerm[];
}

export type Binding =
	| { readonly kind: 'scalar'; readonly value: Scalar }
	| { readonly kind: 'relation'; readonly make: () => Relation }
	| { readonly kind: 'function'; readonly declaration: SyntaxNode; readonly environment: Environment };

/** Names that `let`, parameters and `as` give; inner ones hide outer ones. */
export class Environment {
	readonly #bindings = new Map<string, Binding>();
	readonly #outer: Environment | null;

	constructor(outer: Environment | null = null) {
		this.#outer = outer;
	}

	get(name: string): Binding | undefined {
		return this.#bindings.get(name) ?? this.#outer?.get(name);
	}

	set(name: string, binding: Binding): void {
		this.#bindings.set(name, binding);
	}

	/** As it is now: what is bound later does not reach it. */
	snapshot(): Environment {
		const copy = new Environment(this.#outer);
		for (const [name, binding] of this.#bindings) copy.set(name, binding);
		return copy;
	}
}

/** The options of a query, `set option=value;`, that mean something here. */
export const [BIN_AUTO_SIZE, BIN_AUTO_AT] = ['query_bin_auto_size', 'query_bin_auto_at'] as const;
/** The name by which an environment has an option: no name of a query has such a character. */
export const optionName = (option: string): string => `set ${option}`;

/** What a name in an expression can refer to. */
export interface Scope {
	readonly environment: Environment;
	readonly columns: readonly Column[];
	/** The other side of a join. */
	readonly right?: readonly Column[];
	/** Rows of others by the names that the query gives them: the steps of a scan. */
	readonly others?: ReadonlyMap<string, readonly Column[]>;
	/** How the rows are ordered, for window functions. */
	readonly order?: readonly OrderTerm[];
	/** Makes a value a column of the source first, where it has to be there before another: windows inside of windows. */
	readonly precomputed?: (sql: string) => string;
	/** Aggregates may stand here; what is inside of them sees this scope. */
	readonly aggregates?: Scope;
}

export interface Visualization {
	readonly visualization: string;
	readonly [property: string]: string | number | boolean;
}

/** A regular expression that a query writes, at its place: only DuckDB knows whether it can be read. */
export interface Pattern {
	readonly text: string;
	readonly start: number;
	readonly length: number;
}

/** Rows that a query is translated by: the values that `pivot` makes columns of. Asked for before the query itself. */
export class ProbeNeeded extends Error {
	readonly sql: string;
	readonly patterns: readonly Pattern[];

	constructor(sql: string, patterns: readonly Pattern[]) {
		super('The translation depends on data.');
		this.sql = sql;
		this.patterns = patterns;
	}
}

/** What begins the message of an error that a query ends itself with: its place, and what is wrong. */
const REFUSED = /kql-refused (\d+) (\d+) ([\s\S]*)/;

/** The error that the SQL of `refusal` ended a query with; null: it ended otherwise. */
export function refusedOrNull(message: string): QueryError | null {
	const [, start, length, text] = REFUSED.exec(message) ?? [];
	return text === undefined ? null : new QueryError('limit', text, Number(start), Number(length));
}

export interface TranslationOptions {
	readonly parser: KustoParser;
	readonly tables: ReadonlyMap<string, LogTable<LogTableName>>;
	/** SQL that gives the rows of a table which this query may see, with the columns of the table by name. */
	readonly rowsOf: (table: LogTable<LogTableName>) => string;
	/** In ticks: one moment for the whole query. */
	readonly now: bigint;
	/** Values of the parameters that the query declares, as text. */
	readonly parameters: Readonly<Record<string, string>>;
	/** Answers to probes, by their SQL. */
	readonly answers: ReadonlyMap<string, readonly (readonly unknown[])[]>;
}

/** Functions may call functions, but not without end. */
const CALL_DEPTH_MAX = 40;
/** A query that grows by its functions beyond this is refused. */
const RELATIONS_MAX = 2_000;

export class Translation {
	readonly options: TranslationOptions;
	/** Common tables that stand in front of the query: materialized ones. */
	readonly common: string[] = [];
	readonly tablesRead = new Set<LogTableName>();
	readonly patterns: Pattern[] = [];
	visualization: Visualization | null = null;
	#lastId = 0;
	#depth = 0;
	#rowsAround = 0;

	constructor(options: TranslationOptions) {
		this.options = options;
	}

	id(prefix = 'c'): string {
		return `${prefix}${++this.#lastId}`;
	}

	column(name: string, type: KqlType): Column {
		if (this.#lastId > RELATIONS_MAX * 50)
			throw new QueryError('unsupported', 'The query is too large once its functions are put in place.');
		return { name, type, id: this.id() };
	}

	kindOf(node: SyntaxNode): string {
		return this.options.parser.kindOf(node);
	}

	/** Runs inside of a called function. */
	deeper<T>(node: SyntaxNode, work: () => T): T {
		if (this.#depth >= CALL_DEPTH_MAX) throw this.error('unsupported', `Functions call each other more than ${CALL_DEPTH_MAX} deep.`, node);
		this.#depth++;
		try {
			return work();
		} finally {
			this.#depth--;
		}
	}

	/** Translates a query that runs for each row of another. */
	forEachRow<T>(work: () => T): T {
		this.#rowsAround++;
		try {
			return work();
		} finally {
			this.#rowsAround--;
		}
	}

	/** Rows that are made once, as what stands behind FROM, however often they are read; rows for each row of another cannot be. */
	madeOnce(sql: string): string {
		if (this.#rowsAround > 0) return `(${sql})`;
		const table = this.id('t');
		this.common.push(`${table} AS MATERIALIZED (${sql})`);
		return table;
	}

	error(kind: 'unsupported' | 'semantic' | 'limit', message: string, node: SyntaxNode): QueryError {
		return new QueryError(kind, message, node.TextStart, node.Width);
	}

	/** SQL in the place of a value that ends the query where it is asked for: of limits that only the data reaches. */
	refusal(message: string, node: SyntaxNode): string {
		return `error(${quoteText(`kql-refused ${node.TextStart} ${node.Width} ${message}`)})`;
	}

	/** A regular expression, whose place is told if it cannot be read. */
	pattern(value: Scalar, node: SyntaxNode | undefined): Scalar {
		if (node && typeof value.constant === 'string') this.patterns.push({ text: value.constant, start: node.TextStart, length: node.Width });
		return value;
	}

	unsupported(what: string, node: SyntaxNode): QueryError {
		return this.error('unsupported', `${what} is not supported here.`, node);
	}

	probe(sql: string): readonly (readonly unknown[])[] {
		const whole = this.common.length > 0 ? `WITH ${this.common.join(', ')} ${sql}` : sql;
		const answer = this.options.answers.get(whole);
		if (answer === undefined) throw new ProbeNeeded(whole, this.patterns);
		return answer;
	}
}

export const columnSql = ({ id, type }: Column): Scalar => ({ sql: id, type });

export function orderSql(order: readonly OrderTerm[]): string {
	if (order.length === 0) return '';
	const terms = order.map(({ id, descending, nullsFirst, isReal = false }) => {
		const nulls = `NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`;
		const notNumbers = isReal ? `isnan(${id}) ${nullsFirst ? 'DESC' : 'ASC'} ${nulls}, ` : '';
		return `${notNumbers}${id} ${descending ? 'DESC' : 'ASC'} ${nulls}`;
	});
	return `ORDER BY ${terms.join(', ')}`;
}
