/**
 * What filters ask of the addresses of runs' artifacts. An address is made of what a run has (its experiment and its id), unless its
 * experiment says otherwise, so that a pattern of addresses is asked of those.
 */
import type { ComparisonOperator, Filter, FilterField } from '@runstead/contract';
import { ARTIFACT_URI_PROPERTY } from './present-run.ts';

type Operator = Extract<ComparisonOperator, '=' | '!=' | 'like' | 'ilike'>;

const SCHEME = 'mlflow-artifacts:/';
const END = '/artifacts';
const ID: FilterField = { kind: 'attribute', name: 'id' };
const EXPERIMENT: FilterField = { kind: 'attribute', name: 'experimentId' };
const OWN_ADDRESS: FilterField = { kind: 'property', key: ARTIFACT_URI_PROPERTY };

const NONE: Filter = { type: 'compare', field: ID, operator: '=', value: '' };

/** @param experimentIds of the experiments that are searched. */
export function artifactUriFilter(operator: Operator, value: string, experimentIds: readonly string[]): Filter {
	if (operator === '!=') return { type: 'not', operand: artifactUriFilter('=', value, experimentIds) };
	const own: Filter = { type: 'compare', field: OWN_ADDRESS, operator, value };
	const made: Filter = {
		type: 'and',
		operands: [{ type: 'not', operand: { type: 'has', field: OWN_ADDRESS } }, madeAddress(operator, value, experimentIds)],
	};
	return { type: 'or', operands: [own, made] };
}

/** Of runs whose address nobody has set: the same question for experiments that leave the same of the pattern is asked once. */
function madeAddress(operator: Operator, value: string, experimentIds: readonly string[]): Filter {
	const bySame = Map.groupBy(new Set(experimentIds), (id) => JSON.stringify(idPatterns(operator, value, id)));
	const operands = [...bySame].flatMap(([key, experiments]): Filter[] => {
		const patterns = JSON.parse(key) as string[];
		if (patterns.length === 0) return [];
		const ids: Filter = { type: 'or', operands: patterns.map((pattern) => ({ type: 'compare', field: ID, operator, value: pattern })) };
		return [{ type: 'and', operands: [{ type: 'in', field: EXPERIMENT, values: experiments }, ids] }];
	});
	return operands.length === 0 ? NONE : { type: 'or', operands };
}

/** What the id of a run of the experiment must be like, one of them, for its address to be as asked. */
function idPatterns(operator: Operator, value: string, experimentId: string): string[] {
	const start = `${SCHEME}${experimentId}/`;
	if (operator === '=')
		return value.startsWith(start) && value.endsWith(END) && value.length > start.length + END.length
			? [value.slice(start.length, -END.length)]
			: [];
	const ignoreCase = operator === 'ilike';
	const rest = without(start, [[...value]], ignoreCase).map((pattern) => pattern.toReversed());
	return without([...END].toReversed(), rest, ignoreCase).map((pattern) => pattern.toReversed().join(''));
}

/** What is left of patterns of LIKE once a text before them is taken away, in each way in which that can be. */
function without(text: Iterable<string>, patterns: readonly string[][], ignoreCase: boolean): string[][] {
	let left = patterns;
	const isSame = (one: string, other: string): boolean => (ignoreCase ? one.toLowerCase() === other.toLowerCase() : one === other);
	for (const character of text) {
		const next = new Map<string, string[]>();
		for (const pattern of left)
			for (const rest of afterOne(pattern, (one) => one === '_' || isSame(one, character))) next.set(rest.join(''), rest);
		left = [...next.values()];
	}
	return [...left];
}

/** What is left of a pattern after one character: a `%` takes it and stays, or takes nothing. */
function afterOne([first, ...rest]: readonly string[], takes: (one: string) => boolean): string[][] {
	if (first === undefined) return [];
	if (first === '%') return [[first, ...rest], ...afterOne(rest, takes)];
	return takes(first) ? [rest] : [];
}
