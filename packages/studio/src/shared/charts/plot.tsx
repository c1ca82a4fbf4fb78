/** The ground of a chart drawn with SVG: axes with labels and grid, sized to the room that there is. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import type { AxisScale } from './axis-scale.ts';

const LEFT_PX = 60;
const RIGHT_PX = 12;
const TOP_PX = 8;
const BOTTOM_PX = 40;
/** Characters of a label under the axis. */
const LABEL_MAX = 14;

const useStyles = makeStyles({
	root: { minWidth: 0, overflow: 'hidden' },
	text: { fill: tokens.colorNeutralForeground3, fontSize: '11px', fontFamily: 'inherit' },
	grid: { stroke: tokens.colorNeutralStroke3 },
});

export interface PlotArea {
	readonly leftPx: number;
	readonly rightPx: number;
	readonly topPx: number;
	readonly bottomPx: number;
}

interface PlotProps {
	/** Says what is drawn, for those who do not see it. */
	readonly label: string;
	readonly heightPx: number;
	readonly xTitle?: string;
	readonly yTitle?: string;
	/** Axes for the room that there is, and what is drawn between them. */
	readonly draw: (area: PlotArea) => { readonly x?: AxisScale<never>; readonly y?: AxisScale<never>; readonly content: ReactNode };
}

export function Plot({ label, heightPx, xTitle, yTitle, draw }: PlotProps) {
	const styles = useStyles();
	const place = useRef<HTMLDivElement>(null);
	const [widthPx, setWidthPx] = useState(0);
	useLayoutEffect(() => {
		const element = place.current;
		if (element === null) return;
		setWidthPx(element.clientWidth);
		const observer = new ResizeObserver(() => setWidthPx(element.clientWidth));
		observer.observe(element);
		return () => observer.disconnect();
	}, []);
	const area = { leftPx: LEFT_PX, rightPx: Math.max(LEFT_PX + 1, widthPx - RIGHT_PX), topPx: TOP_PX, bottomPx: heightPx - BOTTOM_PX };
	const { x, y, content } = draw(area);
	return (
		<div ref={place} className={styles.root} style={{ height: heightPx }}>
			{widthPx > 0 && (
				// biome-ignore lint/a11y/useSemanticElements: its points lead to pages, so that it is no image; SVG knows no field set
				<svg width={widthPx} height={heightPx} role="group" aria-label={label}>
					{y?.ticks.map(({ atPx, label: text }) => (
						<g key={`${atPx} ${text}`}>
							<line className={styles.grid} x1={area.leftPx} x2={area.rightPx} y1={atPx} y2={atPx} />
							<text className={styles.text} x={area.leftPx - 6} y={atPx + 4} textAnchor="end">
								{shortened(text, 9)}
							</text>
						</g>
					))}
					{x?.ticks.map(({ atPx, label: text }) => (
						<g key={`${atPx} ${text}`}>
							<line className={styles.grid} x1={atPx} x2={atPx} y1={area.topPx} y2={area.bottomPx} />
							<text className={styles.text} x={atPx} y={area.bottomPx + 14} textAnchor="middle">
								{shortened(text, LABEL_MAX)}
							</text>
						</g>
					))}
					{xTitle && (
						<text className={styles.text} x={(area.leftPx + area.rightPx) / 2} y={heightPx - 6} textAnchor="middle">
							{xTitle}
						</text>
					)}
					{yTitle && (
						<text className={styles.text} transform={`translate(10 ${(area.topPx + area.bottomPx) / 2}) rotate(-90)`} textAnchor="middle">
							{yTitle}
						</text>
					)}
					{content}
				</svg>
			)}
		</div>
	);
}

function shortened(text: string, charactersMax: number): string {
	return text.length > charactersMax ? `${text.slice(0, charactersMax - 1)}…` : text;
}
