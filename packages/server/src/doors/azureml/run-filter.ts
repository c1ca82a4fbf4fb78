/**
 * Filters of the run history, as the clients of Azure ML write them, in the words of our own search:
 * `((Tags/quality eq "good") and (ParentRunId eq null))` is `(tags."quality" = 'good') and parentId is null`.
 */
import { checkLimit, RUN_ATTRIBUTES, type RunAttribute, RunsteadError } from '@runstead/contract';
import { SCRIPT_RUN_TYPE } from './present-run.ts';

/** One comparison; `has`: the key is there, with or without a value. */
export interface AzureClause {
	readonly field: string;
	readonly operator: 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' | 'has';
	readonly value: string | null;
}

type Node = AzureClause | { readonly joined: 'and' | 'or'; readonly nodes: readonly Node[] };

const DEPTH_MAX = 100;
const OPERATORS = { eq: '=', ne: '!=', gt: '>', ge: '>=', lt: '<', le: '<=' } as const;
/** The field may hold spaces: tags are free text. Taken by words, so that many spaces are not tried one by one. */
const COMPARISON = /^\s*(\S+(?:\s+\S+)*?)\s+(eq|ne|gt|ge|lt|le)\s+/is;
/** A text in quotes ends with the quote that something of the grammar follows: quotes within are not escaped. */
const QUOTED = /^"(.*?)"(?=\s*(?:$|\)|\s(?:and|or)\s))/is;
const BARE = /^([^\s)]*(?:\s+[^\s)]+)*?)(?=\s*(?:$|\)|\s(?:and|or)\s))/is;

function refuse(reason: string, position: number): never {
	throw new RunsteadError('invalid-filter', { position: position + 1, reason });
}

class Parser {
	readonly #text: string;
	#at = 0;

	constructor(text: string) {
		this.#text = text;
	}

	whole(): Node {
		const node = this.#joined('or', 0);
		if (this.#rest().trim() !== '')
			refuse(`expected "and", "or" or the end, found ${JSON.stringify(this.#rest().trim().slice(0, 20))}`, this.#at);
		return node;
	}

	#rest(): string {
		return this.#text.slice(this.#at);
	}

	#takes(pattern: RegExp): RegExpExecArray | null {
		const match = pattern.exec(this.#rest());
		if (match) this.#at += match[0].length;
		return match;
	}

	#joined(joined: 'and' | 'or', depth: number): Node {
		const next = (): Node => (joined === 'or' ? this.#joined('and', depth) : this.#term(depth));
		const nodes = [next()];
		while (this.#takes(joined === 'or' ? /^\s*or\s+/i : /^\s*and\s+/i)) nodes.push(next());
		return nodes.length === 1 ? (nodes[0] as Node) : { joined, nodes };
	}

	#term(depth: number): Node {
		if (depth > DEPTH_MAX) refuse('it is nested too deeply', this.#at);
		if (this.#takes(/^\s*\(/)) {
			const node = this.#joined('or', depth + 1);
			if (!this.#takes(/^\s*\)/)) refuse('expected ")"', this.#at);
			return node;
		}
		const compared = this.#takes(COMPARISON);
		if (!compared) return refuse('expected a comparison such as Status eq Failed', this.#at);
		const operator = (compared[2] as string).toLowerCase() as AzureClause['operator'];
		const field = compared[1] as string;
		const quoted = this.#takes(QUOTED);
		const value = quoted ? (quoted[1] as string) : (this.#takes(BARE)?.[1] ?? '').trim();
		return { field, operator, value: !quoted && value.toLowerCase() === 'null' ? null : value };
	}
}

/** @throws {RunsteadError} invalid-filter, limit-exceeded. */
function parse(text: string): Node {
	checkLimit('The length of the filter', text.length, 'azureFilterCharacters');
	return withHas(new Parser(text).whole());
}

/** `x ne null or x eq null` asks whether there is such a key. */
function withHas(node: Node): Node {
	if ('field' in node) return node;
	const nodes = node.nodes.map(withHas);
	const [one, other] = nodes;
	if (node.joined === 'or' && nodes.length === 2 && isNullTest(one, 'ne') && isNullTest(other, 'eq') && one.field === other.field)
		return { field: one.field, operator: 'has', value: null };
	return { joined: node.joined, nodes };
}

function isNullTest(node: Node | undefined, operator: 'eq' | 'ne'): node is AzureClause {
	return node !== undefined && 'field' in node && node.value === null && node.operator === operator;
}

/** Attributes that Azure calls otherwise; the others differ in their first letter alone. */
const ATTRIBUTES: Readonly<Record<string, RunAttribute>> = {
	runid: 'id',
	runnumber: 'number',
	parentrunid: 'parentId',
	rootrunid: 'rootId',
	runtype: 'type',
	createdutc: 'createdTime',
	starttimeutc: 'startTime',
	endtimeutc: 'endTime',
	...Object.fromEntries(Object.keys(RUN_ATTRIBUTES).map((name) => [name.toLowerCase(), name as RunAttribute])),
};

/** The type of runs that have a job. */
const JOB_TYPE = 'script';

/** What no run has here, so that no run fulfils what is asked of it. */
const NEVER = "id = ''";

/** A filter over runs in the words of our search. '' is none. @throws {RunsteadError} invalid-filter. */
export function searchFilterOf(text: string): string {
	return text.trim() === '' ? '' : written(parse(text));
}

function written(node: Node): string {
	if (!('field' in node)) return node.nodes.map((one) => `(${written(one)})`).join(` ${node.joined} `);
	const { field, operator, value } = node;
	const keyed = /^(tags|properties)\/(.+)$/is.exec(field);
	if (keyed) {
		const name = `${(keyed[1] as string).toLowerCase()}."${(keyed[2] as string).replaceAll('"', '""')}"`;
		return operator === 'has' ? `has ${name}` : comparison(name, operator, value);
	}
	if (/^runtypev2\//i.test(field)) return NEVER;
	const attribute = ATTRIBUTES[field.toLowerCase()];
	if (attribute === undefined) return refuse(`runs are not filtered by ${JSON.stringify(field)}`, 0);
	if (operator === 'has') return `${attribute} is not null or ${attribute} is null`;
	if (attribute === 'type' && value === SCRIPT_RUN_TYPE) return comparison(attribute, operator, JOB_TYPE);
	return comparison(attribute, operator, value !== null && RUN_ATTRIBUTES[attribute] === 'time' ? isoTime(value) : value);
}

function comparison(name: string, operator: Exclude<AzureClause['operator'], 'has'>, value: string | null): string {
	if (value === null) {
		if (operator === 'eq') return `${name} is null`;
		return operator === 'ne' ? `${name} is not null` : NEVER;
	}
	const isNumber = name === 'number' || name === 'durationMs';
	return `${name} ${OPERATORS[operator]} ${isNumber ? value : `'${value.replaceAll("'", "''")}'`}`;
}

/** Times come as Python writes them: a space between date and time, and no zone where it is UTC. */
function isoTime(text: string): string {
	const time = text.trim().replace(' ', 'T');
	const dated = time.includes('T') ? time : `${time}T00:00:00`;
	return /(Z|[+-]\d\d:?\d\d)$/i.test(dated) ? dated : `${dated}Z`;
}

/** A filter that is comparisons which all have to hold. '' is none. @throws {RunsteadError} invalid-filter. */
export function parseClauses(text: string): AzureClause[] {
	if (text.trim() === '') return [];
	const flat = (node: Node): AzureClause[] => {
		if ('field' in node) return [node];
		if (node.joined === 'or') return refuse('"or" has no meaning here', 0);
		return node.nodes.flatMap(flat);
	};
	return flat(parse(text));
}
