/** Functions of numbers. */
import { BIN_AUTO_AT, BIN_AUTO_SIZE, optionName } from '../translation.ts';
import { convert, isNumber, type KqlType, type Scalar } from '../values.ts';
import { made, returns, type ScalarFunction } from './scalar-function.ts';

const real = (name: string): ScalarFunction => returns('real', ['real'], (x) => `${name}(${x})`);
/** Where SQL has no answer and says so with an error, Kusto has NaN or null. */
const guarded = (sql: (x: string) => string, when: (x: string) => string, otherwise = "CAST('NaN' AS DOUBLE)"): ScalarFunction =>
	returns('real', ['real'], (x) => `(CASE WHEN ${x} IS NULL THEN NULL WHEN ${when(x)} THEN ${sql(x)} ELSE ${otherwise} END)`);

/** An angle without end has no sine. */
const ofFinite = (name: string): ScalarFunction =>
	guarded(
		(x) => `${name}(${x})`,
		(x) => `isfinite(${x})`,
	);

const same = (sql: (x: string) => string): ScalarFunction =>
	made(['number'], ({ args: [x] }) => ({ sql: sql(x?.sql ?? ''), type: x?.type ?? 'real' }));

/** The type that holds them both. */
export function commonType(types: readonly KqlType[]): KqlType {
	const [first = 'string'] = types;
	if (types.every((type) => type === first)) return first;
	if (types.every(isNumber)) return types.includes('real') ? 'real' : types.includes('decimal') ? 'decimal' : 'long';
	return types.includes('dynamic') ? 'dynamic' : first;
}

const pick = (name: 'greatest' | 'least'): ScalarFunction =>
	made(['any*'], ({ args }) => {
		const type = commonType(args.map((arg) => arg.type));
		return { sql: `${name}(${args.map((arg) => convert(arg, type).sql).join(', ')})`, type };
	});

/** The multiple of the step that is not above the value, counted from the origin. */
export function binSql(value: Scalar, step: Scalar, origin?: Scalar): Scalar {
	const { type } = value;
	if (type === 'real' || type === 'decimal' || step.type === 'real' || step.type === 'decimal') {
		const from = origin ? convert(origin, 'real').sql : '0';
		const [x, size] = [convert(value, 'real').sql, convert(step, 'real').sql];
		return { sql: `(CASE WHEN ${size} > 0 THEN floor((${x} - ${from}) / ${size}) * ${size} + ${from} END)`, type: 'real' };
	}
	const size = step.sql;
	const floored =
		origin === undefined ? `kql_floor(${value.sql}, ${size})` : `(kql_floor(${value.sql} - ${origin.sql}, ${size}) + ${origin.sql})`;
	const isPositive = step.constant !== undefined && Number(step.constant) > 0;
	if (isPositive && origin === undefined && type === 'datetime') return { sql: `((${value.sql} // ${size}) * ${size})`, type };
	return { sql: isPositive ? floored : `(CASE WHEN ${size} > 0 THEN ${floored} END)`, type };
}

const bin = made(['any', 'any'], ({ args: [value, step] }) => binSql(asBinnable(value as Scalar), step as Scalar));

const asBinnable = (value: Scalar): Scalar => (value.type === 'dynamic' || value.type === 'string' ? convert(value, 'real') : value);

const SPAN_TYPES: ReadonlySet<KqlType> = new Set(['long', 'int', 'datetime', 'timespan']);

const bits = (sql: (a: string, b: string) => string): ScalarFunction => returns('long', ['long', 'long'], (a, b) => sql(a ?? '', b ?? ''));

/** Of the bytes of a value as it is kept; of what is text, or is kept as text, those of the text. */
function hashSql(value: Scalar): string {
	if (value.type === 'real') return `kql_hash_real(${value.sql})`;
	const size = HASHED_BYTES[value.type];
	return size === undefined ? `kql_hash_text(${convert(value, 'string').sql})` : `kql_hash_integer(CAST(${value.sql} AS BIGINT), ${size})`;
}

const HASHED_BYTES: Readonly<Partial<Record<KqlType, number>>> = { bool: 1, int: 4, long: 8, datetime: 8, timespan: 8 };

const hash = made(['any', 'long?'], ({ args: [value, modulus] }) => {
	const sql = hashSql(value as Scalar);
	return {
		sql: modulus ? `(CASE WHEN ${modulus.sql} > 0 THEN ((${sql} % ${modulus.sql}) + ${modulus.sql}) % ${modulus.sql} END)` : sql,
		type: 'long',
	};
});

export const MATH_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
	abs: made(['any'], ({ args: [x] }) => {
		const value = x && (isNumber(x.type) || x.type === 'timespan') ? x : convert(x as Scalar, 'real');
		return { sql: `abs(${value.sql})`, type: value.type };
	}),
	ceiling: same((x) => `ceil(${x})`),
	bin,
	floor: bin,
	bin_at: made(['any', 'any', 'any'], ({ args: [value, step, origin] }) => binSql(asBinnable(value as Scalar), step as Scalar, origin)),
	bin_auto: made(['any'], ({ args: [value], scope, node, translation }) => {
		const [size, at] = [BIN_AUTO_SIZE, BIN_AUTO_AT].map((name) => scope.environment.get(optionName(name)));
		if (size?.kind !== 'scalar')
			throw translation.error('semantic', `bin_auto() needs its step: set ${BIN_AUTO_SIZE}=1h; before the query.`, node);
		return binSql(asBinnable(value as Scalar), size.value, at?.kind === 'scalar' ? at.value : undefined);
	}),
	around: made(['any', 'any', 'any'], ({ args }) => {
		const [value, middle, distance] = args.map((arg) => (SPAN_TYPES.has(arg.type) ? arg : convert(arg, 'real')).sql);
		return { sql: `(${value} BETWEEN ${middle} - ${distance} AND ${middle} + ${distance})`, type: 'bool' };
	}),
	round: made(['number', 'long?'], ({ args: [x, digits] }) =>
		x?.type === 'real' || x?.type === 'decimal'
			? { sql: `round(${convert(x, 'real').sql}, CAST(${digits?.sql ?? 0} AS INTEGER))`, type: 'real' }
			: { sql: digits ? `CAST(round(${x?.sql}, CAST(${digits.sql} AS INTEGER)) AS BIGINT)` : (x?.sql ?? ''), type: x?.type ?? 'real' },
	),
	sign: same((x) => `CAST(sign(${x}) AS BIGINT)`),
	sqrt: guarded(
		(x) => `sqrt(${x})`,
		(x) => `${x} >= 0`,
	),
	pow: returns('real', ['real', 'real'], (x, y) => `pow(${x}, ${y})`),
	exp: real('exp'),
	exp2: returns('real', ['real'], (x) => `pow(2, ${x})`),
	exp10: returns('real', ['real'], (x) => `pow(10, ${x})`),
	log: guarded(
		(x) => `ln(${x})`,
		(x) => `${x} > 0`,
		'NULL',
	),
	log2: guarded(
		(x) => `log2(${x})`,
		(x) => `${x} > 0`,
		'NULL',
	),
	log10: guarded(
		(x) => `log10(${x})`,
		(x) => `${x} > 0`,
		'NULL',
	),
	pi: returns('real', [], () => 'pi()'),
	sin: ofFinite('sin'),
	cos: ofFinite('cos'),
	tan: ofFinite('tan'),
	cot: guarded(
		(x) => `CASE WHEN ${x} = 0 THEN CAST('Infinity' AS DOUBLE) ELSE cot(${x}) END`,
		(x) => `isfinite(${x})`,
	),
	asin: guarded(
		(x) => `asin(${x})`,
		(x) => `abs(${x}) <= 1`,
	),
	acos: guarded(
		(x) => `acos(${x})`,
		(x) => `abs(${x}) <= 1`,
	),
	atan: real('atan'),
	atan2: returns('real', ['real', 'real'], (y, x) => `atan2(${y}, ${x})`),
	degrees: real('degrees'),
	radians: real('radians'),
	// At zero and below it the whole numbers have none.
	gamma: guarded(
		(x) => `gamma(${x})`,
		(x) => `(${x} > 0 OR ${x} <> floor(${x}))`,
	),
	loggamma: guarded(
		(x) => `lgamma(${x})`,
		(x) => `(${x} > 0 OR ${x} <> floor(${x}))`,
	),
	rand: made(['long?'], ({ args: [n] }) => (n ? { sql: `floor(random() * ${n.sql})`, type: 'real' } : { sql: 'random()', type: 'real' })),
	isnan: returns('bool', ['real'], (x) => `isnan(${x})`),
	isinf: returns('bool', ['real'], (x) => `isinf(${x})`),
	isfinite: returns('bool', ['real'], (x) => `isfinite(${x})`),
	max_of: pick('greatest'),
	min_of: pick('least'),
	binary_and: bits((a, b) => `(${a} & ${b})`),
	binary_or: bits((a, b) => `(${a} | ${b})`),
	binary_xor: bits((a, b) => `xor(${a}, ${b})`),
	binary_shift_left: bits((a, b) => `CAST(${a} * pow(2, ${b}) AS BIGINT)`),
	binary_shift_right: bits((a, b) => `(${a} >> CAST(${b} AS INTEGER))`),
	binary_not: returns('long', ['long'], (a) => `(~${a})`),
	bitset_count_ones: returns('long', ['long'], (a) => `CAST(bit_count(${a}) AS BIGINT)`),
	hash,
	hash_xxhash64: hash,
};

const notNull = made(['any'], ({ args: [x] }) => ({ sql: x?.type === 'string' ? 'true' : `(${x?.sql} IS NOT NULL)`, type: 'bool' }));

export const CONDITIONAL_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
	iff: made(['bool', 'any', 'any'], ({ args: [condition, then, otherwise] }) =>
		either(condition as Scalar, [then as Scalar, otherwise as Scalar]),
	),
	iif: made(['bool', 'any', 'any'], ({ args: [condition, then, otherwise] }) =>
		either(condition as Scalar, [then as Scalar, otherwise as Scalar]),
	),
	case: made(['any*'], ({ args }) => {
		const values = args.filter((_, index) => index % 2 === 1 || index === args.length - 1);
		const type = commonType(values.map((value) => value.type));
		const branches = Array.from({ length: Math.floor(args.length / 2) }, (_, index) => {
			const [condition, value] = [args[index * 2], args[index * 2 + 1]];
			return `WHEN ${convert(condition as Scalar, 'bool').sql} THEN ${convert(value as Scalar, type).sql}`;
		});
		return { sql: `(CASE ${branches.join(' ')} ELSE ${convert(args.at(-1) as Scalar, type).sql} END)`, type };
	}),
	coalesce: made(['any*'], ({ args }) => {
		const type = commonType(args.map((arg) => arg.type));
		const values = args.map((arg) => convert(arg, type).sql);
		return {
			sql:
				type === 'string' ? `coalesce(${values.map((value) => `nullif(${value}, '')`).join(', ')}, '')` : `coalesce(${values.join(', ')})`,
			type,
		};
	}),
	not: returns('bool', ['bool'], (x) => `(NOT ${x})`),
	isnull: made(['any'], ({ args: [x] }) => ({ sql: x?.type === 'string' ? 'false' : `(${x?.sql} IS NULL)`, type: 'bool' })),
	isnotnull: notNull,
	notnull: notNull,
};

function either(condition: Scalar, values: readonly [Scalar, Scalar]): Scalar {
	const type = commonType(values.map((value) => value.type));
	const [then, otherwise] = values.map((value) => convert(value, type).sql);
	return { sql: `(CASE WHEN ${condition.sql} THEN ${then} ELSE ${otherwise} END)`, type };
}

const to = (type: KqlType): ScalarFunction => made(['any'], ({ args: [value] }) => convert(value as Scalar, type));

/** Text is read as JSON here; anywhere else it becomes a JSON text. */
const parseJson = made(['any'], ({ args: [value] }) =>
	value?.type === 'string' ? { sql: `kql_parse_json(${value.sql})`, type: 'dynamic' } : convert(value as Scalar, 'dynamic'),
);

export const CONVERSION_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
	tostring: to('string'),
	tolong: to('long'),
	toint: to('int'),
	toreal: to('real'),
	todouble: to('real'),
	todecimal: to('decimal'),
	tobool: to('bool'),
	toboolean: to('bool'),
	todatetime: to('datetime'),
	totimespan: to('timespan'),
	totime: to('timespan'),
	toguid: to('guid'),
	todynamic: parseJson,
	toobject: parseJson,
	parse_json: parseJson,
	parsejson: parseJson,
	new_guid: made([], () => ({ sql: `CAST(uuid() AS VARCHAR)`, type: 'guid' })),
};
