/** What a measurement is, and what it gives: numbers with their unit, their target and what they are to be compared with. */

export type Unit = 'ms' | 'µs' | 'MiB' | 'points/s' | 'jobs/s' | 'MB/s';

/** A number is good when its median is at most, or at least, so much, or when 99 of 100 are at most so much. */
export type Target = { readonly atMost: number } | { readonly atLeast: number } | { readonly p99AtMost: number };

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
