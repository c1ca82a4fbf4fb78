/** Bad requests to every route of the contract: a good one of each, and what can be wrong with it, one thing at a time. */
import { API_ROUTES, exampleOf, type PlainSchema, type RouteDefinition } from '@runstead/contract';

export interface RawRequest {
	/** What is wrong with it, for the one who reads a failure. */
	readonly label: string;
	readonly method: string;
	/** With its query, as it is sent. */
	readonly path: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Buffer | null;
}

/** Values of the path that name what is there, by the name of the parameter. */
export type KnownParams = Readonly<Record<string, string>>;

interface GoodRequest {
	readonly id: string;
	readonly route: RouteDefinition;
	readonly params: Readonly<Record<string, string>>;
	readonly query: Readonly<Record<string, unknown>>;
	readonly body: unknown;
}

const LONG = 'x'.repeat(70_000);

/** Each stands raw in the address. */
const BAD_SEGMENTS: Readonly<Record<string, string>> = {
	unknown: 'no-such-thing',
	empty: '',
	long: LONG.slice(0, 8_000),
	NUL: 'a%00b',
	dots: '..%2f..%2fetc%2fpasswd',
	'half an escape': '%',
	'no UTF-8': '%ff%fe',
	quote: "x'%20or%20'1'='1",
	'an emoji': '%F0%9F%92%A5',
	'a number': '99999999999999999999',
	'a prototype': '__proto__',
};

/** Cursors are opaque, but whoever takes one apart can put another together. */
const FORGED_CURSORS: readonly string[] = [
	'[]',
	'{}',
	'["x"]',
	'[null]',
	'[1.5]',
	'[1e300]',
	'[0,"x",5]',
	'[0,null,5]',
	'[0,1e300,1e300]',
	'[0,5,1.5]',
	'[-1,0,0]',
	'[0.5,0,0]',
	'[0,{},[]]',
].map((text) => Buffer.from(text).toString('base64url'));

const BAD_WORDS: readonly string[] = [
	'',
	'x',
	'-1',
	'0',
	'1.5',
	'1e300',
	'99999999999999999999',
	'NaN',
	'true',
	LONG.slice(0, 8_000),
	'a%00b',
	'%',
	'%ff',
	'[]',
	"';--",
];

const BAD_VALUES: Readonly<Record<string, unknown>> = {
	null: null,
	true: true,
	'minus one': -1,
	'half a number': 1.5,
	'a huge number': 1e300,
	'a number of 64 bits': 2 ** 63,
	'an empty text': '',
	text: 'x',
	'a text like a number': '7',
	'a long text': LONG,
	NUL: 'a\0b',
	'half a character': '\ud800',
	'an emoji': '💥',
	'an empty array': [],
	'arrays in arrays': [[[]]],
	'an array of null': [null],
	'an empty object': {},
	'an object with a null': { x: null },
	'an object with a prototype': JSON.parse('{"__proto__": {"x": 1}, "constructor": "x"}'),
};

const NOT_JSON: Readonly<Record<string, Buffer>> = {
	nothing: Buffer.alloc(0),
	null: Buffer.from('null'),
	array: Buffer.from('[]'),
	text: Buffer.from('"text"'),
	number: Buffer.from('5'),
	'half an object': Buffer.from('{"name": "ha'),
	'not JSON': Buffer.from('name=value'),
	'not UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
	'nested without end': Buffer.from('['.repeat(100_000)),
	'a prototype': Buffer.from('{"__proto__": {"polluted": true}}'),
};

const OTHER_TYPES: readonly string[] = [
	'text/plain',
	'application/xml',
	'multipart/form-data; boundary=x',
	'application/x-www-form-urlencoded',
	'nonsense',
	'application/json; charset=utf-16',
];

const JSON_TYPE = { 'content-type': 'application/json' };

/** All bad requests to all routes. */
export function* badRequests(known: KnownParams): Generator<RawRequest> {
	for (const [id, route] of Object.entries(API_ROUTES) as [string, RouteDefinition][]) {
		const good = goodRequest(id, route, known);
		yield* withBadParams(good);
		yield* withBadQuery(good);
		if (route.body) yield* withBadBody(good);
		if (route.requestStream) yield* withBadBytes(good);
	}
}

/** A request to every route that can succeed, to be sent once before the others. */
export function* goodRequests(known: KnownParams): Generator<RawRequest> {
	for (const [id, route] of Object.entries(API_ROUTES) as [string, RouteDefinition][]) {
		const good = goodRequest(id, route, known);
		yield build(good, 'as it should be', {});
	}
}

function goodRequest(id: string, route: RouteDefinition, known: KnownParams): GoodRequest {
	const names = [...route.path.matchAll(/:(\w+)|\*$/g)].map(([whole, name]) => name ?? whole);
	return {
		id,
		route,
		params: Object.fromEntries(names.map((name) => [name, known[name] ?? 'x'])),
		query: smallest(route.query) as Record<string, unknown>,
		body: smallest(route.body),
	};
}

/** Nothing in it that need not be. */
const smallest = (schema: unknown): unknown => (requiredOf(schema).length > 0 ? exampleOf(plain(schema), {}) : {});

const plain = (schema: unknown): PlainSchema => JSON.parse(JSON.stringify(schema)) as PlainSchema;
const requiredOf = (schema: unknown): string[] => (schema === undefined ? [] : (plain(schema).required ?? []));
const fieldNamesOf = (schema: unknown): string[] => (schema === undefined ? [] : Object.keys(plain(schema).properties ?? {}));

interface Change {
	readonly segments?: Readonly<Record<string, string>>;
	/** Raw text after the question mark, in place of the good one. */
	readonly query?: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: Buffer | null;
}

function build({ id, route, params, query, body }: GoodRequest, what: string, change: Change): RawRequest {
	const segment = (name: string): string => change.segments?.[name] ?? params[name] ?? '';
	const path = route.path.replace(/:(\w+)/g, (_, name: string) => segment(name)).replace(/\*$/, () => segment('*'));
	const text = change.query ?? new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString();
	const content = route.requestStream ? Buffer.from('some bytes') : route.body ? Buffer.from(JSON.stringify(body)) : null;
	return {
		label: `${id}, ${what}`,
		method: route.method,
		path: text === '' ? path : `${path}?${text}`,
		headers: change.headers ?? (route.requestStream ? { 'content-type': 'application/octet-stream' } : route.body ? JSON_TYPE : {}),
		body: change.body === undefined ? content : change.body,
	};
}

function* withBadParams(good: GoodRequest): Generator<RawRequest> {
	for (const name of Object.keys(good.params)) {
		for (const [what, segment] of Object.entries(BAD_SEGMENTS))
			yield build(good, `${name} in the path is ${what}`, { segments: { [name]: segment } });
	}
}

function* withBadQuery(good: GoodRequest): Generator<RawRequest> {
	const fixed = Object.entries(good.query).map(([name, value]) => [name, encodeURIComponent(String(value))] as const);
	for (const name of [...fieldNamesOf(good.route.query), 'unknown']) {
		const rest = fixed.filter(([other]) => other !== name).map(([other, value]) => `${other}=${value}`);
		for (const word of name === 'cursor' ? [...BAD_WORDS, ...FORGED_CURSORS] : BAD_WORDS)
			yield build(good, `query ${name} is ${word.slice(0, 30)}`, { query: [...rest, `${name}=${word}`].join('&') });
		yield build(good, `query ${name} twice`, { query: [...rest, `${name}=1`, `${name}=2`].join('&') });
	}
	if (requiredOf(good.route.query).length > 0) yield build(good, 'without its query', { query: '' });
}

function* withBadBody(good: GoodRequest): Generator<RawRequest> {
	for (const [what, body] of Object.entries(NOT_JSON)) yield build(good, `the body is ${what}`, { body });
	for (const type of OTHER_TYPES) yield build(good, `the body is ${type}`, { headers: { 'content-type': type } });
	yield build(good, 'the body is compressed', { headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } });
	yield build(good, 'the body has no type', { headers: {} });
	for (const { where, body } of changedBodies(good.body, plain(good.route.body), 3))
		yield build(good, `body: ${where}`, { body: Buffer.from(JSON.stringify(body)) });
}

function* withBadBytes(good: GoodRequest): Generator<RawRequest> {
	yield build(good, 'the body is empty', { body: Buffer.alloc(0) });
	yield build(good, 'the body is JSON', { headers: JSON_TYPE, body: Buffer.from('{"a":') });
	yield build(good, 'a bad checksum is announced', { headers: { 'x-content-sha256': 'nonsense' } });
	yield build(good, 'another checksum is announced', { headers: { 'x-content-sha256': 'a'.repeat(64) } });
}

/** The value with one thing wrong in it, at any depth up to `depth`. */
function* changedBodies(value: unknown, schema: PlainSchema, depth: number): Generator<{ where: string; body: unknown }> {
	if (schema.type === 'array' && schema.items && depth > 0) {
		const [first = {}] = value as unknown[];
		for (const { where, body } of changedBodies(first, schema.items, depth - 1)) yield { where: `[0] ${where}`, body: [body] };
		return;
	}
	if (schema.type !== 'object' || !schema.properties) return;
	const object = value as Record<string, unknown>;
	for (const cursor of 'cursor' in schema.properties ? FORGED_CURSORS : [])
		yield { where: `cursor is ${cursor}`, body: { ...object, cursor } };
	for (const [name, field] of Object.entries(schema.properties)) {
		for (const [what, bad] of Object.entries(BAD_VALUES)) yield { where: `${name} is ${what}`, body: { ...object, [name]: bad } };
		if (depth > 0)
			for (const { where, body } of changedBodies(object[name] ?? exampleOf(field, {}), field, depth - 1))
				yield { where: `${name}: ${where}`, body: { ...object, [name]: body } };
		if (name in object) {
			const { [name]: _, ...rest } = object;
			yield { where: `${name} is not there`, body: rest };
		}
	}
	yield { where: 'an unknown field', body: { ...object, unknown: 1 } };
}
