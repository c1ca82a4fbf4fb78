/** Functions of arrays and property bags, which are JSON. */
import { convert, type KqlType, type Scalar, toDynamic } from '../values.ts';
import { constantTextOf, made, returns, type ScalarFunction } from './scalar-function.ts';

/** Elements of an array that a function makes, as in Kusto: range() ends there, as it is documented to. */
const ELEMENTS_MAX = 1_048_576;

const list = (array: string): string => `kql_list(${array})`;
const dynamic = (sql: string): string => `to_json(${sql})`;
/** An index from the end where it is negative. */
const fromEnd = (array: string, index: string): string => `(CASE WHEN ${index} < 0 THEN len(${list(array)}) + ${index} ELSE ${index} END)`;

const arraySet = (sql: (a: string, b: string) => string): ScalarFunction =>
	made(['dynamic', 'dynamic', 'dynamic*'], ({ args }) => {
		const [first, ...rest] = args.map((arg) => `coalesce(${list(arg.sql)}, CAST([] AS JSON[]))`);
		const folded = rest.reduce((soFar, next) => sql(soFar, next), first as string);
		return { sql: dynamic(`kql_distinct(${folded})`), type: 'dynamic' };
	});

/** Nulls come last, unless they are asked for first. */
const sorted = (direction: 'ASC' | 'DESC'): ScalarFunction =>
	made(['dynamic', 'any*'], ({ args: [array, nullsLast], nodes, node, translation }) => {
		if (nullsLast && nullsLast.type !== 'bool') throw translation.unsupported('Sorting several arrays at once', nodes[1] ?? node);
		const elements = list(array?.sql ?? '');
		const known = `list_filter(${elements}, lambda e: kql_json(e) IS NOT NULL)`;
		const keyed = `list_transform(${known}, lambda e: struct_pack(n := TRY_CAST(e->>'$' AS DOUBLE), t := e->>'$', e := e))`;
		const inOrder = `list_transform(list_sort(${keyed}, '${direction}', 'NULLS LAST'), lambda s: s.e)`;
		const nulls = `list_filter(${elements}, lambda e: kql_json(e) IS NULL)`;
		const last = nullsLast?.sql ?? 'true';
		return {
			sql: dynamic(`CASE WHEN ${last} THEN list_concat(${inOrder}, ${nulls}) ELSE list_concat(${nulls}, ${inOrder}) END`),
			type: 'dynamic',
		};
	});

const rotated = (array: string, count: string, fill: string | null): string => {
	const at = `(i + ${count})`;
	const size = `len(${list(array)})`;
	return fill === null
		? dynamic(`list_transform(range(${size}), lambda i: (${list(array)})[((${at} % ${size}) + ${size}) % ${size} + 1])`)
		: dynamic(
				`list_transform(range(${size}), lambda i: CASE WHEN ${at} >= 0 AND ${at} < ${size} THEN (${list(array)})[${at} + 1] ELSE ${fill} END)`,
			);
};

const bag = (pairs: readonly Scalar[]): Scalar => {
	const parts = pairs.map((pair, index) => (index % 2 === 0 ? convert(pair, 'string').sql : toDynamic(pair).sql));
	return { sql: `CAST(json_object(${parts.join(', ')}) AS JSON)`, type: 'dynamic' };
};

const arrayIf = returns('dynamic', ['dynamic', 'dynamic', 'dynamic'], (conditions, then, otherwise) => {
	const at = (values: string): string => `CASE WHEN json_type(${values}) = 'ARRAY' THEN (${list(values)})[i + 1] ELSE ${values} END`;
	return dynamic(
		`list_transform(range(len(${list(conditions)})), lambda i: CASE WHEN kql_dynamic_bool((${list(conditions)})[i + 1]) THEN ${at(then)} ELSE ${at(otherwise)} END)`,
	);
});

const columnIfExists = made(['any', 'any'], (call) => {
	const name = constantTextOf(call, 0, 'The name of the column');
	const column = call.scope.columns.find((one) => one.name === name);
	return column ? { sql: column.id, type: column.type } : (call.args[1] as Scalar);
});

export const DYNAMIC_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
	array_length: returns('long', ['dynamic'], (array) => `CAST(len(${list(array)}) AS BIGINT)`),
	arraylength: returns('long', ['dynamic'], (array) => `CAST(len(${list(array)}) AS BIGINT)`),
	array_concat: made(['dynamic*'], ({ args }) => ({
		sql: dynamic(`flatten([${args.map((arg) => `coalesce(${list(arg.sql)}, CAST([] AS JSON[]))`).join(', ')}])`),
		type: 'dynamic',
	})),
	array_slice: returns('dynamic', ['dynamic', 'long', 'long'], (array, start, end) =>
		dynamic(`list_slice(${list(array)}, ${fromEnd(array, start)} + 1, ${fromEnd(array, end)} + 1)`),
	),
	array_index_of: made(['dynamic', 'any', 'long?', 'long?', 'long?'], ({ args: [array, value, start, size, nth] }) => ({
		sql: `kql_array_index(${list(array?.sql ?? '')}, ${convert(value as Scalar, 'string').sql}, ${start?.sql ?? 0}, ${size?.sql ?? -1}, ${nth?.sql ?? 1})`,
		type: 'long',
	})),
	array_sum: returns('real', ['dynamic'], (array) => `coalesce(list_sum(kql_reals(${array})), 0)`),
	array_reverse: returns('dynamic', ['dynamic'], (array) => dynamic(`list_reverse(${list(array)})`)),
	array_sort_asc: sorted('ASC'),
	array_sort_desc: sorted('DESC'),
	array_rotate_left: returns('dynamic', ['dynamic', 'long'], (array, count) => rotated(array, count, null)),
	array_rotate_right: returns('dynamic', ['dynamic', 'long'], (array, count) => rotated(array, `(-(${count}))`, null)),
	array_shift_left: returns('dynamic', ['dynamic', 'long', 'dynamic?'], (array, count, fill = "CAST('null' AS JSON)") =>
		rotated(array, count, fill),
	),
	array_shift_right: returns('dynamic', ['dynamic', 'long', 'dynamic?'], (array, count, fill = "CAST('null' AS JSON)") =>
		rotated(array, `(-(${count}))`, fill),
	),
	array_iff: arrayIf,
	array_iif: arrayIf,
	array_split: returns('dynamic', ['dynamic', 'dynamic'], (array, at) => {
		const borders = `list_concat([0], list_transform(CASE WHEN json_type(${at}) = 'ARRAY' THEN ${list(at)} ELSE [${at}] END, lambda e: ${fromEnd(array, 'kql_dynamic_long(e)')}), [len(${list(array)})])`;
		return dynamic(
			`list_transform(range(1, len(${borders})), lambda i: list_slice(${list(array)}, (${borders})[i] + 1, (${borders})[i + 1]))`,
		);
	}),
	pack_array: made(['any*'], ({ args }) => ({
		sql: `CAST(json_array(${args.map((arg) => `coalesce(${toDynamic(arg).sql}, CAST('null' AS JSON))`).join(', ')}) AS JSON)`,
		type: 'dynamic',
	})),
	bag_pack: made(['any*'], ({ args }) => bag(args)),
	pack: made(['any*'], ({ args }) => bag(args)),
	pack_dictionary: made(['any*'], ({ args }) => bag(args)),
	pack_all: made(['bool?'], ({ args, scope }) => {
		const pairs: Scalar[] = scope.columns.flatMap((column) => [
			{ sql: `'${column.name.replaceAll("'", "''")}'`, type: 'string' as const },
			{ sql: column.id, type: column.type as KqlType },
		]);
		return args[0]?.constant === true ? { sql: `kql_without_empty(${bag(pairs).sql})`, type: 'dynamic' } : bag(pairs);
	}),
	bag_keys: returns('dynamic', ['dynamic'], (value) => `CASE WHEN json_type(${value}) = 'OBJECT' THEN to_json(json_keys(${value})) END`),
	bag_has_key: returns(
		'bool',
		['dynamic', 'string'],
		(value, key) =>
			`(json_extract(${value}, CASE WHEN ${key} LIKE '$.%' OR ${key} LIKE '$[%' THEN ${key} ELSE kql_key(${key}) END) IS NOT NULL)`,
	),
	bag_merge: made(['dynamic*'], ({ args }) => ({
		// The leftmost has the last word.
		sql: `CAST(json_merge_patch(${[...args]
			.reverse()
			.map((arg) => `coalesce(${arg.sql}, CAST('{}' AS JSON))`)
			.join(', ')}, CAST('{}' AS JSON)) AS JSON)`,
		type: 'dynamic',
	})),
	bag_remove_keys: returns(
		'dynamic',
		['dynamic', 'dynamic'],
		(value, keys) =>
			`kql_bag(list_filter(kql_pairs(${value}), lambda p: NOT list_contains(list_transform(${list(keys)}, lambda k: kql_dynamic_text(k)), p.k)))`,
	),
	bag_set_key: returns(
		'dynamic',
		['dynamic', 'string', 'dynamic'],
		(value, key, member) => `CAST(json_merge_patch(coalesce(${value}, CAST('{}' AS JSON)), json_object(${key}, ${member})) AS JSON)`,
	),
	bag_zip: returns(
		'dynamic',
		['dynamic', 'dynamic'],
		(keys, values) =>
			`kql_bag(list_transform(range(len(${list(keys)})), lambda i: struct_pack(k := kql_dynamic_text((${list(keys)})[i + 1]), v := coalesce((${list(values)})[i + 1], CAST('null' AS JSON)))))`,
	),
	set_union: arraySet((a, b) => `list_concat(${a}, ${b})`),
	set_intersect: arraySet((a, b) => `list_filter(${a}, lambda e: list_contains(${b}, e))`),
	set_difference: arraySet((a, b) => `list_filter(${a}, lambda e: NOT list_contains(${b}, e))`),
	set_has_element: made(['dynamic', 'any'], ({ args: [array, value] }) => ({
		sql: `coalesce(list_contains(${list(array?.sql ?? '')}, ${toDynamic(value as Scalar).sql}), false)`,
		type: 'bool',
	})),
	set_equals: returns(
		'bool',
		['dynamic', 'dynamic'],
		(a, b) => `(list_has_all(${list(a)}, ${list(b)}) AND list_has_all(${list(b)}, ${list(a)}))`,
	),
	jaccard_index: returns(
		'real',
		['dynamic', 'dynamic'],
		(a, b) => `(CAST(len(list_intersect(${list(a)}, ${list(b)})) AS DOUBLE) / len(list_distinct(list_concat(${list(a)}, ${list(b)}))))`,
	),
	zip: made(['dynamic*'], ({ args }) => {
		const lists = args.map((arg) => list(arg.sql));
		return {
			sql: dynamic(
				`list_transform(range(greatest(${lists.map((one) => `len(${one})`).join(', ')})), lambda i: [${lists.map((one) => `(${one})[i + 1]`).join(', ')}])`,
			),
			type: 'dynamic',
		};
	}),
	repeat: made(['any', 'long'], ({ args, node, translation }) => {
		const [value, count] = args as [Scalar, Scalar];
		const tooMany = translation.refusal(`repeat() makes more than ${ELEMENTS_MAX} elements, the limit of one array.`, node);
		const size = `CASE WHEN ${count.sql} > ${ELEMENTS_MAX} THEN ${tooMany} WHEN ${count.sql} >= 0 THEN ${count.sql} END`;
		return { sql: dynamic(`list_transform(range(${size}), lambda i: ${toDynamic(value).sql})`), type: 'dynamic' };
	}),
	range: made(['any', 'any', 'any?'], ({ args: [from, to, step] }) => {
		const type: KqlType =
			from?.type === 'datetime' ? 'datetime' : [from, to, step].some((value) => value?.type === 'real') ? 'real' : (from?.type ?? 'long');
		const isTime = type === 'datetime' || type === 'timespan';
		const size = step ? convert(step, isTime ? 'timespan' : type).sql : isTime ? '36000000000' : '1';
		const steps = `CAST(${to?.sql} - ${from?.sql} AS DOUBLE) / ${size}`;
		const count = `CASE WHEN isfinite(${steps}) THEN CAST(least(floor(${steps}) + 1, ${ELEMENTS_MAX}) AS BIGINT) ELSE 0 END`;
		const value = { sql: `${from?.sql} + i * ${size}`, type };
		return { sql: dynamic(`list_transform(range(greatest(${count}, 0)), lambda i: ${toDynamic(value).sql})`), type: 'dynamic' };
	}),
	extract_json: returns(
		'string',
		['string', 'string', 'any?'],
		(path, text) => `kql_dynamic_text(json_extract(kql_parse_json(${text}), ${path}))`,
	),
	extractjson: returns(
		'string',
		['string', 'string', 'any?'],
		(path, text) => `kql_dynamic_text(json_extract(kql_parse_json(${text}), ${path}))`,
	),
	treepath: returns('dynamic', ['dynamic'], (value) => `to_json(list_transform(json_keys(${value}), lambda k: '[''' || k || ''']'))`),
	column_ifexists: columnIfExists,
	columnifexists: columnIfExists,
};
