/** How wide the column of run names is: what the longest one takes, but not so wide that it drives the others away. */

/** An average letter of a name, and what stands beside it: the arrow and the cell's edges. */
const CHARACTER_PX = 7;
const MARGIN_PX = 48;
/** Widths are rounded to this, so that a name more seldom moves the columns. */
const STEP_PX = 40;
const WIDTH_PX_MIN = 184;
const WIDTH_PX_MAX = 264;

export function nameWidthPx(titles: readonly string[]): number {
	const longest = titles.reduce((length, title) => Math.max(length, title.length), 0);
	const wantedPx = Math.ceil((longest * CHARACTER_PX + MARGIN_PX) / STEP_PX) * STEP_PX;
	return Math.min(WIDTH_PX_MAX, Math.max(WIDTH_PX_MIN, wantedPx));
}
