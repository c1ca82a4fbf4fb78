/** Pictures by the steps that they were logged at. */
import type { PointPage } from './points-csv.ts';

export interface SteppedImage {
	readonly step: number;
	readonly path: string;
}

/** In the order of their steps; a picture without a step counts on from the one before. */
export function imagesOf(page: PointPage): SteppedImage[] {
	let last = -1;
	const images: SteppedImage[] = [];
	for (const [index, path] of (page.columns[0]?.values ?? []).entries()) {
		if (typeof path !== 'string') continue;
		last = page.steps[index] ?? last + 1;
		images.push({ step: last, path });
	}
	return images.sort((a, b) => a.step - b.step);
}

/** Every step of any series, ascending. */
export function stepsOf(all: readonly (readonly SteppedImage[])[]): number[] {
	return [...new Set(all.flatMap((images) => images.map((image) => image.step)))].sort((a, b) => a - b);
}

/** The newest picture that was there at a step; -1 before the first. */
export function indexAtStep(images: readonly SteppedImage[], step: number): number {
	return images.findLastIndex((image) => image.step <= step);
}
