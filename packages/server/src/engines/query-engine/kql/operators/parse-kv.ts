/** `parse-kv`: columns out of a text of keys and values, by what stands between them, by their quotes alone, or by a regular expression. */
import { textOf } from '../expression.ts';
import { elementsOf, type SyntaxNode } from '../kusto.ts';
import { projected, resultColumns } from '../relations.ts';
import type { Translator } from '../translator.ts';
import { convert, quoteText } from '../values.ts';
import type { Operator } from './operator.ts';
import { escaped, merged } from './parse.ts';

interface Quotes {
	readonly open: string;
	readonly close: string;
}

interface Settings {
	readonly pair: string | null;
	readonly between: string | null;
	readonly quotes: readonly Quotes[];
	/** Characters before which one in quotes stands for itself. */
	readonly escapes: string;
	readonly isGreedy: boolean;
	readonly regex: string | null;
}

/** SQL of the value of a key, given as SQL; null where there is none. The lists that it looks in are made once a row. */
interface Lookup {
	readonly lists: Readonly<Record<string, string>>;
	readonly valueAt: (lists: string, key: string) => string;
}

function settingsOf(node: SyntaxNode, { translation }: Translator): Settings {
	const given = new Map<string, string[]>();
	for (const { Name, Expression } of elementsOf(node.WithClause?.Properties ?? null)) {
		const value = typeof Expression.LiteralValue === 'string' ? Expression.LiteralValue : textOf(Expression);
		given.set(Name.SimpleName, [...(given.get(Name.SimpleName) ?? []), value]);
	}
	const texts = (name: string): string[] => given.get(name) ?? [];
	const settings: Settings = {
		pair: texts('pair_delimiter')[0] || null,
		between: texts('kv_delimiter')[0] || null,
		quotes: texts('quote')
			.filter((quote) => quote !== '')
			.map((quote) => ({ open: quote.slice(0, 1), close: quote.slice(-1) })),
		escapes: texts('escape').join(''),
		isGreedy: texts('greedy')[0] === 'true',
		regex: texts('regex')[0] ?? null,
	};
	if ((settings.pair === null) !== (settings.between === null))
		throw translation.error('semantic', 'parse-kv takes pair_delimiter and kv_delimiter together.', node);
	if (settings.isGreedy && settings.quotes.length > 0) throw translation.unsupported('parse-kv that is greedy and has quotes', node);
	return settings;
}

const classOf = (characters: string, but = ''): string => `[${but}${characters.replace(/[\\\]^-]/g, '\\$&')}]`;

/** A text in quotes, in which the quote that ends it may be escaped. */
function quotedPattern({ quotes, escapes }: Settings): string {
	const escapedOne = escapes === '' ? '' : `|${classOf(escapes)}.`;
	return quotes.map(({ open, close }) => `${escaped(open)}(?:${classOf(close + escapes, '^')}${escapedOne})*${escaped(close)}`).join('|');
}

/** What stands in quotes, without them and without what escapes; anything else as it is. */
function unquoted(sql: string, { quotes, escapes }: Settings): string {
	if (quotes.length === 0) return sql;
	const inside = `substring(${sql}, 2, length(${sql}) - 2)`;
	const plain = escapes === '' ? inside : `regexp_replace(${inside}, ${quoteText(`${classOf(escapes)}(.)`)}, '\\1', 'g')`;
	const areQuoted = quotes.map(
		({ open, close }) => `(length(${sql}) > 1 AND starts_with(${sql}, ${quoteText(open)}) AND ends_with(${sql}, ${quoteText(close)}))`,
	);
	return `CASE WHEN ${areQuoted.join(' OR ')} THEN ${plain} ELSE ${sql} END`;
}

const lookupInPairs = (keys: string, values: string): Lookup => ({
	lists: { k: keys, v: values },
	valueAt: (lists, key) => `${lists}.v[list_position(${lists}.k, ${key})]`,
});

/** The part of a key behind what had no key and so is none of its own. */
const lastPart = (sql: string, pair: string): string => `trim(string_split(${sql}, ${quoteText(pair)})[-1])`;

function lookupOf(text: string, settings: Settings): Lookup {
	const { pair, between, isGreedy, regex } = settings;
	const all = (pattern: string, group: number): string => `regexp_extract_all(${text}, ${quoteText(pattern)}, ${group})`;
	const each = (list: string, sql: (one: string) => string): string => `list_transform(${list}, lambda p: ${sql('p')})`;
	if (regex !== null)
		return lookupInPairs(
			each(all(regex, 1), (one) => `trim(${one})`),
			each(all(regex, 2), (one) => `trim(${one})`),
		);
	const quoted = quotedPattern(settings);
	if (pair === null || between === null) {
		// Whatever is no letter and no digit lies between: the value of a key is what comes next.
		const pieces = each(all(`(${quoted === '' ? '' : `${quoted}|`}[\\pL\\pN]+)`, 1), (one) => unquoted(one, settings));
		return { lists: { pieces }, valueAt: (lists, key) => `${lists}.pieces[nullif(list_position(${lists}.pieces, ${key}), 0) + 1]` };
	}
	if (isGreedy) {
		// Up to the next key: between two delimiters lie the value of one key and the next key.
		const pieces = `string_split(${text}, ${quoteText(between)})`;
		const ended = (one: string): string => `array_to_string(string_split(${one}, ${quoteText(pair)})[:-2], ${quoteText(pair)})`;
		return lookupInPairs(
			each(`${pieces}[:-2]`, (one) => lastPart(one, pair)),
			`list_concat(${each(`${pieces}[2:-2]`, (one) => `trim(${ended(one)})`)}, [trim(${pieces}[-1])])`,
		);
	}
	const part = `(${quoted === '' ? '' : `${quoted}|`}.*?)`;
	const pattern = `(?s)\\s*${part}\\s*${escaped(between)}\\s*${part}\\s*(?:${escaped(pair)}|$)`;
	return lookupInPairs(
		each(all(pattern, 1), (one) => unquoted(quoted === '' ? lastPart(one, pair) : keyIn(one, pair, quoted), settings)),
		each(all(pattern, 2), (one) => unquoted(one, settings)),
	);
}

/** A key in quotes may hold what lies between pairs. */
const keyIn = (sql: string, pair: string, quoted: string): string =>
	`CASE WHEN regexp_full_match(${sql}, ${quoteText(quoted)}) THEN ${sql} ELSE ${lastPart(sql, pair)} END`;

export const parseKv: Operator = ({ node, source, scope, translator }) => {
	const { translation } = translator;
	const text = convert(translator.scalar(node.Expression, scope), 'string').sql;
	const { lists, valueAt } = lookupOf(text, settingsOf(node, translator));
	const pairs = translation.id('p');
	const fields = Object.entries(lists).map(([name, sql]) => `${name} := ${sql}`);
	const inner = { ...source, sql: `SELECT *, struct_pack(${fields.join(', ')}) AS ${pairs} FROM (${source.sql})` };
	const types = new Map(resultColumns(node).map(({ name, type }) => [name, type]));
	const made = elementsOf(node.Keys.Columns).map(({ Name }) => {
		const type = types.get(Name.SimpleName) ?? 'string';
		const value = valueAt(pairs, quoteText(Name.SimpleName));
		const sql = convert({ sql: `coalesce(${value}, '')`, type: 'string' }, type).sql;
		return { column: translation.column(Name.SimpleName, type), sql };
	});
	return projected(inner, merged(source.columns, made));
};
