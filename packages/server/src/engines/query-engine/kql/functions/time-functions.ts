/** Functions of moments and spans, which are integers of 100 ns. */
import { EPOCH_TICKS, TICKS_PER_DAY } from '../macros.ts';
import { convert, type Scalar } from '../values.ts';
import { constantTextOf, made, returns, type ScalarFunction } from './scalar-function.ts';

const ts = (ticks: string): string => `kql_timestamp(${ticks})`;
const ticks = (timestamp: string): string => `kql_ticks(${timestamp})`;

const PARTS: Readonly<Record<string, (ticks: string) => string>> = {
	year: (at) => `year(${ts(at)})`,
	quarter: (at) => `quarter(${ts(at)})`,
	month: (at) => `month(${ts(at)})`,
	week_of_year: (at) => `week(${ts(at)})`,
	weekofyear: (at) => `week(${ts(at)})`,
	day: (at) => `day(${ts(at)})`,
	dayofyear: (at) => `dayofyear(${ts(at)})`,
	hour: (at) => `hour(${ts(at)})`,
	minute: (at) => `minute(${ts(at)})`,
	second: (at) => `second(${ts(at)})`,
	millisecond: (at) => `((${at} // 10000) % 1000)`,
	microsecond: (at) => `((${at} // 10) % 1000000)`,
	nanosecond: (at) => `((${at} % 10000000) * 100)`,
};

/** Spans that are always as long. */
const TICKS: Readonly<Record<string, bigint>> = {
	week: TICKS_PER_DAY * 7n,
	day: TICKS_PER_DAY,
	hour: 36_000_000_000n,
	minute: 600_000_000n,
	second: 10_000_000n,
	millisecond: 10_000n,
	microsecond: 10n,
};
const MONTHS: Readonly<Record<string, number>> = { year: 12, quarter: 3, month: 1 };

/** `startofmonth(t, -1)`: the start of the period that many periods away. */
const startOf = (unit: 'week' | 'month' | 'year' | 'day'): ScalarFunction =>
	returns('datetime', ['datetime', 'long?'], (at, offset) => startSql(unit, at, offset));

function startSql(unit: 'week' | 'month' | 'year' | 'day', at: string, offset = '0', extra = 0): string {
	const away = `(${offset} + ${extra})`;
	if (unit === 'day') return `((${at} // ${TICKS_PER_DAY} + ${away}) * ${TICKS_PER_DAY})`;
	// The year 1 began on a Monday; weeks begin on Sunday.
	if (unit === 'week') return `(((${at} // ${TICKS_PER_DAY} + 1) // 7 + ${away}) * ${TICKS_PER_DAY * 7n} - ${TICKS_PER_DAY})`;
	return `try(${ticks(`date_trunc('${unit}', ${ts(at)}) + to_months(CAST(${away} * ${unit === 'year' ? 12 : 1} AS INTEGER))`)})`;
}

const endOf = (unit: 'week' | 'month' | 'year' | 'day'): ScalarFunction =>
	returns('datetime', ['datetime', 'long?'], (at, offset) => `(${startSql(unit, at, offset, 1)} - 1)`);

const part = (name: string): ScalarFunction =>
	returns('int', ['datetime'], (at) => `CAST(${(PARTS[name] as (ticks: string) => string)(at)} AS INTEGER)`);

const datePart = made(['string', 'datetime'], (call) => {
	const name = constantTextOf(call, 0, 'The part').toLowerCase();
	const sql = PARTS[name] ?? PARTS[name.replace(/s$/, '')];
	if (!sql) throw call.translation.unsupported(`The part "${name}"`, call.nodes[0] ?? call.node);
	return { sql: `CAST(${sql(call.args[1]?.sql ?? '')} AS INTEGER)`, type: 'int' };
});

/** The tokens of `format_datetime` and `format_timespan`, longest first. */
const FORMATS: readonly [RegExp, (at: string) => string][] = [
	[/^yyyy/, (at) => `strftime(${ts(at)}, '%Y')`],
	[/^yy/, (at) => `strftime(${ts(at)}, '%y')`],
	[/^y/, (at) => `strftime(${ts(at)}, '%-y')`],
	[/^MM/, (at) => `strftime(${ts(at)}, '%m')`],
	[/^M/, (at) => `strftime(${ts(at)}, '%-m')`],
	[/^dd/, (at) => `strftime(${ts(at)}, '%d')`],
	[/^d/, (at) => `strftime(${ts(at)}, '%-d')`],
	[/^HH/, (at) => `strftime(${ts(at)}, '%H')`],
	[/^H/, (at) => `strftime(${ts(at)}, '%-H')`],
	[/^hh/, (at) => `strftime(${ts(at)}, '%I')`],
	[/^h/, (at) => `strftime(${ts(at)}, '%-I')`],
	[/^mm/, (at) => `strftime(${ts(at)}, '%M')`],
	[/^m/, (at) => `strftime(${ts(at)}, '%-M')`],
	[/^ss/, (at) => `strftime(${ts(at)}, '%S')`],
	[/^s/, (at) => `strftime(${ts(at)}, '%-S')`],
	[/^tt/, (at) => `strftime(${ts(at)}, '%p')`],
];

const SPAN_FORMATS: readonly [RegExp, (at: string) => string][] = [
	[/^d{1,8}/, (at) => `CAST(abs(${at}) // ${TICKS_PER_DAY} AS VARCHAR)`],
	[/^[hH]{1,2}/, (at) => `CAST((abs(${at}) // 36000000000) % 24 AS VARCHAR)`],
	[/^m{1,2}/, (at) => `CAST((abs(${at}) // 600000000) % 60 AS VARCHAR)`],
	[/^s{1,2}/, (at) => `CAST((abs(${at}) // 10000000) % 60 AS VARCHAR)`],
];

function formatted(tokens: readonly [RegExp, (at: string) => string][], pads: boolean) {
	return made([pads ? 'timespan' : 'datetime', 'string'], (call) => {
		let rest = constantTextOf(call, 1, 'The format');
		const at = call.args[0]?.sql ?? '';
		const pieces: string[] = ["''"];
		while (rest !== '') {
			const fraction = /^([fF]{1,7})/.exec(rest)?.[1];
			const token = tokens.find(([pattern]) => pattern.test(rest));
			const text = fraction ?? (token ? (token[0].exec(rest)?.[0] ?? '') : rest.charAt(0));
			if (fraction) {
				const digits = `substring(lpad(CAST(abs(${at}) % 10000000 AS VARCHAR), 7, '0'), 1, ${fraction.length})`;
				pieces.push(fraction.startsWith('F') ? `rtrim(${digits}, '0')` : digits);
			} else if (token) {
				const value = token[1](at);
				pieces.push(
					pads ? `CASE WHEN length(${value}) < ${text.length} THEN lpad(${value}, ${text.length}, '0') ELSE ${value} END` : value,
				);
			} else {
				if (!/[\s/\-:,._[\]TZ]/.test(text)) throw call.translation.unsupported(`"${text}" in a format`, call.nodes[1] ?? call.node);
				pieces.push(`'${text}'`);
			}
			rest = rest.slice(text.length);
		}
		return { sql: `coalesce(${pieces.join(' || ')}, '')`, type: 'string' };
	});
}

const unixTime = (perSecond: bigint): ScalarFunction =>
	returns('datetime', ['number'], (value) => {
		const scaled = perSecond <= 10_000_000n ? `${value} * ${10_000_000n / perSecond}` : `${value} // ${perSecond / 10_000_000n}`;
		return `try(CAST(${scaled} AS BIGINT) + ${EPOCH_TICKS})`;
	});

export const TIME_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
	// A row is there as soon as what it tells has happened.
	ingestion_time: made([], ({ scope, node, translation }) => {
		const time = scope.columns.find(({ name, type }) => name === 'TimeGenerated' && type === 'datetime');
		if (!time) throw translation.unsupported('ingestion_time() of rows without TimeGenerated', node);
		return { sql: time.id, type: 'datetime' };
	}),
	now: made(['timespan?'], ({ args: [offset], translation: { options } }) =>
		offset
			? { sql: `(${options.now} + ${offset.sql})`, type: 'datetime' }
			: { sql: `CAST(${options.now} AS BIGINT)`, type: 'datetime', constant: options.now },
	),
	ago: made(['timespan'], ({ args: [span], translation: { options } }): Scalar => {
		if (typeof span?.constant === 'bigint') {
			const at = options.now - span.constant;
			return { sql: `CAST(${at} AS BIGINT)`, type: 'datetime', constant: at };
		}
		return { sql: `(${options.now} - ${span?.sql})`, type: 'datetime' };
	}),
	startofday: startOf('day'),
	startofweek: startOf('week'),
	startofmonth: startOf('month'),
	startofyear: startOf('year'),
	endofday: endOf('day'),
	endofweek: endOf('week'),
	endofmonth: endOf('month'),
	endofyear: endOf('year'),
	getyear: part('year'),
	getmonth: part('month'),
	monthofyear: part('month'),
	dayofmonth: part('day'),
	dayofyear: part('dayofyear'),
	hourofday: part('hour'),
	week_of_year: returns('long', ['datetime'], (at) => `week(${ts(at)})`),
	weekofyear: returns('long', ['datetime'], (at) => `week(${ts(at)})`),
	dayofweek: returns('timespan', ['datetime'], (at) => `(((${at} // ${TICKS_PER_DAY} + 1) % 7) * ${TICKS_PER_DAY})`),
	datetime_part: datePart,
	datepart: datePart,
	datetime_add: made(['string', 'long', 'datetime'], (call) => {
		const unit = constantTextOf(call, 0, 'The period').toLowerCase();
		const [, count, at] = call.args;
		const months = MONTHS[unit];
		if (months !== undefined)
			return {
				sql: `(${ticks(`${ts(at?.sql ?? '')} + to_months(CAST(${count?.sql} * ${months} AS INTEGER))`)} + ${at?.sql} % 10)`,
				type: 'datetime',
			};
		const span = TICKS[unit];
		if (span === undefined) throw call.translation.unsupported(`The period "${unit}"`, call.nodes[0] ?? call.node);
		return { sql: `(${at?.sql} + ${count?.sql} * ${span})`, type: 'datetime' };
	}),
	datetime_diff: made(['string', 'datetime', 'datetime'], (call) => {
		const unit = constantTextOf(call, 0, 'The period').toLowerCase();
		const [a, b] = [call.args[1]?.sql ?? '', call.args[2]?.sql ?? ''];
		const months = MONTHS[unit];
		if (months !== undefined) return { sql: `date_diff('${unit}', ${ts(b)}, ${ts(a)})`, type: 'long' };
		if (unit === 'nanosecond') return { sql: `((${a} - ${b}) * 100)`, type: 'long' };
		const span = TICKS[unit];
		if (span === undefined) throw call.translation.unsupported(`The period "${unit}"`, call.nodes[0] ?? call.node);
		// Of weeks the whole ones are counted, of anything shorter the borders between.
		if (unit === 'week') return { sql: `((${a} - ${b}) // ${span})`, type: 'long' };
		return { sql: `(${a} // ${span} - ${b} // ${span})`, type: 'long' };
	}),
	make_datetime: made(['any*'], ({ args }) => {
		if (args.length === 1) return convert(args[0] as Scalar, 'datetime');
		const [year, month, day, hour, minute, second] = args.map(({ sql }) => sql);
		const time = `make_timestamp(CAST(${year} AS BIGINT), CAST(${month} AS BIGINT), CAST(${day} AS BIGINT), CAST(${hour ?? 0} AS BIGINT), CAST(${minute ?? 0} AS BIGINT), 0)`;
		return { sql: `(${ticks(`try(${time})`)} + CAST(${second ?? 0} * 10000000 AS BIGINT))`, type: 'datetime' };
	}),
	make_timespan: made(['any*'], ({ args }) => {
		if (args.length === 1) return convert(args[0] as Scalar, 'timespan');
		const parts = args.map(({ sql }) => sql);
		const [days, hours, minutes, seconds] = parts.length === 4 ? parts : ['0', ...parts];
		return {
			sql: `(CAST(${days} AS BIGINT) * ${TICKS_PER_DAY} + CAST(${hours} AS BIGINT) * 36000000000 + CAST(${minutes} AS BIGINT) * 600000000 + CAST(${seconds ?? 0} * 10000000 AS BIGINT))`,
			type: 'timespan',
		};
	}),
	format_datetime: formatted(FORMATS, false),
	format_timespan: formatted(SPAN_FORMATS, true),
	unixtime_seconds_todatetime: unixTime(1n),
	unixtime_milliseconds_todatetime: unixTime(1_000n),
	unixtime_microseconds_todatetime: unixTime(1_000_000n),
	unixtime_nanoseconds_todatetime: unixTime(1_000_000_000n),
	datetime_list_timezones: returns('dynamic', [], () => 'to_json((SELECT list(name ORDER BY name) FROM pg_timezone_names()))'),
	datetime_utc_to_local: returns('datetime', ['datetime', 'string'], (at, zone) => ticks(`timezone(${zone}, timezone('UTC', ${ts(at)}))`)),
	datetime_local_to_utc: returns('datetime', ['datetime', 'string'], (at, zone) => ticks(`timezone('UTC', timezone(${zone}, ${ts(at)}))`)),
};
