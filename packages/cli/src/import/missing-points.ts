/** Points of a source that are not here yet: none is doubled, none is passed over, in whatever order they come. */
import type { Client } from '@runstead/client';
import { LIMITS, type WireValue } from '@runstead/contract';
import type { SourcePoint } from './mlflow-source.ts';

/** Points of a series that are here, in the order in which they arrived. */
interface PointsHere {
	/** The next one, as text; null after the last one. */
	next(): Promise<string | null>;
}

/** One point as text: the same for the same. */
function textOf(step: number | null, timeMicros: number, value: WireValue): string {
	const text = typeof value === 'object' && value !== null ? Object.values(value)[0] : value;
	return `${step ?? 0} ${timeMicros} ${text}`;
}

export function wireValue(value: number): WireValue {
	return Number.isFinite(value) ? value : { number: String(value) as 'NaN' | 'Infinity' | '-Infinity' };
}

function pointsHere(client: Client, run: string, name: string): PointsHere {
	let texts: string[] = [];
	let at = 0;
	let after: number | null = -1;
	return {
		async next() {
			while (at >= texts.length && after !== null) {
				const page = await client.call('getMetricPoints', {
					params: { run },
					query: { name, after, limit: LIMITS.metricPointsPerBatch.max },
				});
				const values = page.columns[0]?.values ?? [];
				texts = page.steps.map((step, index) => textOf(step, page.times[index]!, values[index] ?? null));
				at = 0;
				after = page.next;
			}
			return texts[at++] ?? null;
		},
	};
}

/**
 * What of the points of a source a run lacks. As long as both say the same, nothing is kept in memory: most series only grow at their end.
 * A point that the source has twice is here twice as well.
 */
export async function* missingPoints(
	client: Client,
	run: string,
	name: string,
	source: AsyncIterable<readonly SourcePoint[]>,
): AsyncGenerator<SourcePoint[]> {
	const here = pointsHere(client, run, name);
	let mine = await here.next();
	let others: Map<string, number> | null = null;
	for await (const portion of source) {
		const missing: SourcePoint[] = [];
		for (const point of portion) {
			const text = textOf(point.step, point.timeMs * 1_000, wireValue(point.value));
			if (others === null && mine === text) {
				mine = await here.next();
				continue;
			}
			others ??= await restOf(mine, here);
			const count = others.get(text) ?? 0;
			if (count > 0) others.set(text, count - 1);
			else missing.push(point);
		}
		if (missing.length > 0) yield missing;
	}
}

/** How often each point is here that was not compared yet. */
async function restOf(first: string | null, here: PointsHere): Promise<Map<string, number>> {
	const rest = new Map<string, number>();
	for (let text = first; text !== null; text = await here.next()) rest.set(text, (rest.get(text) ?? 0) + 1);
	return rest;
}
