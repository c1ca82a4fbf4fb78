/** Functions of text. Positions count from 0, as in Kusto; SQL counts from 1. */
import { convert, quoteText, type Scalar, toDynamic } from '../values.ts';
import { constantNumberOf, constantTextOf, made, returns, type ScalarFunction } from './scalar-function.ts';

const anchored = (regex: string): string => `(CASE WHEN ${regex} = '' THEN '^$' ELSE ${regex} END)`;

/** Where Kusto reads `\1` so does RE2; `$` means nothing to either. */
const replaceRegex = (text: string, regex: string, rewrite: string): string => `regexp_replace(${text}, ${regex}, ${rewrite}, 'g')`;

/** No text is longer: places beyond it are beyond any. */
const CHARACTERS_MAX = 1_000_000_000;

const substring = (text: string, start: string, length?: string): string => {
	const from = `CASE WHEN ${start} < 0 THEN greatest(length(${text}) + ${start}, 0) ELSE ${start} END`;
	const at = `CAST(least(${from}, ${CHARACTERS_MAX}) AS INTEGER) + 1`;
	return length === undefined
		? `substring(${text}, ${at})`
		: `substring(${text}, ${at}, CAST(least(greatest(${length}, 0), ${CHARACTERS_MAX}) AS INTEGER))`;
};

const emptySql = ({ sql, type }: Scalar): string =>
	type === 'string' ? `(${sql} = '')` : type === 'dynamic' ? `(kql_dynamic_text(${sql}) = '')` : `(${sql} IS NULL)`;

const empty = made(['any'], ({ args: [value] }) => ({ sql: emptySql(value as Scalar), type: 'bool' }));
const notEmpty = made(['any'], ({ args: [value] }) => ({ sql: `(NOT ${emptySql(value as Scalar)})`, type: 'bool' }));

/** The parameters of an address as a bag: of one that is there twice, the first. */
const queryParameters = (query: string): string => {
	const pairs = `list_filter(string_split(${query}, '&'), lambda p: p <> '')`;
	return `kql_joined_bag([list_transform(${pairs}, lambda p: struct_pack(k := string_split(p, '=')[1], v := to_json(kql_url_decode(coalesce(string_split(p, '=')[2], '')))))])`;
};

const parseUrl = returns('dynamic', ['string'], (url) => {
	const part = (regex: string): string => `regexp_extract(${url}, ${quoteText(regex)}, 1)`;
	return `json_object('Scheme', ${part('^([a-zA-Z][\\w+.-]*):')}, 'Host', ${part('//(?:[^@/]*@)?([^:/?#]*)')}, 'Port', ${part('//[^/?#]*:(\\d+)')}, 'Path', ${part('//[^/?#]*(/[^?#]*)')}, 'Username', ${part('//([^:@/]*)[:@][^/]*@')}, 'Password', ${part('//[^:@/]*:([^@/]*)@')}, 'Query Parameters', ${queryParameters(part('\\?([^#]*)'))}, 'Fragment', ${part('#(.*)$')})`;
});

const joined = returns('string', ['dynamic', 'string'], (array, delimiter) => {
	const texts = `list_transform(kql_list(${array}), lambda e: kql_dynamic_text(e))`;
	return `(CASE WHEN len(${texts}) > 0 THEN list_reduce(${texts}, lambda a, e: a || ${delimiter} || e) ELSE '' END)`;
});

export const STRING_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
	strlen: returns('long', ['string'], (text) => `length(${text})`),
	string_size: returns('long', ['string'], (text) => `strlen(${text})`),
	strcat: returns('string', ['string*'], (...texts) => `concat(${texts.join(', ')})`),
	strcat_delim: returns('string', ['string*'], (delimiter, ...texts) => `concat_ws(${[delimiter, ...texts].join(', ')})`),
	strcat_array: joined,
	array_strcat: joined,
	strrep: returns(
		'string',
		['string', 'long', 'string?'],
		(text, times, delimiter = "''") =>
			`(CASE WHEN ${times} > 0 THEN repeat(${text} || ${delimiter}, least(${times}, 1024) - 1) || ${text} ELSE '' END)`,
	),
	strcmp: returns('long', ['string', 'string'], (a, b) => `(CASE WHEN ${a} < ${b} THEN -1 WHEN ${a} > ${b} THEN 1 ELSE 0 END)`),
	toupper: returns('string', ['string'], (text) => `upper(${text})`),
	tolower: returns('string', ['string'], (text) => `lower(${text})`),
	reverse: returns('string', ['string'], (text) => `reverse(${text})`),
	substring: returns('string', ['string', 'long', 'long?'], substring),
	indexof: returns('long', ['string', 'string', 'long?', 'long?', 'long?'], (text, part, start, length = '-1', occurrence = '1') =>
		start === undefined
			? `(CAST(strpos(${text}, ${part}) AS BIGINT) - 1)`
			: `kql_index_of(${text}, ${part}, CASE WHEN ${start} < 0 THEN greatest(length(${text}) + ${start}, 0) ELSE ${start} END, ${length}, ${occurrence})`,
	),
	countof: made(['string', 'string', 'string?'], (call) => {
		const [text, part] = call.args;
		const kind = call.args.length > 2 ? constantTextOf(call, 2, 'The kind of countof') : 'normal';
		const sql =
			kind === 'regex'
				? `len(regexp_extract_all(${text?.sql}, ${part?.sql}))`
				: `len(list_filter(range(1, length(${text?.sql}) + 1), lambda i: starts_with(substring(${text?.sql}, i), ${part?.sql})))`;
		return { sql: `CAST(${sql} AS BIGINT)`, type: 'long' };
	}),
	split: returns('dynamic', ['string', 'string', 'long?'], (text, delimiter, index) => {
		const parts = `CASE WHEN ${text} = '' THEN [''] WHEN ${delimiter} = '' THEN [${text}] ELSE string_split(${text}, ${delimiter}) END`;
		return index === undefined
			? `to_json(${parts})`
			: `to_json(CASE WHEN ${index} >= 0 AND ${index} < len(${parts}) THEN [(${parts})[CAST(${index} AS INTEGER) + 1]] ELSE CAST([] AS VARCHAR[]) END)`;
	}),
	replace_string: returns('string', ['string', 'string', 'string'], (text, from, to) => `replace(${text}, ${from}, ${to})`),
	replace_strings: returns(
		'string',
		['string', 'dynamic', 'dynamic'],
		(text, lookups, rewrites) =>
			`list_reduce(list_transform(range(1, coalesce(len(kql_list(${lookups})), 0) + 1), lambda i: CAST(i AS VARCHAR)), lambda done, i: replace(done, kql_dynamic_text(kql_list(${lookups})[CAST(i AS BIGINT)]), kql_dynamic_text(kql_list(${rewrites})[CAST(i AS BIGINT)])), ${text})`,
	),
	replace_regex: returns('string', ['string', 'regex', 'string'], replaceRegex),
	replace: returns('string', ['regex', 'string', 'string'], (regex, rewrite, text) => replaceRegex(text, regex, rewrite)),
	trim: returns(
		'string',
		['regex', 'string'],
		(regex, text) =>
			`regexp_replace(regexp_replace(${text}, '^(?:' || ${anchored(regex)} || ')+', ''), '(?:' || ${anchored(regex)} || ')+$', '')`,
	),
	// Of one end a single match is taken off; of both (above) all of them.
	trim_start: returns('string', ['regex', 'string'], (regex, text) => `regexp_replace(${text}, '^(?:' || ${anchored(regex)} || ')', '')`),
	trim_end: returns('string', ['regex', 'string'], (regex, text) => `regexp_replace(${text}, '(?:' || ${anchored(regex)} || ')$', '')`),
	regex_quote: returns('string', ['string'], (text) => `kql_regex_text(${text})`),
	extract: made(['regex', 'long', 'string', 'any?'], (call) => {
		const [regex, , text] = call.args;
		const found = {
			sql: `regexp_extract(${text?.sql}, ${regex?.sql}, ${constantNumberOf(call, 1, 'The group of extract')})`,
			type: 'string' as const,
		};
		// The fourth argument, typeof(…), is what the call is analysed as.
		return found;
	}),
	extract_all: made(['regex', 'any', 'string?'], (call) => {
		const { args, nodes, translation } = call;
		const regex = constantTextOf(call, 0, 'The regex of extract_all');
		const groups = new RegExp(`${regex.replace(/\(\?(P?<\w+>)/g, '(').replace(/\(\?i\)/g, '')}|`).exec('')?.length ?? 1;
		const wanted = args.length > 2 ? null : groups - 1;
		if (wanted === null) throw translation.unsupported('extract_all with chosen groups', nodes[1] ?? call.node);
		const text = convert(args[1] as (typeof args)[0], 'string').sql;
		const one = (group: number): string => `regexp_extract_all(${text}, ${quoteText(regex)}, ${group})`;
		if (groups <= 2) return { sql: `to_json(nullif(${one(groups - 1)}, []))`, type: 'dynamic' };
		const tuples = Array.from({ length: groups - 1 }, (_, index) => `${one(index + 1)}[i]`).join(', ');
		return { sql: `to_json(list_transform(range(1, len(${one(0)}) + 1), lambda i: [${tuples}]))`, type: 'dynamic' };
	}),
	translate: returns(
		'string',
		['string', 'string', 'string'],
		(from, to, text) => `translate(${text}, ${from}, rpad(${to}, length(${from}), right(${to}, 1)))`,
	),
	isempty: empty,
	isnotempty: notEmpty,
	notempty: notEmpty,
	url_encode: returns('string', ['string'], (text) => `replace(kql_url_encode(${text}), '%20', '+')`),
	url_encode_component: returns('string', ['string'], (text) => `kql_url_encode(${text})`),
	url_decode: returns('string', ['string'], (text) => `kql_url_decode(replace(${text}, '+', ' '))`),
	base64_encode_tostring: returns('string', ['string'], (text) => `to_base64(encode(${text}))`),
	base64_encodestring: returns('string', ['string'], (text) => `to_base64(encode(${text}))`),
	base64_decode_tostring: returns('string', ['string'], (text) => `coalesce(try(decode(from_base64(${text}))), '')`),
	base64_decodestring: returns('string', ['string'], (text) => `coalesce(try(decode(from_base64(${text}))), '')`),
	gzip_compress_to_base64_string: returns('string', ['string'], (text) => `kql_compress(${text}, 'gzip')`),
	gzip_decompress_from_base64_string: returns('string', ['string'], (text) => `coalesce(kql_decompress(${text}, 'gzip'), '')`),
	zlib_compress_to_base64_string: returns('string', ['string'], (text) => `kql_compress(${text}, 'zlib')`),
	zlib_decompress_from_base64_string: returns('string', ['string'], (text) => `coalesce(kql_decompress(${text}, 'zlib'), '')`),
	hash_md5: returns('string', ['string'], (text) => `md5(${text})`),
	hash_sha1: returns('string', ['string'], (text) => `sha1(${text})`),
	hash_sha256: returns('string', ['string'], (text) => `sha256(${text})`),
	tohex: returns('string', ['long', 'long?'], (value, width) =>
		width === undefined ? `printf('%x', ${value})` : `lpad(printf('%x', ${value}), CAST(greatest(least(${width}, 16), 0) AS INTEGER), '0')`,
	),
	to_utf8: returns('dynamic', ['string'], (text) => `to_json(list_transform(string_split(${text}, ''), lambda c: unicode(c)))`),
	parse_csv: returns(
		'dynamic',
		['string'],
		(text) =>
			`to_json(list_transform(regexp_extract_all(${text}, '(?:^|,)("(?:[^"]|"")*"|[^,]*)', 1), lambda c: CASE WHEN c LIKE '"%"' THEN replace(substring(c, 2, length(c) - 2), '""', '"') ELSE c END))`,
	),
	parse_url: parseUrl,
	parseurl: parseUrl,
	parse_urlquery: returns('dynamic', ['string'], (query) => `json_object('Query Parameters', ${queryParameters(`ltrim(${query}, '?')`)})`),
	// With slashes of either kind; a name behind a colon is that of a stream beside the file.
	parse_path: returns('dynamic', ['string'], (path) => {
		const local = `regexp_replace(${path}, '^[a-zA-Z][\\w+.-]+://', '')`;
		const part = (of: string, regex: string): string => `regexp_extract(${of}, ${quoteText(regex)}, 1)`;
		const folder = part(local, '(?s)^(.*)[\\\\/]');
		const last = part(local, '([^\\\\/]*)$');
		const file = `split_part(${last}, ':', 1)`;
		return `json_object('Scheme', ${part(path, '^([a-zA-Z][\\w+.-]+)://')}, 'RootPath', ${part(local, '^(?:\\\\\\\\\\?\\\\)?([A-Za-z]:)')}, 'DirectoryPath', ${folder}, 'DirectoryName', ${part(folder, '([^\\\\/:]*)$')}, 'Filename', ${file}, 'Extension', ${part(file, '\\.([^.]*)$')}, 'AlternateDataStreamName', split_part(${last}, ':', 2))`;
	}),
	make_string: made(['long*'], ({ args }) => ({
		sql: `concat(${args.map(({ sql }) => `try(chr(CAST(${sql} AS INTEGER)))`).join(', ')})`,
		type: 'string',
	})),
	format_bytes: returns('string', ['real', 'long?', 'string?'], (value, precision = '0', unit = "''") => {
		const fitting = `CASE ${[1, 2, 3, 4, 5].map((power) => `WHEN abs(${value}) < ${1024 ** power} THEN ${power}`).join(' ')} ELSE 6 END`;
		return `kql_bytes_text(${value}, CAST(${precision} AS INTEGER), coalesce(nullif(list_position(kql_byte_units(), ${unit}), 0), ${fitting}))`;
	}),
	gettype: made(['any'], ({ args: [value] }) =>
		value?.type !== 'dynamic'
			? { sql: quoteText(value?.type ?? ''), type: 'string' }
			: {
					sql: `(CASE json_type(${value.sql}) WHEN 'ARRAY' THEN 'array' WHEN 'OBJECT' THEN 'dictionary' WHEN 'VARCHAR' THEN 'string' WHEN 'DOUBLE' THEN 'double' WHEN 'BOOLEAN' THEN 'bool' WHEN 'NULL' THEN 'null' ELSE CASE WHEN ${value.sql} IS NULL THEN 'null' ELSE 'long' END END)`,
					type: 'string',
				},
	),
	has_any_index: returns(
		'long',
		['string', 'dynamic'],
		(text, terms) =>
			`coalesce(list_position(list_transform(kql_list(${terms}), lambda e: kql_has(${text}, kql_dynamic_text(e))), true), 0) - 1`,
	),
	isascii: returns('bool', ['string'], (text) => `regexp_full_match(${text}, '[\\x00-\\x7f]*')`),
	dynamic_to_json: made(['any'], ({ args: [value] }) => ({
		sql: `coalesce(CAST(${toDynamic(value as NonNullable<typeof value>).sql} AS VARCHAR), '')`,
		type: 'string',
	})),
	parse_version: returns('decimal', ['string'], (text) => {
		const part = (index: number): string => `CAST(coalesce(TRY_CAST(string_split(${text}, '.')[${index}] AS BIGINT), 0) AS DECIMAL(38,0))`;
		return `CASE WHEN regexp_full_match(${text}, '[0-9]+(\\.[0-9]+){0,3}') THEN CAST(${part(1)} * 1000000000000000000 + ${part(2)} * 100000000000 + ${part(3)} * 10000 + ${part(4)} AS DECIMAL(38,18)) END`;
	}),
};
