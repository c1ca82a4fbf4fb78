/** Whether the dimensions of a series fit a filter. Values are compared whatever their case, as Azure Monitor does. */
import type { DimensionFilter } from '@runstead/contract';
import type { Dimensions } from './samples.ts';

export type DimensionTest = (dimensions: Dimensions) => boolean;

export function dimensionTest(filters: readonly DimensionFilter[]): DimensionTest {
	const tests = filters.map(conditionTest);
	return (dimensions) => tests.every((test) => test(dimensions));
}

function conditionTest({ dimension, operator, values }: DimensionFilter): DimensionTest {
	const fits = values.map(operator === 'startswith' ? startTest : wildcardTest);
	const isWanted = operator !== 'ne';
	return (dimensions) => fits.some((test) => test((dimensions[dimension] ?? '').toLowerCase())) === isWanted;
}

function startTest(start: string): (value: string) => boolean {
	const folded = start.toLowerCase();
	return (value) => value.startsWith(folded);
}

/** The parts between the stars, in their order: no expression is compiled of what somebody has sent. */
function wildcardTest(pattern: string): (value: string) => boolean {
	const parts = pattern.toLowerCase().split('*');
	const first = parts[0] as string;
	const last = parts.at(-1) as string;
	if (parts.length === 1) return (value) => value === first;
	return (value) => {
		if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false;
		let at = first.length;
		for (const part of parts.slice(1, -1)) {
			const found = value.indexOf(part, at);
			if (found < 0 || found + part.length > value.length - last.length) return false;
			at = found + part.length;
		}
		return true;
	};
}
