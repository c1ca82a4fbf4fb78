/**
 * The types of Kusto as DuckDB holds them. Times are 64-bit integers of 100 ns, as in Kusto itself: datetime since the year 1, timespan
 * as it is, so that nothing below a microsecond is lost and sums of times are sums of integers. A string is never null. A dynamic value is JSON.
 */
import type { KustoSymbol } from './kusto.ts';

export type KqlType = 'bool' | 'int' | 'long' | 'real' | 'decimal' | 'string' | 'datetime' | 'timespan' | 'guid' | 'dynamic';

/** An expression of SQL with its type in Kusto. */
export interface Scalar {
	readonly sql: string;
	readonly type: KqlType;
	/** Set where it is a constant that is not null. */
	readonly constant?: string | number | bigint | boolean;
}

export const SQL_TYPES: Record<KqlType, string> = {
	bool: 'BOOLEAN',
	int: 'INTEGER',
	long: 'BIGINT',
	real: 'DOUBLE',
	decimal: 'DECIMAL(38,18)',
	string: 'VARCHAR',
	datetime: 'BIGINT',
	timespan: 'BIGINT',
	guid: 'VARCHAR',
	dynamic: 'JSON',
};

const NUMBERS: ReadonlySet<KqlType> = new Set(['int', 'long', 'real', 'decimal']);
export const isNumber = (type: KqlType): boolean => NUMBERS.has(type);

export function kqlTypeOf(symbol: KustoSymbol | null | undefined): KqlType | null {
	const name = symbol?.Name ?? '';
	if (name.startsWith('dynamic')) return 'dynamic';
	return name in SQL_TYPES ? (name as KqlType) : null;
}

export const quoteText = (text: string): string => `'${text.replaceAll("'", "''").replaceAll('\0', '')}'`;

export const nullOf = (type: KqlType): Scalar => (type === 'string' ? constantText('') : { sql: `CAST(NULL AS ${SQL_TYPES[type]})`, type });

export const constantText = (text: string): Scalar => ({ sql: quoteText(text), type: 'string', constant: text });

export const constantInteger = (value: number | bigint, type: 'long' | 'int' | 'datetime' | 'timespan' = 'long'): Scalar => ({
	sql: `CAST(${value} AS ${SQL_TYPES[type]})`,
	type,
	constant: value,
});

/** How a value of one type becomes text: what `tostring` gives. */
const TEXT_OF: Record<KqlType, (sql: string) => string> = {
	bool: (sql) => `coalesce(CASE WHEN ${sql} THEN 'True' WHEN NOT ${sql} THEN 'False' END, '')`,
	int: (sql) => `coalesce(CAST(${sql} AS VARCHAR), '')`,
	long: (sql) => `coalesce(CAST(${sql} AS VARCHAR), '')`,
	real: (sql) => `kql_real_text(${sql})`,
	decimal: (sql) => `coalesce(rtrim(rtrim(CAST(${sql} AS VARCHAR), '0'), '.'), '')`,
	string: (sql) => sql,
	datetime: (sql) => `kql_datetime_text(${sql})`,
	timespan: (sql) => `kql_timespan_text(${sql})`,
	guid: (sql) => `coalesce(${sql}, '')`,
	dynamic: (sql) => `kql_dynamic_text(${sql})`,
};

/** How a value becomes a part of a dynamic one. */
export function toDynamic({ sql, type }: Scalar): Scalar {
	if (type === 'dynamic') return { sql, type };
	if (type === 'datetime' || type === 'timespan')
		return { sql: `CASE WHEN ${sql} IS NOT NULL THEN to_json(${TEXT_OF[type](sql)}) END`, type: 'dynamic' };
	if (type === 'real') return { sql: `kql_real_json(${sql})`, type: 'dynamic' };
	return { sql: `to_json(${sql})`, type: 'dynamic' };
}

/** Text as another type; null where it does not read as one. */
const FROM_TEXT: Record<KqlType, (sql: string) => string> = {
	bool: (sql) => `kql_text_bool(${sql})`,
	int: (sql) => `kql_text_int(${sql})`,
	long: (sql) => `kql_text_long(${sql})`,
	real: (sql) => `kql_text_real(${sql})`,
	decimal: (sql) => `TRY_CAST(trim(${sql}) AS DECIMAL(38,18))`,
	string: (sql) => sql,
	datetime: (sql) => `kql_text_datetime(${sql})`,
	timespan: (sql) => `kql_text_timespan(${sql})`,
	guid: (sql) => `kql_text_guid(${sql})`,
	dynamic: (sql) => `kql_parse_json(${sql})`,
};

/** The value as another type, as `tostring`, `tolong` and the like have it. */
export function convert(value: Scalar, type: KqlType): Scalar {
	const from = value.type;
	if (from === type) return value;
	if (type === 'string') return { sql: TEXT_OF[from](value.sql), type };
	if (type === 'dynamic') return toDynamic(value);
	if (from === 'string' || from === 'guid') return { sql: FROM_TEXT[type](value.sql), type };
	if (from === 'dynamic') return fromDynamic(value.sql, type);
	if (type === 'bool') return { sql: `(${value.sql} <> 0)`, type };
	if (from === 'bool') return { sql: `CAST(${value.sql} AS ${SQL_TYPES[type]})`, type };
	if (from === 'real' || from === 'decimal') {
		if (type === 'real' || type === 'decimal') return { sql: `TRY_CAST(${value.sql} AS ${SQL_TYPES[type]})`, type };
		// Whole numbers are cut, not rounded.
		return { sql: `TRY_CAST(trunc(${value.sql}) AS ${SQL_TYPES[type]})`, type };
	}
	if (type === 'int') return { sql: `TRY_CAST(${value.sql} AS INTEGER)`, type };
	if (SQL_TYPES[from] === SQL_TYPES[type]) return { ...value, type };
	return { sql: `CAST(${value.sql} AS ${SQL_TYPES[type]})`, type, ...(value.constant !== undefined && { constant: value.constant }) };
}

/** A JSON number becomes a number; a JSON text is read as text is. */
function fromDynamic(sql: string, type: KqlType): Scalar {
	if (type === 'bool') return { sql: `kql_dynamic_bool(${sql})`, type };
	if (type === 'long') return { sql: `kql_dynamic_long(${sql})`, type };
	if (type === 'int') return { sql: `TRY_CAST(kql_dynamic_long(${sql}) AS INTEGER)`, type };
	if (type === 'real') return { sql: `kql_dynamic_real(${sql})`, type };
	return { sql: FROM_TEXT[type](`kql_dynamic_text(${sql})`), type };
}
