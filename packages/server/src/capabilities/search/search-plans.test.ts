/** Whichever way a search takes, it finds what looking at every run finds: random filters and orders against plain code. */
import { type Filter, type FilterField, type FilterValue, parseFilter, parseOrder, type Run, type Tags } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';

const RUNS = 120;
const SEARCHES = 150;

/** Numbers that look as if by chance, the same ones every time: https://en.wikipedia.org/wiki/Linear_congruential_generator. */
function chances(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
}

async function fill({ client, experiment }: TestApp): Promise<void> {
	const next = chances(1);
	for (let index = 0; index < RUNS; index++) {
		const run = `run-${index}`;
		const tags: Tags = next(4) === 0 ? {} : { color: next(10) === 0 ? null : (['red', 'green', 'Blue'][next(3)] as string) };
		await client.call('createRun', { params: { experiment }, body: { id: run, displayName: `run ${next(20)}`, tags } });
		const params = {
			...(next(5) > 0 && { rate: next(6) === 0 ? 'auto' : String(next(9) / 10) }),
			...(next(3) === 0 && { rare: String(next(4)) }),
		};
		await client.call('updateRun', { params: { run }, body: { params } });
		const names = ['loss', 'accuracy'].filter(() => next(5) > 0);
		const series = names.map((name) => ({
			name,
			kind: 'scalar' as const,
			times: [1, 2],
			columns: [{ name, values: [next(10), next(10)] }],
		}));
		if (series.length > 0) await client.call('logMetrics', { params: { run }, body: { series } });
		if (next(3) === 0) await client.call('changeRunStatus', { params: { run }, body: { status: next(2) === 0 ? 'Completed' : 'Failed' } });
	}
}

const LEAVES = [
	'metrics.loss < 3',
	'metrics.loss.min >= 2',
	'metrics.loss.mean > 4',
	'metrics.accuracy.max in (3, 9)',
	'metrics.accuracy is null',
	'has metrics.loss',
	"tags.color = 'red'",
	"tags.color != 'red'",
	"tags.color like 'B%'",
	"tags.color ilike 'b%'",
	'has tags.color',
	'tags.color is not null',
	'params.rate > 0.4',
	"params.rate = 'auto'",
	"params.rate in ('0.1', 'auto')",
	'params.rare = 2',
	'has params.rare',
	"status = 'Completed'",
	"displayName = 'run 7'",
	"displayName like 'run 1%'",
	'number <= 30',
	"params.none = 'x'",
];

const ORDERS = [
	'createdTime',
	'number',
	'displayName',
	'endTime',
	'metrics.loss',
	'metrics.loss.mean',
	'metrics.accuracy.max',
	'params.rate',
	'params.rare',
	'tags.color',
];

function randomFilter(next: (below: number) => number, depth: number): string {
	if (depth === 0 || next(3) === 0) return LEAVES[next(LEAVES.length)] as string;
	const inner = (): string => randomFilter(next, depth - 1);
	return [`(${inner()} and ${inner()})`, `(${inner()} and ${inner()} and ${inner()})`, `(${inner()} or ${inner()})`, `not (${inner()})`][
		next(4)
	] as string;
}

/** Whether the run has the field, and its value: null for a key alone. */
function fieldOf(run: Run, field: FilterField): FilterValue | null | undefined {
	switch (field.kind) {
		case 'attribute':
			return run[field.name as 'displayName' | 'number' | 'status' | 'endTime'] ?? undefined;
		case 'metric':
			return run.metrics[field.name]?.columns[field.name]?.[field.statistic] as number | undefined;
		default:
			return { tag: run.tags, property: run.properties, param: run.params }[field.kind][field.key];
	}
}

const patternOf = (like: string): RegExp => new RegExp(`^${like.replaceAll('%', '.*')}$`, 's');

function compares(value: FilterValue, operator: string, given: FilterValue): boolean {
	if (operator === 'like') return patternOf(String(given)).test(String(value));
	if (operator === 'ilike') return patternOf(String(given).toLowerCase()).test(String(value).toLowerCase());
	const number = typeof given === 'number' ? Number(value) : value;
	if (typeof number === 'number' && Number.isNaN(number)) return false;
	switch (operator) {
		case '=':
			return number === given;
		case '!=':
			return number !== given;
		case '<':
			return number < given;
		case '<=':
			return number <= given;
		case '>':
			return number > given;
		default:
			return number >= given;
	}
}

function passes(run: Run, filter: Filter): boolean {
	switch (filter.type) {
		case 'and':
			return filter.operands.every((operand) => passes(run, operand));
		case 'or':
			return filter.operands.some((operand) => passes(run, operand));
		case 'not':
			return !passes(run, filter.operand);
		case 'dataset':
			throw new TypeError('These runs read no datasets.');
	}
	const value = fieldOf(run, filter.field);
	if (filter.type === 'has') return value !== undefined;
	if (value === undefined || value === null) return false;
	if (filter.type === 'present') return true;
	if (filter.type === 'in') return filter.values.some((given) => compares(value, '=', given));
	return compares(value, filter.operator, filter.value);
}

/** Numbers first, then texts, then nothing, whatever the direction. */
function placeOf(value: FilterValue | null | undefined, field: FilterField): [number, number | string] {
	if (value === undefined || value === null) return [2, 0];
	if (field.kind === 'attribute' || field.kind === 'metric') return [0, value];
	return Number.isNaN(Number(value)) ? [1, value] : [0, Number(value)];
}

/** `runs` are in order of creation. */
function sorted(runs: readonly Run[], by: string, direction: 'ascending' | 'descending'): string[] {
	const field = parseOrder(by);
	const sign = direction === 'ascending' ? 1 : -1;
	const placed = runs.map((run, index) => ({ id: run.id, index, place: placeOf(fieldOf(run, field), field) }));
	placed.sort((one, other) => {
		const [segment, value] = one.place;
		const [otherSegment, otherValue] = other.place;
		if (segment !== otherSegment) return segment - otherSegment;
		if (value !== otherValue) return value < otherValue ? -sign : sign;
		return (one.index - other.index) * sign;
	});
	return placed.map(({ id }) => id);
}

describe.each(ENGINES)('searches on %s', (engine) => {
	it('find what looking at every run finds, in any order, on pages of any size', async () => {
		await using app = await startTestApp({ engine, agent: false });
		await fill(app);
		const search = (body: object) => app.client.call('searchRuns', { params: { workspace: 'lab' }, body });
		const { runs: all } = await search({ orderBy: { by: 'createdTime', direction: 'ascending' }, limit: 1_000 });
		expect(all.length).toBe(RUNS);
		const next = chances(7);
		for (let turn = 0; turn < SEARCHES; turn++) {
			const filter = randomFilter(next, 3);
			const [by, direction] = [ORDERS[next(ORDERS.length)] as string, next(2) === 0 ? 'ascending' : 'descending'] as const;
			const limit = [3, 20, 1_000][next(3)] as number;
			const found: string[] = [];
			let cursor: string | undefined;
			do {
				const { runs, nextCursor } = await search({ filter, orderBy: { by, direction }, limit, cursor });
				found.push(...runs.map(({ id }) => id));
				cursor = nextCursor ?? undefined;
			} while (cursor && found.length < limit * 3);
			const parsed = parseFilter(filter);
			const expected = sorted(
				all.filter((run) => passes(run, parsed)),
				by,
				direction,
			);
			expect({ filter, by, direction, limit, found }).toEqual({ filter, by, direction, limit, found: expected.slice(0, limit * 3) });
		}
	}, 120_000);
});
