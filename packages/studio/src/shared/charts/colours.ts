/** Colours for what draws on a canvas, which knows no tokens: read from the theme that holds at an element. */
import { tokens } from '@fluentui/react-components';

const GRID_SHARE = 0.3;

/** One series after the other; the first is the accent. */
const SERIES = [
	tokens.colorBrandForeground1,
	tokens.colorPaletteMarigoldBorderActive,
	tokens.colorPaletteTealBorderActive,
	tokens.colorPaletteBerryBorderActive,
	tokens.colorPaletteForestBorderActive,
	tokens.colorPaletteGrapeBorderActive,
	tokens.colorPalettePumpkinBorderActive,
	tokens.colorPaletteSteelBorderActive,
];

/** Strokes of those that follow the last colour, in pixels drawn and left out: with the colours enough for a hundred lines, of which no two look the same. */
const DASHES: readonly (readonly number[])[] = [
	[],
	[7, 4],
	[2, 3],
	[9, 3, 2, 3],
	[14, 4],
	[2, 7],
	[7, 3, 2, 3, 2, 3],
	[5, 2],
	[4, 8],
	[12, 2, 4, 2],
	[10, 8],
	[3, 3, 8, 3],
	[2, 2, 2, 6],
];

/** The stroke of a series: solid for as many as there are colours, then dashed. */
export function seriesDash(index: number): readonly number[] {
	return DASHES[Math.floor(index / SERIES.length) % DASHES.length] as readonly number[];
}

/** The colour of a series where CSS draws. */
export function seriesColour(index: number): string {
	return SERIES[index % SERIES.length] as string;
}

export interface ChartColours {
	readonly series: readonly string[];
	readonly text: string;
	/** Of marks: what is bad, and what is worth knowing. */
	readonly bad: string;
	readonly notice: string;
	readonly grid: string;
	/** Of the labels, in CSS's words. */
	readonly font: string;
}

export function readColours(element: Element): ChartColours {
	const style = getComputedStyle(element);
	// `var(--colorBrandForeground1)` -> `#0f6cbd`
	const resolve = (token: string) => style.getPropertyValue(token.slice('var('.length, -1)).trim();
	const text = resolve(tokens.colorNeutralForeground3);
	const grid = resolve(tokens.colorNeutralStroke3);
	return {
		series: SERIES.map(resolve),
		text,
		bad: resolve(tokens.colorPaletteRedForeground1),
		notice: resolve(tokens.colorPaletteMarigoldForeground2),
		// In high contrast every line is as bright as the data.
		grid: grid === text ? faded(grid, GRID_SHARE) : grid,
		font: `11px ${style.fontFamily}`,
	};
}

/** The colour with that share of it showing: `#0f6cbd` -> `#0f6cbd33`. */
export function faded(colour: string, share: number): string {
	if (!/^#[0-9a-f]{6}$/i.test(colour)) return colour;
	return (
		colour +
		Math.round(share * 255)
			.toString(16)
			.padStart(2, '0')
	);
}
