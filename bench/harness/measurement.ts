/** What a measurement is, and what it gives: numbers with their unit, their target and what they are to be compared with. */

export type Unit = 'ms' | 'µs' | 'MiB' | 'points/s' | 'events/s' | 'jobs/s' | 'MB/s' | 'calls/s' | 'pairs/s' | 'runs/s' | '%' | 'charts';

/** When a number is good; where several are named, all of them count. */
export interface Target {
	/** For the median. */
	readonly atMost?: number;
	/** For the median. */
	readonly atLeast?: number;
	/** For 99 of 100. */
	readonly p99AtMost?: number;
	/** How many times better than the baseline the median is at least: a rate higher, a time or a size lower. */
	readonly timesBetter?: number;
}

export interface Row {
	readonly name: string;
	readonly unit: Unit;
	/** One a repetition. */
	readonly samples: readonly number[];
	readonly target?: Target;
	/** Name of the row of the same run that this one is set against. */
	readonly baseline?: string;
}

export interface MeasurementOptions {
	/** A look whether it works at all, in seconds. */
	readonly quick: boolean;
	/** Tells the person who waits what goes on. */
	readonly tell: (text: string) => void;
}

export interface Measurement {
	/** What is measured and how, in a sentence. */
	readonly title: string;
	run(options: MeasurementOptions): Promise<Row[]>;
}
