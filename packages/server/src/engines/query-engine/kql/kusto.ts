/** The Kusto parser, wrapped thinly: `@kusto/language-service-next` is .NET compiled to JavaScript, which sets globals and has no modules. */
import { createRequire } from 'node:module';
import { type LogTable, nearestNameOrNull } from '@runstead/contract';
import { NESTS_TOO_DEEPLY, QueryError } from './query-error.ts';

/** A node of the analysed tree. Which of the parts are there depends on its kind. */
export interface SyntaxNode {
	readonly Kind: number;
	readonly ChildCount: number;
	GetChild(index: number): SyntaxNode | null;
	GetCalledFunctionBody(): SyntaxNode | null;
	readonly TextStart: number;
	readonly Width: number;
	readonly IsToken: boolean;
	readonly IsLiteral: boolean;
	readonly Text: string;
	readonly ValueText: string;
	readonly LiteralValue: unknown;
	readonly SimpleName: string;
	readonly ResultType: KustoSymbol | null;
	readonly ReferencedSymbol: KustoSymbol | null;
	/** Of a list: null where there is none. */
	readonly Aggregates: SyntaxNode;
	readonly Assignments: SyntaxNode;
	readonly ComputationClause: SyntaxNode | null;
	readonly Declarations: SyntaxNode;
	readonly DeclareClause: SyntaxNode | null;
	readonly OptionalKeyword: SyntaxNode | null;
	readonly OrderByClause: SyntaxNode | null;
	readonly OutputKind: SyntaxNode;
	readonly PartitionByClause: SyntaxNode | null;
	readonly Steps: SyntaxNode;
	readonly ArgumentList: SyntaxNode;
	readonly Arguments: SyntaxNode;
	readonly AsIdentifier: SyntaxNode | null;
	readonly Body: SyntaxNode;
	readonly ByClause: SyntaxNode | null;
	readonly ByExpression: SyntaxNode;
	readonly ChartType: SyntaxNode;
	readonly Clauses: SyntaxNode;
	readonly Columns: SyntaxNode;
	readonly Condition: SyntaxNode;
	readonly ConditionClause: SyntaxNode | null;
	readonly DefaultExpression: SyntaxNode | null;
	readonly DefaultValue: SyntaxNode | null;
	readonly Element: SyntaxNode;
	readonly Expression: SyntaxNode;
	readonly Expressions: SyntaxNode;
	readonly First: SyntaxNode;
	readonly From: SyntaxNode;
	readonly Function: SyntaxNode;
	readonly FunctionCall: SyntaxNode;
	readonly InClause: SyntaxNode | null;
	readonly Keys: SyntaxNode;
	readonly Left: SyntaxNode;
	readonly LookupClause: SyntaxNode | null;
	readonly MakeSeriesFromClause: SyntaxNode | null;
	readonly MakeSeriesStepClause: SyntaxNode;
	readonly MakeSeriesToClause: SyntaxNode | null;
	readonly Name: SyntaxNode;
	readonly NameAndType: SyntaxNode;
	readonly Names: SyntaxNode;
	readonly NameEquals: SyntaxNode | null;
	readonly NullsClause: SyntaxNode | null;
	readonly OfExpression: SyntaxNode;
	readonly OnClause: SyntaxNode;
	readonly Operand: SyntaxNode;
	readonly Operator: SyntaxNode;
	readonly Ordering: SyntaxNode;
	readonly Pairs: SyntaxNode;
	readonly Parameters: SyntaxNode;
	readonly Patterns: SyntaxNode;
	readonly Properties: SyntaxNode;
	readonly Query: SyntaxNode;
	readonly RangeClause: SyntaxNode;
	readonly Right: SyntaxNode;
	readonly RowLimit: SyntaxNode;
	readonly RowLimitClause: SyntaxNode | null;
	readonly ScanStepOutput: SyntaxNode | null;
	readonly Schema: SyntaxNode;
	readonly Second: SyntaxNode;
	readonly Selector: SyntaxNode;
	readonly Statements: SyntaxNode;
	readonly Step: SyntaxNode;
	readonly Subquery: SyntaxNode;
	readonly To: SyntaxNode;
	readonly ToTypeOf: SyntaxNode | null;
	readonly Type: SyntaxNode;
	readonly TypeOf: SyntaxNode;
	readonly Types: SyntaxNode;
	readonly Value: SyntaxNode;
	readonly ValueClause: SyntaxNode | null;
	readonly Values: SyntaxNode;
	readonly WithClause: SyntaxNode | null;
	readonly WithOthersClause: SyntaxNode | null;
}

export interface KustoSymbol {
	readonly Name: string;
	readonly Type?: KustoSymbol;
	/** Of a table. */
	readonly Columns?: { readonly Count: number; getItem(index: number): { readonly Name: string; readonly Type: KustoSymbol } };
	/** Of a group of symbols. */
	readonly Members?: { readonly Count: number; getItem(index: number): KustoSymbol };
}

interface Diagnostic {
	readonly Code: string;
	readonly Severity: string;
	readonly Message: string;
	readonly Start: number;
	readonly Length: number;
}

interface Code {
	readonly Kind: string;
	readonly Syntax: SyntaxNode;
	readonly ResultType: KustoSymbol | null;
	GetDiagnostics(): List<Diagnostic>;
}

/** A list of .NET. */
interface List<T> {
	readonly Count: number;
	getItem(index: number): T;
}

interface CompletionItem {
	readonly Kind: number;
	readonly DisplayText: string;
	readonly MatchText: string;
	readonly BeforeText: string;
	readonly AfterText: string;
}

interface EditorService {
	GetCompletionItems(position: number): { readonly Items: List<CompletionItem>; readonly EditStart: number; readonly EditLength: number };
}

type Globals = { WithCluster(cluster: unknown): Globals; WithDatabase(database: unknown): Globals };

interface KustoLibrary {
	readonly KustoCode: { Parse(text: string, globals: Globals): Code; ParseAndAnalyze(text: string, globals: Globals): Code };
	readonly GlobalState: { readonly Default: Globals };
	readonly Syntax: { readonly SyntaxKind: Record<string, unknown> };
	readonly Editor: {
		readonly CompletionKind: Record<string, unknown>;
		readonly KustoCodeService: { readonly $ctor1: new (text: string, globals: Globals) => EditorService };
	};
	readonly Symbols: {
		readonly TableSymbol: { readonly $ctor7: new (name: string, schema: string, description: string | null) => unknown };
		readonly DatabaseSymbol: { readonly ctor: new (name: string, members: readonly unknown[]) => unknown };
		readonly ClusterSymbol: { readonly ctor: new (name: string, databases: readonly unknown[]) => unknown };
	};
}

declare global {
	var Kusto: { readonly Language: KustoLibrary } | undefined;
	var Bridge: { getTypeName(value: unknown): string } | undefined;
}

/** What is wrong with a part of a query, or should be looked at. */
export interface Remark {
	readonly severity: 'error' | 'warning';
	readonly message: string;
	/** In characters from the start of the query. */
	readonly start: number;
	readonly length: number;
	/** The parser's own code, such as KS142. */
	readonly kustoCode: string | null;
}

/** What could stand at a place: `before` is put there, the cursor behind it, and `after` behind the cursor. */
export interface Proposal {
	/** Kusto's kind of it: Column, Table, BuiltInFunction, QueryPrefix, … */
	readonly kind: string;
	readonly label: string;
	/** The name alone, as people begin to type it. */
	readonly name: string;
	readonly before: string;
	readonly after: string;
}

export interface KustoParser {
	/** Parses and analyses a query. @throws {QueryError} for the first of its errors. */
	analyse(text: string): { readonly syntax: SyntaxNode; readonly warnings: readonly string[] };
	/** All that the parser has to say of a query. @throws {QueryError} when it nests too deeply, or is a command. */
	remarks(text: string): readonly Remark[];
	/** What may stand at a place of a query, with the characters that a proposal replaces. @throws {QueryError} when it nests too deeply. */
	proposals(text: string, position: number): { readonly start: number; readonly length: number; readonly proposals: readonly Proposal[] };
	kindOf(node: SyntaxNode): string;
	/** The kind of what a name refers to: TableSymbol, ColumnSymbol, VariableSymbol, … */
	symbolKindOf(symbol: KustoSymbol): string;
}

/** Beyond this the binder, which calls itself for each level, would run out of stack. */
const NESTING_MAX = 200;

/** Errors that are told with what may have been meant; looking for it takes some ten milliseconds. */
const MEANT_MAX = 3;
/** The codes for names of operators, and of tables, columns and functions, that there are not. */
const UNKNOWN_NAMES = new Set(['KS142', 'KS176', 'KS204', 'KS211']);
const NAME = /^[A-Za-z_]\w*$/;
/** What Azure Monitor has for tables of other places: the parser, which is Kusto's, does not know them. */
const PLACE_FUNCTIONS: ReadonlySet<string> = new Set(['workspace', 'app', 'resource']);

export function createKustoParser(tables: Iterable<LogTable>): KustoParser {
	const require = createRequire(import.meta.url);
	require('@kusto/language-service-next/bridge.min.js');
	require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');
	const library = (globalThis.Kusto as NonNullable<typeof globalThis.Kusto>).Language;
	const bridge = globalThis.Bridge as NonNullable<typeof globalThis.Bridge>;
	const kinds = namesOf(library.Syntax.SyntaxKind);
	const kindOf = (node: SyntaxNode): string => kinds.get(node.Kind) ?? String(node.Kind);
	const proposalKinds = namesOf(library.Editor.CompletionKind);
	const { TableSymbol, DatabaseSymbol, ClusterSymbol } = library.Symbols;
	const symbols = [...tables].map(({ name, columns, description }) => {
		const schema = columns.map((column) => `['${column.name}']:${column.type}`).join(', ');
		return new TableSymbol.$ctor7(name, `(${schema})`, description);
	});
	const database = new DatabaseSymbol.ctor('logs', symbols);
	const globals = library.GlobalState.Default.WithCluster(new ClusterSymbol.ctor('runstead', [database])).WithDatabase(database);

	/** What the library falls over while it looks at a query is the query's fault: it calls itself for each level, and graphs are half there. */
	const looked = <Result>(text: string, look: () => Result): Result => {
		checkNesting(text);
		try {
			return look();
		} catch (error) {
			throw error instanceof RangeError ? new QueryError('unsupported', NESTS_TOO_DEEPLY) : refusalOf(text);
		}
	};

	const refusalOf = (text: string): QueryError => {
		const graph = firstNode(library.KustoCode.Parse(text, globals).Syntax, (node) => /^(Make)?Graph\w*Operator$/.test(kindOf(node)));
		if (graph === null) return new QueryError('unsupported', 'The parser can make nothing of this query.', 0, text.length);
		const [name = ''] = graph.toString().trim().split(/[\s(]/, 1);
		return new QueryError('unsupported', `The operator ${name} is not supported here.`, graph.TextStart, graph.Width);
	};

	const parse = (text: string): { syntax: SyntaxNode; remarks: Remark[] } => {
		const { code, diagnostics } = looked(text, () => {
			const analysed = library.KustoCode.ParseAndAnalyze(text, globals);
			return { code: analysed, diagnostics: itemsOf(analysed.GetDiagnostics()) };
		});
		if (code.Kind === 'Command') throw new QueryError('unsupported', 'Management commands are not part of queries.', 0, text.length);
		const remarks = diagnostics.flatMap(({ Code, Severity, Message, Start, Length }): Remark[] => {
			const severity = Severity === 'Error' ? 'error' : Severity === 'Warning' ? 'warning' : null;
			return severity === null ? [] : [{ severity, message: Message, start: Start, length: Length, kustoCode: Code }];
		});
		return { syntax: code.Syntax, remarks: remarks.map((remark, index) => (index < MEANT_MAX ? withMeant(text, remark) : remark)) };
	};

	const proposalsAt = (text: string, position: number) =>
		looked(text, () => new library.Editor.KustoCodeService.$ctor1(text, globals).GetCompletionItems(position));

	/** A name that nothing has is told together with the one that may have been meant: one of those that may stand there. */
	const withMeant = (text: string, remark: Remark): Remark => {
		const { start, length, message, kustoCode } = remark;
		const given = text.slice(start, start + length);
		if (!UNKNOWN_NAMES.has(kustoCode ?? '') || !NAME.test(given)) return remark;
		if (kustoCode === 'KS211' && PLACE_FUNCTIONS.has(given)) {
			const instead = 'ask all workspaces, or name others beside the query ("workspaces" of a request)';
			return { ...remark, message: `The function ${given}() is not supported here: ${instead}.` };
		}
		const meant = nearestNameOrNull(
			given,
			itemsOf(proposalsAt(text, start).Items).flatMap(({ MatchText }) => (NAME.test(MatchText) ? [MatchText] : [])),
		);
		return meant === null || meant === given ? remark : { ...remark, message: `${message} Did you mean ${meant}?` };
	};

	return {
		analyse(text) {
			const { syntax, remarks } = parse(text);
			const error = remarks.find(({ severity }) => severity === 'error');
			if (error) {
				const { message, start, length, kustoCode } = error;
				throw new QueryError(isSyntaxCode(kustoCode ?? '') ? 'syntax' : 'semantic', message, start, length, kustoCode);
			}
			return { syntax, warnings: remarks.map(({ message }) => message) };
		},
		remarks: (text) => parse(text).remarks,
		proposals(text, position) {
			const { Items, EditStart, EditLength } = proposalsAt(text, position);
			const proposals = itemsOf(Items).map(({ Kind, DisplayText, MatchText, BeforeText, AfterText }) => ({
				kind: proposalKinds.get(Kind) ?? 'Unknown',
				label: DisplayText,
				name: MatchText,
				before: BeforeText,
				after: AfterText,
			}));
			return { start: EditStart, length: EditLength, proposals };
		},
		kindOf,
		symbolKindOf: (symbol) => bridge.getTypeName(symbol).replace(/^.*\./, ''),
	};
}

function itemsOf<T>(list: List<T>): T[] {
	return Array.from({ length: list.Count }, (_, index) => list.getItem(index));
}

/** The names of an enumeration by their numbers. */
function namesOf(enumeration: Record<string, unknown>): ReadonlyMap<number, string> {
	return new Map(Object.entries(enumeration).flatMap(([name, value]) => (typeof value === 'number' ? [[value, name]] : [])));
}

/** Codes below KS100 are of the grammar. */
function isSyntaxCode(code: string): boolean {
	return /^KS0/.test(code);
}

/** The first node of a tree that is such; null: there is none. */
function firstNode(node: SyntaxNode, isIt: (node: SyntaxNode) => boolean): SyntaxNode | null {
	if (isIt(node)) return node;
	for (let index = 0; index < node.ChildCount; index++) {
		const child = node.GetChild(index);
		const inside = child && firstNode(child, isIt);
		if (inside) return inside;
	}
	return null;
}

function checkNesting(text: string): void {
	let depth = 0;
	for (let index = 0; index < text.length; index++) {
		const character = text.charAt(index);
		if ('([{'.includes(character)) depth++;
		else if (')]}'.includes(character)) depth--;
		if (depth > NESTING_MAX) {
			const message = `The query nests deeper than ${NESTING_MAX} brackets here: give a part of it a name with let.`;
			throw new QueryError('unsupported', message, index, 1);
		}
	}
}

/** The elements of a list, without the commas between them. */
export function elementsOf(list: SyntaxNode | null): SyntaxNode[] {
	const found: SyntaxNode[] = [];
	for (let index = 0; index < (list?.ChildCount ?? 0); index++) {
		const child = (list as SyntaxNode).GetChild(index);
		if (child) found.push(child.Element ?? child);
	}
	return found;
}
