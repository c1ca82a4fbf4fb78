/** Functions of Kusto that SQL has no words for, as DuckDB macros: the translation names them, so that its SQL stays readable. */

/** 1970 in ticks since the year 1. */
export const EPOCH_TICKS = 621_355_968_000_000_000n;
export const TICKS_PER_SECOND = 10_000_000n;
export const TICKS_PER_DAY = 864_000_000_000n;

const pad = (sql: string, width = 2): string => `lpad(CAST(${sql} AS VARCHAR), ${width}, '0')`;

/** Times that do not begin with the year: those of the United States, and of RFC 822 and RFC 850. */
const OTHER_TIMES = ['%m/%d/%Y', '%d %b %y', '%d %b %Y', '%d-%b-%y']
	.flatMap((day) => ['', ' %H:%M', ' %H:%M:%S', ' %H:%M:%S.%f', ' %I:%M:%S %p', ' %I:%M %p'].map((time) => `'${day}${time}'`))
	.join(', ');

/** A part of an IPv4 address. */
const OCTET = '(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])';
const ADDRESS = `${OCTET}(?:\\.${OCTET}){3}`;

const MACROS: Readonly<Record<string, string>> = {
	'kql_timestamp(t)': `make_timestamp((t - ${EPOCH_TICKS}) // 10)`,
	'kql_ticks(ts)': `(epoch_us(ts) * 10 + ${EPOCH_TICKS})`,
	'kql_datetime_text(t)': `coalesce(strftime(kql_timestamp(t), '%Y-%m-%dT%H:%M:%S') || '.' || ${pad(`t % ${TICKS_PER_SECOND}`, 7)} || 'Z', '')`,
	'kql_timespan_text(t)': `coalesce(CASE WHEN t < 0 THEN '-' ELSE '' END
		|| CASE WHEN abs(t) >= ${TICKS_PER_DAY} THEN CAST(abs(t) // ${TICKS_PER_DAY} AS VARCHAR) || '.' ELSE '' END
		|| ${pad('(abs(t) // 36000000000) % 24')} || ':' || ${pad('(abs(t) // 600000000) % 60')} || ':' || ${pad('(abs(t) // 10000000) % 60')}
		|| CASE WHEN abs(t) % 10000000 <> 0 THEN '.' || ${pad('abs(t) % 10000000', 7)} ELSE '' END, '')`,
	'kql_real_text(r)': `coalesce(CASE WHEN isnan(r) THEN 'NaN' WHEN isinf(r) THEN CASE WHEN r > 0 THEN 'Infinity' ELSE '-Infinity' END
		ELSE CAST(r AS VARCHAR) END, '')`,
	'kql_real_json(r)': `CASE WHEN r IS NULL THEN NULL WHEN isnan(r) OR isinf(r) THEN to_json(kql_real_text(r)) ELSE to_json(r) END`,
	'kql_number(r)': `CASE WHEN NOT isnan(r) THEN r END`,
	'kql_finite(r)': `CASE WHEN isfinite(r) THEN r END`,
	// DuckDB ends a query that asks how far infinities deviate.
	'kql_deviation(d, known, finite)': `CASE WHEN known < 2 THEN 0 WHEN finite < known THEN CAST('NaN' AS DOUBLE) ELSE d END`,
	// A null inside a dynamic value is the null of Kusto.
	'kql_json(d)': `CASE WHEN json_type(d) <> 'NULL' THEN d END`,
	'kql_parse_json(s)': `CASE WHEN s = '' OR s = 'null' THEN NULL WHEN json_valid(s) THEN CAST(s AS JSON) ELSE to_json(s) END`,
	'kql_dynamic_text(d)': `coalesce(CASE json_type(d) WHEN 'VARCHAR' THEN d->>'$' WHEN 'NULL' THEN '' ELSE CAST(d AS VARCHAR) END, '')`,
	'kql_text_long(s)': `CASE WHEN regexp_full_match(trim(s), '[+-]?[0-9]+') THEN TRY_CAST(trim(s) AS BIGINT)
		WHEN regexp_full_match(trim(s), '0[xX][0-9a-fA-F]+') THEN TRY_CAST(lower(trim(s)) AS BIGINT) END`,
	'kql_text_int(s)': `TRY_CAST(kql_text_long(s) AS INTEGER)`,
	'kql_text_real(s)': `TRY_CAST(nullif(trim(s), '') AS DOUBLE)`,
	'kql_text_bool(s)': `CASE lower(trim(s)) WHEN 'true' THEN true WHEN 'false' THEN false ELSE kql_text_long(s) <> 0 END`,
	'kql_text_guid(s)': `CAST(TRY_CAST(nullif(trim(s), '') AS UUID) AS VARCHAR)`,
	'kql_text_datetime(s)': `CASE WHEN regexp_matches(trim(s), '^[0-9]{4}') THEN
		epoch_us(TRY_CAST(CASE WHEN regexp_full_match(trim(s), '[0-9]{4}') THEN trim(s) || '-01-01' WHEN regexp_full_match(trim(s), '[0-9]{4}-[0-9]{2}') THEN trim(s) || '-01'
			ELSE regexp_replace(trim(s), '(\\.[0-9]{6})[0-9]+', '\\1') END AS TIMESTAMPTZ)) * 10
		+ ${EPOCH_TICKS} + CAST(coalesce(nullif(regexp_extract(s, '\\.[0-9]{6}([0-9])', 1), ''), '0') AS BIGINT)
		ELSE epoch_us(try_strptime(regexp_replace(trim(s), '^[A-Za-z]+, *| *(GMT|UTC|Z)$', '', 'g'), [${OTHER_TIMES}])) * 10 + ${EPOCH_TICKS} END`,
	'kql_text_timespan(s)': `CASE WHEN regexp_full_match(trim(s), '-?([0-9]+\\.)?[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\\.[0-9]{1,7})?)?') THEN
		CASE WHEN trim(s) LIKE '-%' THEN -1 ELSE 1 END * (
			CAST(coalesce(nullif(regexp_extract(s, '([0-9]+)\\.[0-9]+:', 1), ''), '0') AS BIGINT) * ${TICKS_PER_DAY}
			+ CAST(regexp_extract(s, '([0-9]+):', 1) AS BIGINT) * 36000000000
			+ CAST(regexp_extract(s, ':([0-9]+)', 1) AS BIGINT) * 600000000
			+ CAST(coalesce(nullif(regexp_extract(s, ':[0-9]+:([0-9]+)', 1), ''), '0') AS BIGINT) * 10000000
			+ CAST(rpad(coalesce(regexp_extract(s, ':[0-9]+\\.([0-9]+)$', 1), ''), 7, '0') AS BIGINT))
		WHEN regexp_full_match(trim(s), '-?[0-9.]+(d|h|m|s|ms|microsecond|tick)') THEN
			CAST(TRY_CAST(regexp_extract(s, '-?[0-9.]+') AS DOUBLE) * CASE regexp_extract(trim(s), '[a-z]+$')
				WHEN 'd' THEN ${TICKS_PER_DAY} WHEN 'h' THEN 36000000000 WHEN 'm' THEN 600000000 WHEN 's' THEN 10000000
				WHEN 'ms' THEN 10000 WHEN 'microsecond' THEN 10 ELSE 1 END AS BIGINT)
		WHEN regexp_full_match(trim(s), '-?[0-9]+') THEN TRY_CAST(trim(s) AS BIGINT) * ${TICKS_PER_DAY} END`,
	'kql_dynamic_long(d)': `CASE json_type(d) WHEN 'VARCHAR' THEN kql_text_long(d->>'$') WHEN 'BOOLEAN' THEN CASE WHEN (d->>'$') = 'true' THEN 1 ELSE 0 END
		WHEN 'DOUBLE' THEN TRY_CAST(trunc(TRY_CAST(d->>'$' AS DOUBLE)) AS BIGINT) ELSE TRY_CAST(d->>'$' AS BIGINT) END`,
	'kql_dynamic_real(d)': `CASE WHEN json_type(d) = 'BOOLEAN' THEN CASE WHEN (d->>'$') = 'true' THEN 1 ELSE 0 END ELSE TRY_CAST(d->>'$' AS DOUBLE) END`,
	'kql_dynamic_bool(d)': `kql_text_bool(d->>'$')`,
	'kql_floor(v, s)': `(v - ((v % s) + s) % s)`,
	'kql_list(d)': `CASE WHEN json_type(d) = 'ARRAY' THEN CAST(json_extract(d, '$[*]') AS JSON[]) END`,
	// What mv-expand makes rows of: the elements of an array; of a bag, a bag of each of its pairs; anything else is one row.
	'kql_items(d)': `CASE json_type(d) WHEN 'ARRAY' THEN list_transform(CAST(json_extract(d, '$[*]') AS JSON[]), lambda e: kql_json(e))
		WHEN 'OBJECT' THEN list_transform(json_keys(d), lambda k: json_object(k, json_extract(d, '/' || replace(replace(k, '~', '~0'), '/', '~1')))) WHEN 'NULL' THEN NULL
		ELSE CASE WHEN d IS NULL THEN NULL ELSE [d] END END`,
	'kql_item_pairs(d)': `CASE WHEN json_type(d) = 'OBJECT' THEN list_transform(kql_pairs(d), lambda p: json_array(p.k, p.v)) ELSE kql_items(d) END`,
	'kql_pairs(d)': `list_transform(json_keys(d), lambda k: struct_pack(k := k, v := json_extract(d, '/' || replace(replace(k, '~', '~0'), '/', '~1'))))`,
	'kql_bag(pairs)': `coalesce(CAST(map_from_entries(pairs) AS JSON), CAST('{}' AS JSON))`,
	// Of a key that is there twice the first value stays.
	'kql_merged_bag(lists)': `kql_bag(list_transform(list_distinct(list_transform(flatten(lists), lambda p: p.k)), lambda k: struct_pack(k := k, v := list_filter(flatten(lists), lambda p: p.k = k)[1].v)))`,
	'kql_without_empty(d)': `kql_bag(list_filter(kql_pairs(d), lambda p: kql_dynamic_text(p.v) <> ''))`,
	// Each value once, in the order of its first.
	'kql_distinct(l)': `list_transform(list_filter(list_transform(range(1, len(l) + 1), lambda i: struct_pack(i := i, e := l[i])), lambda s: list_position(l, s.e) = s.i), lambda s: s.e)`,
	// As kql_merged_bag, with the keys in their order: for few of them.
	'kql_joined_bag(lists)': `kql_bag(list_transform(kql_distinct(list_transform(flatten(lists), lambda p: p.k)), lambda k: struct_pack(k := k, v := list_filter(flatten(lists), lambda p: p.k = k)[1].v)))`,
	'kql_array_index(l, t, start, size, nth)': `coalesce(list_filter(range(CASE WHEN start < 0 THEN greatest(len(l) + start, 0) ELSE start END,
		CASE WHEN size < 0 THEN len(l) ELSE least(start + size, len(l)) END), lambda i: kql_dynamic_text(l[i + 1]) = t)[nth], -1)`,
	'kql_key(k)': `'/' || replace(replace(k, '~', '~0'), '/', '~1')`,
	// Sorts before everything of another kind in a sort of dynamic values; enough to be stable.
	'kql_reals(d)': `list_transform(kql_list(d), lambda e: TRY_CAST(e->>'$' AS DOUBLE))`,
	'kql_regex_text(s)': `regexp_replace(s, '([\\\\.+*?()\\[\\]{}^$|])', '\\\\\\1', 'g')`,
	// The size limits how far one occurrence may lie behind where it was sought from: the start, or behind the occurrence before.
	'kql_positions(s, t, start)': `list_filter(range(start, length(s) - length(t) + 1), lambda i: starts_with(substring(s, CAST(i AS INTEGER) + 1), t))`,
	'kql_index_of(s, t, start, size, nth)': `CASE WHEN kql_positions(s, t, start)[nth] + length(t) <= CASE WHEN size < 0 THEN length(s)
		ELSE size + CASE WHEN nth > 1 THEN kql_positions(s, t, start)[nth - 1] + 1 ELSE start END END THEN kql_positions(s, t, start)[nth] ELSE -1 END`,
	// The digits of the codes are small ones.
	'kql_url_encode(s)': `array_to_string(list_transform(string_split(url_encode(s), '%'), lambda p, i: CASE WHEN i = 1 THEN p ELSE lower(p[1:2]) || p[3:] END), '%')`,
	'kql_ipv4_bits(s)': `CASE WHEN contains(s, '/') THEN TRY_CAST(split_part(s, '/', 2) AS INTEGER) ELSE 32 END`,
	'kql_ipv4(s)': `CASE WHEN regexp_full_match(trim(s), '${ADDRESS}(?:/(?:3[0-2]|[12]?[0-9]))?') THEN CAST(list_sum(list_transform(
		string_split(split_part(trim(s), '/', 1), '.'), lambda p, i: TRY_CAST(p AS BIGINT) * [16777216, 65536, 256, 1][i])) AS BIGINT) END`,
	'kql_ipv4_masked(n, bits)': `CASE WHEN bits BETWEEN 0 AND 32 THEN n - n % CAST(pow(2, 32 - bits) AS BIGINT) END`,
	'kql_ipv4_text(n)': `CASE WHEN n BETWEEN 0 AND 4294967295 THEN concat_ws('.', n // 16777216, (n // 65536) % 256, (n // 256) % 256, n % 256) END`,
	// Those in a text, between characters that are no letters and digits. Doubled, a space ends one and begins the next.
	'kql_ipv4_addresses(s)': `regexp_extract_all(regexp_replace(s, '([^\\pL\\pN.])', '\\1\\1', 'g'), '(?:^|[^\\pL\\pN.])(${ADDRESS})(?:$|[^\\pL\\pN.]|\\.(?:$|[^\\pL\\pN]))', 1)`,
	'kql_byte_units()': `['Bytes', 'KB', 'MB', 'GB', 'TB', 'PB']`,
	'kql_bytes_text(v, digits, u)': `regexp_replace(CAST(round(v / pow(1024, u - 1), digits) AS VARCHAR), '\\.0$', '') || ' ' || kql_byte_units()[u]`,
	// Gaps lie on the line between their neighbours; at the edges they are as the nearest.
	'kql_fill_linear(l)': `list_transform(list_transform(range(len(l)), lambda i: struct_pack(i := i,
			p := list_max(list_filter(range(i + 1), lambda j: l[j + 1] IS NOT NULL)), n := list_min(list_filter(range(i, len(l)), lambda j: l[j + 1] IS NOT NULL)))),
		lambda g: CASE WHEN g.p IS NULL THEN l[g.n + 1] WHEN g.n IS NULL OR g.n = g.p THEN l[g.p + 1]
			ELSE l[g.p + 1] + (l[g.n + 1] - l[g.p + 1]) * (g.i - g.p) / (g.n - g.p) END)`,
	// Of values in their order: that at which the sum of the weights reaches the target.
	'kql_weighted(l, target)': `list_reduce(l, lambda a, e: CASE WHEN a.w >= target THEN a ELSE struct_pack(v := e.v, w := a.w + e.w) END).v`,
	// The straight line through a series: the least squares over its places, which count from 1, of what has a value that is finite.
	'kql_line(l)': `(SELECT struct_pack(rsquare := r, slope := s, interception := i, variance := v, rvariance := v * (1 - r),
			line_fit := to_json(list_transform(range(1, n + 1), lambda x: s * x + i)))
		FROM (SELECT regr_r2(y, x) AS r, regr_slope(y, x) AS s, regr_intercept(y, x) AS i, var_samp(y) AS v, max(x) AS n
			FROM (SELECT kql_finite(unnest(l)) AS y, unnest(range(1, len(l) + 1)) AS x)))`,
	'kql_has(s, t)': `(contains(lower(s), lower(t)) AND (t = '' OR regexp_matches(s, '(?i)(?:^|[^\\pL\\pN])' || kql_regex_text(t) || '(?:$|[^\\pL\\pN])')))`,
	'kql_has_cs(s, t)': `(contains(s, t) AND (t = '' OR regexp_matches(s, '(?:^|[^\\pL\\pN])' || kql_regex_text(t) || '(?:$|[^\\pL\\pN])')))`,
	'kql_has_prefix(s, t)': `(contains(lower(s), lower(t)) AND regexp_matches(s, '(?i)(?:^|[^\\pL\\pN])' || kql_regex_text(t)))`,
	'kql_has_suffix(s, t)': `(contains(lower(s), lower(t)) AND regexp_matches(s, '(?i)' || kql_regex_text(t) || '(?:$|[^\\pL\\pN])'))`,
	'kql_has_prefix_cs(s, t)': `(contains(s, t) AND regexp_matches(s, '(?:^|[^\\pL\\pN])' || kql_regex_text(t)))`,
	'kql_has_suffix_cs(s, t)': `(contains(s, t) AND regexp_matches(s, kql_regex_text(t) || '(?:$|[^\\pL\\pN])'))`,
};

export const MACRO_STATEMENTS: readonly string[] = Object.entries(MACROS).map(
	([signature, body]) => `CREATE OR REPLACE MACRO ${signature} AS ${body}`,
);
