import { describe, expect, it } from 'vitest';
import { chunkOf, mergeChunks, packChunk, sliceChunk, unpackChunk } from './chunk.ts';
import { joinPoints, packOutline, singlePoints, unpackOutline } from './outline.ts';
import { parseSeries } from './points.ts';
import { addToSummary } from './summary.ts';

const points = (columns: { name: string; type?: 'float' | 'integer'; values: unknown[] }[], steps?: (number | null)[]) => {
	const count = columns[0]?.values.length ?? 0;
	const [series] = parseSeries([
		{ name: 'm', kind: 'row', steps, times: Array.from({ length: count }, (_, index) => 1_000_000 + index), columns: columns as never },
	]);
	const ordinals = new Map(columns.map(({ name }, index) => [name, index]));
	return chunkOf((series as NonNullable<typeof series>).points, (name) => ordinals.get(name) as number);
};

describe('packChunk', () => {
	it('keeps NaN, infinities, 64-bit integers, texts, absent values and absent steps as they are', () => {
		const chunk = points(
			[
				{ name: 'a', values: [1.5, { number: 'NaN' }, { number: '-Infinity' }] },
				{ name: 'b', type: 'integer', values: [5, -7, 9007199254740991] },
				{ name: 'c', type: 'integer', values: [1, { integer: '9223372036854775807' }, 'text ü'] },
				{ name: 'd', values: [null, true, 2.5] },
			],
			[3, null, -9007199254740991],
		);
		expect(unpackChunk(packChunk(chunk))).toEqual(chunk);
		expect(chunk.columns.get(2)).toEqual({ type: 'mixed', values: [{ integer: '1' }, { integer: '9223372036854775807' }, 'text ü'] });
		expect([...(chunk.columns.get(0) as { numbers: Float64Array }).numbers]).toEqual([1.5, Number.NaN, Number.NEGATIVE_INFINITY]);
	});

	it('reads bytes that lie anywhere in a larger buffer, as a database gives them', () => {
		const packed = packChunk(points([{ name: 'a', values: [1, 2] }]));
		const shifted = new Uint8Array(packed.byteLength + 3);
		shifted.set(packed, 3);
		expect(unpackChunk(shifted.subarray(3))).toEqual(unpackChunk(packed));
	});

	it('refuses what a later release wrote', () => {
		const packed = packChunk(points([{ name: 'a', values: [1] }]));
		packed[0] = 2;
		expect(() => unpackChunk(packed)).toThrow('A metric chunk has version 2; this release reads 1.');
	});
});

describe('mergeChunks', () => {
	it('joins columns of one type, and lets integers say that they are when types differ', () => {
		const merged = mergeChunks([points([{ name: 'a', values: [1, 2] }]), points([{ name: 'a', type: 'integer', values: [3] }], [7])]);
		expect(merged.columns.get(0)).toEqual({ type: 'mixed', values: [1, 2, { integer: '3' }] });
		expect([...(merged.steps ?? [])]).toEqual([Number.NaN, Number.NaN, 7]);
		expect(sliceChunk(merged, 1, 3).columns.get(0)).toEqual({ type: 'mixed', values: [2, { integer: '3' }] });
	});

	it('fills a column that came later with nulls', () => {
		const merged = mergeChunks([
			points([{ name: 'a', values: [1] }]),
			points([
				{ name: 'a', values: [2] },
				{ name: 'b', values: [3] },
			]),
		]);
		expect(merged.columns.get(1)).toEqual({ type: 'mixed', values: [null, 3] });
	});
});

describe('outlines', () => {
	it('give min, max and last of every 64 points, whatever lies between', () => {
		const values = Array.from({ length: 130 }, (_, index) => (index === 70 ? { number: 'NaN' } : index % 64));
		const outline = packOutline(points([{ name: 'a', values }]), 1000);
		expect(unpackOutline(outline as Uint8Array).map(({ arrival, min, max, last, count }) => ({ arrival, min, max, last, count }))).toEqual([
			{ arrival: 1063, min: 0, max: 63, last: 63, count: 64 },
			{ arrival: 1127, min: 0, max: 63, last: 63, count: 64 },
			{ arrival: 1129, min: 0, max: 1, last: 1, count: 2 },
		]);
	});

	it('join points like the points themselves', () => {
		const single = singlePoints(points([{ name: 'a', values: [3, { number: 'NaN' }, 1, 'x'] }]), 0, 0);
		expect(single.length).toBe(3);
		expect(joinPoints(single)).toMatchObject({ min: 1, max: 3, last: 1, count: 3, arrival: 2 });
	});
});

describe('addToSummary', () => {
	it('takes the last by step, then time, then arrival; min and max without NaN', () => {
		const first = points([{ name: 'a', values: [5, 1, { number: 'NaN' }] }], [10, 2, 3]);
		const before = addToSummary(null, first, first.columns.get(0) as never);
		expect(before).toMatchObject({
			count: 3,
			numberCount: 2,
			first: 5,
			last: 5,
			lastStep: 10,
			min: 1,
			minStep: 2,
			max: 5,
			maxStep: 10,
			mean: 3,
		});
		const second = points([{ name: 'a', values: [9, 'text'] }], [10, 4]);
		expect(addToSummary(before, second, second.columns.get(0) as never)).toMatchObject({
			count: 5,
			numberCount: 3,
			first: 5,
			last: 9,
			lastStep: 10,
			min: 1,
			max: 9,
			mean: 5,
		});
		const third = points([{ name: 'a', values: [0.5] }], [1]);
		expect(addToSummary(before, third, third.columns.get(0) as never)).toMatchObject({
			count: 4,
			last: 5,
			lastStep: 10,
			min: 0.5,
			minStep: 1,
		});
	});
});
