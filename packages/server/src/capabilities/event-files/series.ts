/** Summaries of event files as series of a run: a scalar as it is, a picture by its file, a histogram as the table of its buckets. */
import { createHash } from 'node:crypto';
import { LIMITS, type MetricKind, type WireValue } from '@runstead/contract';
import type { TensorboardEvent } from '../../formats/tensorboard-event.ts';
import { type ParsedSeries, parseSeries } from '../metrics/service.ts';

/** A picture to be kept as a file of the run. */
export interface SummaryImage {
	readonly path: string;
	readonly bytes: Uint8Array;
}

interface Columns {
	readonly kind: MetricKind;
	readonly steps: number[];
	readonly times: number[];
	readonly columns: Map<string, WireValue[]>;
}

/** Pictures of event files lie here. */
const IMAGE_FOLDER = 'tensorboard';
const PATH_PART_CHARACTERS_MAX = 80;

/** One part of a path for any tag; what is not said as it is, is told apart by a hash. */
function folderOfTag(name: string): string {
	const safe = name.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, PATH_PART_CHARACTERS_MAX);
	return safe === name ? safe : `${safe}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}

const extensionOf = (bytes: Uint8Array): string => (bytes[0] === 0x89 ? 'png' : bytes[0] === 0xff ? 'jpg' : 'gif');

const wireNumber = (number: number): WireValue =>
	Number.isFinite(number) ? number : { number: Number.isNaN(number) ? 'NaN' : number > 0 ? 'Infinity' : '-Infinity' };

/** What a batch of events adds to a run. Tags that no metric can be named after are left out. */
export function seriesOfEvents(events: readonly TensorboardEvent[], prefix: string): { series: ParsedSeries[]; images: SummaryImage[] } {
	const found = new Map<string, Columns>();
	const images: SummaryImage[] = [];
	const add = (name: string, kind: MetricKind, { step, time }: TensorboardEvent, values: Readonly<Record<string, WireValue>>): void => {
		const key = `${kind} ${name}`;
		const columns: Columns = found.get(key) ?? { kind, steps: [], times: [], columns: new Map() };
		found.set(key, columns);
		columns.steps.push(step);
		columns.times.push(time);
		for (const [column, value] of Object.entries(values)) {
			const had = columns.columns.get(column);
			if (had) had.push(value);
			else columns.columns.set(column, [value]);
		}
	};
	for (const event of events) {
		for (const { tag, value } of event.values) {
			const name = prefix + tag;
			if (name.length > LIMITS.metricNameCharacters.max || name.includes('\0')) continue;
			if (value.type === 'scalar') add(name, 'scalar', event, { [name]: wireNumber(value.number) });
			else if (value.type === 'histogram')
				for (const { from, to, count } of value.buckets)
					add(name, 'table', event, { from: wireNumber(from), to: wireNumber(to), count: wireNumber(count) });
			else
				for (const [index, bytes] of value.images.entries()) {
					const number = index === 0 ? '' : `-${index}`;
					const path = `${IMAGE_FOLDER}/${folderOfTag(name)}/${event.step}${number}.${extensionOf(bytes)}`;
					images.push({ path, bytes });
					add(name, 'image', event, { [name]: path });
				}
		}
	}
	const series = [...found].map(([key, { kind, steps, times, columns }]) => ({
		name: key.slice(kind.length + 1),
		kind,
		steps,
		times,
		columns: [...columns].map(([name, values]) => ({ name, values })),
	}));
	return { series: parseSeries(series), images };
}
