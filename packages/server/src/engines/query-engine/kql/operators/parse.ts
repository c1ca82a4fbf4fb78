/** `parse` and `parse-where`: columns out of text, by a pattern of literals and columns. */
import { elementsOf, type SyntaxNode } from '../kusto.ts';
import { projected, restricted } from '../relations.ts';
import type { Column, Relation } from '../translation.ts';
import type { Translator } from '../translator.ts';
import { convert, type KqlType, kqlTypeOf, quoteText, SQL_TYPES } from '../values.ts';
import { type Operator, type OperatorCall, parameterOf } from './operator.ts';

interface Part {
	readonly name: string;
	readonly type: KqlType;
}

export const escaped = (text: string): string => text.replace(/[\\.+*?()[\]{}^$|]/g, '\\$&');

/** What a column of this type is read from; any text for one that has to be nothing special. */
const CAPTURES: Readonly<Partial<Record<KqlType, string>>> = {
	long: '\\s*(-?\\d+)',
	int: '\\s*(-?\\d+)',
	real: '\\s*(-?[\\d.]+(?:[eE][+-]?\\d+)?)',
};

/** What Kusto calls flags of a regular expression, which are those of RE2: ungreedy, several lines, dots that match line ends, no case. */
const FLAGS = /^[Uims]+$/;

function patternOf(node: SyntaxNode, kind: string, flags: string, { translation }: Translator): { regex: string; parts: Part[] } {
	const parts: Part[] = [];
	const pieces = elementsOf(node.Patterns);
	// A regular expression takes all that it can, unless it is told otherwise; what is simple takes what it must.
	const most = kind === 'regex' ? '' : '?';
	const regex = pieces.map((piece, index) => {
		const last = index === pieces.length - 1;
		switch (translation.kindOf(piece)) {
			case 'StarExpression':
				return last ? '.*' : `.*${most}`;
			case 'NameDeclaration':
				parts.push({ name: piece.SimpleName, type: 'string' });
				return last ? '(.*)' : `(.*${most})`;
			case 'NameAndTypeDeclaration': {
				const type = kqlTypeOf(piece.Type.ReferencedSymbol) ?? 'string';
				parts.push({ name: piece.Name.SimpleName, type });
				const number = CAPTURES[type];
				const isEndOpen = !last && translation.kindOf(pieces[index + 1] as SyntaxNode) === 'StarExpression';
				// What a star follows ends where its number does; nothing else says where.
				if (number && (kind === 'regex' || isEndOpen)) return kind === 'relaxed' ? `(?:${number})?` : number;
				return last ? '(.*)' : `(.*${most})`;
			}
			default: {
				const text = String(piece.LiteralValue ?? '');
				return kind === 'regex' ? text.replace(/\((?!\?)/g, '(?:') : escaped(text);
			}
		}
	});
	// Only a star at the start lets text go before the pattern.
	const anchored = translation.kindOf(pieces[0] as SyntaxNode) === 'StarExpression' ? regex.join('') : `^${regex.join('')}`;
	return { regex: `${kind === 'regex' && flags !== '' ? `(?${flags})` : '(?s)'}${anchored}${kind === 'regex' ? '' : '$'}`, parts };
}

function parsed({ node, source, scope, translator }: OperatorCall, onlyMatches: boolean): Relation {
	const { translation } = translator;
	const kind = parameterOf(node, 'kind') ?? 'simple';
	const flags = parameterOf(node, 'flags') ?? '';
	if (flags !== '' && !FLAGS.test(flags)) throw translation.error('semantic', `The flags of parse are U, i, m and s, not ${flags}.`, node);
	const { regex, parts } = patternOf(node, kind, flags, translator);
	const text = convert(translator.scalar(node.Expression, scope), 'string').sql;
	const found = translation.id('p');
	// One pass over the text: all groups at once, then each as its type.
	const groups = parts.map((_, index) => `g${index}`);
	const list = `[${groups.map(quoteText).join(', ')}]`;
	const extracted = parts.length > 0 ? `regexp_extract(${text}, ${quoteText(regex)}, ${list})` : 'NULL';
	const matches = `regexp_matches(${text}, ${quoteText(regex)})`;
	const inner: Relation = { ...source, sql: `SELECT *, CASE WHEN ${matches} THEN ${extracted} END AS ${found} FROM (${source.sql})` };
	const values = parts.map(({ name, type }, index) => {
		const raw = { sql: `${found}.g${index}`, type: 'string' as const };
		const value = convert(raw, type).sql;
		return { name, type, sql: type === 'string' ? `coalesce(${value}, '')` : `CAST(${value} AS ${SQL_TYPES[type]})` };
	});
	// Simple and regex are strict: one column that cannot be read empties them all.
	const strict = values.filter(({ type }) => type !== 'string').map(({ sql }) => `${sql} IS NOT NULL`);
	const allRead = strict.length > 0 ? strict.join(' AND ') : 'true';
	const columns = values.map(({ name, type, sql }) => {
		const empty = type === 'string' ? "''" : 'NULL';
		return {
			column: translation.column(name, type),
			sql: kind === 'relaxed' || strict.length === 0 ? sql : `CASE WHEN ${allRead} THEN ${sql} ELSE ${empty} END`,
		};
	});
	const kept = onlyMatches ? restricted(inner, `WHERE ${found} IS NOT NULL AND ${kind === 'relaxed' ? 'true' : allRead}`) : inner;
	return projected(kept, merged(source.columns, columns));
}

/** A column that is made takes the place of one with its name. */
export function merged(columns: readonly Column[], made: readonly { column: Column; sql: string }[]): { column: Column; sql: string }[] {
	const names = new Map(made.map((one) => [one.column.name, one]));
	const old = new Set(columns.map(({ name }) => name));
	return [
		...columns.map((column) => names.get(column.name) ?? { column, sql: column.id }),
		...[...names.values()].filter(({ column }) => !old.has(column.name)),
	];
}

export const parse: Operator = (call) => parsed(call, false);
export const parseWhere: Operator = (call) => parsed(call, true);
