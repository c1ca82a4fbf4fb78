/** Whether an element is on screen, or nearly: what is not need not be read or drawn. */
import { type RefCallback, useCallback, useState } from 'react';

/** Begins this far outside the window, so that what is scrolled to is there already. */
const AHEAD = '200px';

/** Widths are rounded up to this, so that a window that is dragged does not ask the server for each pixel. */
const WIDTH_STEP_PX = 100;

export function inBuckets(widthPx: number): number {
	return Math.ceil(widthPx / WIDTH_STEP_PX) * WIDTH_STEP_PX;
}

export function useOnScreen(): [RefCallback<Element>, boolean] {
	const [ref, { isOnScreen }] = usePlace();
	return [ref, isOnScreen];
}

/** The same, with the buckets that a chart so wide has room for; null before it was laid out. */
export function useChartPlace(): [RefCallback<Element>, boolean, number | null] {
	const [ref, { isOnScreen, widthPx }] = usePlace();
	return [ref, isOnScreen, widthPx];
}

interface Place {
	readonly isOnScreen: boolean;
	readonly widthPx: number | null;
}

const NOWHERE: Place = { isOnScreen: false, widthPx: null };

function usePlace(): [RefCallback<Element>, Place] {
	const [place, setPlace] = useState(NOWHERE);
	const ref: RefCallback<Element> = useCallback((element) => {
		if (element === null) return;
		const change = (isOnScreen: boolean | null, exactPx: number) =>
			setPlace((before) => {
				const widthPx = exactPx === 0 ? before.widthPx : inBuckets(exactPx);
				const next = { isOnScreen: isOnScreen ?? before.isOnScreen, widthPx };
				return next.isOnScreen === before.isOnScreen && next.widthPx === before.widthPx ? before : next;
			});
		const seen = new IntersectionObserver(
			(entries) => {
				const entry = entries.at(-1);
				if (entry) change(entry.isIntersecting, entry.boundingClientRect.width);
			},
			{ rootMargin: AHEAD },
		);
		const sized = new ResizeObserver(([entry]) => change(null, entry?.borderBoxSize[0]?.inlineSize ?? 0));
		// What is in the window when it comes is known with its layout; the observers tell of it a drawing later.
		const { top, bottom, width } = element.getBoundingClientRect();
		change(top < innerHeight && bottom > 0, width);
		seen.observe(element);
		sized.observe(element);
		return () => {
			seen.disconnect();
			sized.disconnect();
		};
	}, []);
	return [ref, place];
}
