/** A short piece of a line as its chart draws it: colour and dashes, so that a legend names one line alone. */
import { seriesColour, seriesDash } from './colours.ts';

/** Wide enough for every pattern of dashes to be seen once. */
const WIDTH_PX = 24;
const HEIGHT_PX = 3;

export function LineStroke({ series, widthPx = WIDTH_PX }: { readonly series: number; readonly widthPx?: number }) {
	return (
		<svg width={widthPx} height={HEIGHT_PX} aria-hidden="true" style={{ flexShrink: 0 }}>
			<line
				x2={widthPx}
				y1={HEIGHT_PX / 2}
				y2={HEIGHT_PX / 2}
				stroke={seriesColour(series)}
				strokeWidth={HEIGHT_PX}
				strokeDasharray={seriesDash(series).join(' ')}
			/>
		</svg>
	);
}
