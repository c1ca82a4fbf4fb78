/** Where bars lie on their tracks: from what they are counted from up to their value, or down where that is below. */

export interface BarPlace {
	readonly left: string;
	readonly width: string;
}

/** Bars begin at zero, so that lengths can be compared; `base` is for what has no zero that means anything, such as times. */
export function barPlaces(values: readonly number[], base = 0): (value: number) => BarPlace {
	const [low, high] = [Math.min(base, ...values), Math.max(base, ...values)];
	const share = (value: number) => (high === low ? 0 : ((value - low) / (high - low)) * 100);
	return (value) => {
		const [from, to] = [share(Math.min(base, value)), share(Math.max(base, value))];
		// What is not zero is seen, however small.
		return { left: `${from}%`, width: value === base ? '0' : `max(2px, ${to - from}%)` };
	};
}
