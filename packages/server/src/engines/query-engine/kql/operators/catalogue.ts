/** All operators by the kind of their node. */
import { COLUMN_OPERATORS } from './column-operators.ts';
import { evaluate } from './evaluate.ts';
import { mvApply, mvExpand } from './expand.ts';
import { find } from './find.ts';
import { join, lookup } from './join.ts';
import { makeSeries } from './make-series.ts';
import type { Operator } from './operator.ts';
import { parse, parseWhere } from './parse.ts';
import { parseKv } from './parse-kv.ts';
import { partition } from './partition.ts';
import { ROW_OPERATORS } from './row-operators.ts';
import { scan } from './scan.ts';
import { onlyAtTheEnd } from './several-tables.ts';
import { summarize } from './summarize.ts';
import { topNested } from './top-nested.ts';
import { search, union } from './union.ts';

export const OPERATORS: Readonly<Record<string, Operator>> = {
	...ROW_OPERATORS,
	...COLUMN_OPERATORS,
	SummarizeOperator: summarize,
	JoinOperator: join,
	LookupOperator: lookup,
	UnionOperator: union,
	SearchOperator: search,
	FindOperator: find,
	MvExpandOperator: mvExpand,
	MvApplyOperator: mvApply,
	PartitionOperator: partition,
	ParseOperator: parse,
	ParseWhereOperator: parseWhere,
	ParseKvOperator: parseKv,
	MakeSeriesOperator: makeSeries,
	ScanOperator: scan,
	ForkOperator: onlyAtTheEnd,
	FacetOperator: onlyAtTheEnd,
	TopNestedOperator: topNested,
	EvaluateOperator: evaluate,
};

/** `MakeSeriesOperator` is written `make-series`; where Kusto has another word than the parser, or two, they stand here. */
const WRITTEN: Readonly<Record<string, readonly string[]>> = {
	Filter: ['where'],
	GetSchema: ['getschema'],
	MakeSeries: ['make-series'],
	Sort: ['sort', 'order'],
	Take: ['take', 'limit'],
};

function writtenNames(kind: string): readonly string[] {
	const name = kind.replace(/Operator$/, '');
	return WRITTEN[name] ?? [name.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase()];
}

/** The words that operators and statements begin with: what the reference page lists, and completion offers. */
export const OPERATOR_NAMES: ReadonlySet<string> = new Set([
	...Object.keys(OPERATORS).flatMap(writtenNames),
	...['range', 'datatable', 'invoke', 'let', 'materialize', 'toscalar'],
]);
