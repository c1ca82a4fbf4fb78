/** One chart of the panel: its card with what can be done to it, and the kind that draws it. */

import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { type ReactNode, Suspense, useState } from 'react';
import { ChartCard } from '../../shared/charts/chart-card.tsx';
import { FullWindow } from '../../shared/charts/full-window.tsx';
import { LineStroke } from '../../shared/charts/line-stroke.tsx';
import { inBuckets, useChartPlace } from '../../shared/charts/use-on-screen.ts';
import { ArrowDownloadRegular, FullScreenMaximizeRegular, MoreHorizontalRegular } from '../../shared/icons.ts';
import { scrollable } from '../../shared/keyboard/scrollable.ts';
import { onDemand } from '../../shared/on-demand.ts';
import { ChartEditor } from './chart-editor.tsx';
import type { ChartFrame, ChartParts, DrawnRuns } from './chart-frame.ts';
import { type ChartSpec, chartTitle } from './chart-spec.ts';
import { LinesChart } from './lines-chart.tsx';
import { useChartCsv } from './use-chart-csv.ts';

// Most pages have lines alone: what draws the others comes with the first of them.
const BarChart = onDemand(async () => (await import('./bar-chart.tsx')).BarChart);
const BoxChart = onDemand(async () => (await import('./box-chart.tsx')).BoxChart);
const ParallelChart = onDemand(async () => (await import('./parallel-chart.tsx')).ParallelChart);
const ScatterChart = onDemand(async () => (await import('./scatter-chart.tsx')).ScatterChart);

const HEIGHT_PX = 200;
const TALL_PX = 420;
/** Around a chart at full size: its head, its note and two lines of legend. */
const AROUND_FULL_PX = 172;
const TITLE_TOLD_MAX = 200;

const useStyles = makeStyles({
	place: { minWidth: 0, display: 'flex', flexDirection: 'column' },
	wide: { gridColumn: 'span 2', '@media (max-width: 640px)': { gridColumn: 'auto' } },
	widest: { gridColumn: '1 / -1', '@media (max-width: 640px)': { gridColumn: 'auto' } },
	dragged: { opacity: 0.4 },
	legend: {
		display: 'flex',
		flexWrap: 'wrap',
		gap: `0 ${tokens.spacingHorizontalM}`,
		margin: `${tokens.spacingVerticalXS} 0 0`,
		padding: 0,
		// Two lines; the others are scrolled to.
		lineHeight: '20px',
		maxHeight: '40px',
		overflowY: 'auto',
		listStyleType: 'none',
		fontSize: tokens.fontSizeBase200,
		color: tokens.colorNeutralForeground2,
	},
	name: { display: 'inline-flex', alignItems: 'center', gap: '6px', maxWidth: '220px', minWidth: 0 },
	text: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
});

interface ChartOverRunsProps {
	readonly chart: ChartSpec;
	readonly drawn: DrawnRuns;
	readonly isNew: boolean;
	readonly onChange: (chart: ChartSpec) => void;
	readonly onRemove: () => void;
	readonly onCopy: () => void;
	/** By one place: -1 or 1; null where there is none. */
	readonly onMove: { readonly back: (() => void) | null; readonly on: (() => void) | null };
	/** Another chart was dropped on this one: it goes before it. */
	readonly onDropped: (id: string) => void;
}

const DRAGGED_TYPE = 'application/x-runstead-chart';

export function ChartOverRuns({ chart, drawn, isNew, onChange, onRemove, onCopy, onMove, onDropped }: ChartOverRunsProps) {
	const styles = useStyles();
	const [ref, isOnScreen, widthPx] = useChartPlace();
	const [isDragged, setIsDragged] = useState(false);
	const [isFull, setIsFull] = useState(false);
	const heightPx = chart.isTall ? TALL_PX : HEIGHT_PX;
	const saveCsv = useChartCsv(chart, drawn);
	const frameWith =
		(given: ReactNode, isFullSize = false): ChartFrame =>
		({ readout, actions, note, content, legend }) => (
			<ChartCard
				ref={isFullSize ? undefined : ref}
				className={isDragged ? styles.dragged : undefined}
				title={chartTitle(chart)}
				readout={readout}
				note={note === '' ? undefined : note}
				actions={
					<>
						{actions}
						{given}
					</>
				}
			>
				{content}
				<Legend legend={legend} />
			</ChartCard>
		);
	const frame = frameWith(
		<>
			<Button
				size="small"
				appearance="subtle"
				icon={<FullScreenMaximizeRegular />}
				aria-label={`Show ${chartTitle(chart).slice(0, TITLE_TOLD_MAX)} at full size`}
				title="Full size"
				onClick={() => setIsFull(true)}
			/>
			<ChartEditor workspace={drawn.workspace} chart={chart} isOpenAtFirst={isNew} onChange={onChange} />
			<ChartMenu onRemove={onRemove} onCopy={onCopy} onMove={onMove} onCsv={() => void saveCsv()} />
		</>,
	);
	return (
		// biome-ignore lint/a11y/noStaticElementInteractions: dragging is a second way beside the menu's "Move"
		<div
			className={mergeClasses(styles.place, chart.width === 2 && styles.wide, chart.width === 3 && styles.widest)}
			draggable={false}
			onDragOver={(event) => event.dataTransfer.types.includes(DRAGGED_TYPE) && event.preventDefault()}
			onDrop={(event) => {
				event.preventDefault();
				onDropped(event.dataTransfer.getData(DRAGGED_TYPE));
			}}
		>
			<DragHandle id={chart.id} onDragged={setIsDragged} />
			<Suspense
				fallback={
					<ChartCard title={chartTitle(chart)}>
						<div style={{ height: heightPx }} />
					</ChartCard>
				}
			>
				{drawChart({ chart, drawn, heightPx, widthPx, isOnScreen, frame })}
				{isFull && (
					<FullWindow label={`${chartTitle(chart)} at full size`} aroundPx={AROUND_FULL_PX} onClose={() => setIsFull(false)}>
						{(fullPx, close) =>
							drawChart({
								chart,
								drawn,
								heightPx: fullPx,
								widthPx: inBuckets(innerWidth),
								isOnScreen: true,
								frame: frameWith(
									<>
										<Button size="small" appearance="subtle" icon={<ArrowDownloadRegular />} onClick={() => void saveCsv()}>
											CSV
										</Button>
										{close}
									</>,
									true,
								),
							})
						}
					</FullWindow>
				)}
			</Suspense>
		</div>
	);
}

function Legend({ legend }: { readonly legend: ChartParts['legend'] }) {
	const styles = useStyles();
	if (legend.length === 0) return null;
	return (
		<ul {...scrollable} className={styles.legend} aria-label="Lines">
			{legend.map(({ label, colour }) => (
				<li key={`${label} ${colour}`} className={styles.name} title={label.slice(0, 1_000)}>
					<LineStroke series={colour} />
					<span className={styles.text}>{label.slice(0, 100)}</span>
				</li>
			))}
		</ul>
	);
}

interface DrawProps {
	readonly chart: ChartSpec;
	readonly drawn: DrawnRuns;
	readonly heightPx: number;
	readonly widthPx: number | null;
	readonly isOnScreen: boolean;
	readonly frame: ChartFrame;
}

function drawChart({ chart, ...rest }: DrawProps): ReactNode {
	switch (chart.kind) {
		case 'line':
			return <LinesChart chart={chart} {...rest} />;
		case 'scatter':
			return <ScatterChart chart={chart} {...rest} />;
		case 'bar':
			return <BarChart chart={chart} {...rest} />;
		case 'box':
			return <BoxChart chart={chart} {...rest} />;
		case 'parallel':
			return <ParallelChart chart={chart} {...rest} />;
	}
}

const useHandleStyles = makeStyles({
	root: { height: '6px', cursor: 'grab', borderRadius: '3px', ':hover': { backgroundColor: tokens.colorNeutralStroke2 } },
});

function DragHandle({ id, onDragged }: { readonly id: string; readonly onDragged: (isDragged: boolean) => void }) {
	const styles = useHandleStyles();
	return (
		// biome-ignore lint/a11y/noStaticElementInteractions: dragging is a second way beside the menu's "Move"
		<div
			className={styles.root}
			draggable
			title="Drag to another place"
			onDragStart={(event) => {
				event.dataTransfer.setData(DRAGGED_TYPE, id);
				event.dataTransfer.effectAllowed = 'move';
				onDragged(true);
			}}
			onDragEnd={() => onDragged(false)}
		/>
	);
}

type ChartMenuProps = Pick<ChartOverRunsProps, 'onRemove' | 'onCopy' | 'onMove'> & { readonly onCsv: () => void };

function ChartMenu({ onRemove, onCopy, onMove, onCsv }: ChartMenuProps) {
	return (
		<Menu>
			<MenuTrigger disableButtonEnhancement>
				<Button size="small" appearance="subtle" icon={<MoreHorizontalRegular />} aria-label="More" title="More" />
			</MenuTrigger>
			<MenuPopover>
				<MenuList>
					<MenuItem disabled={onMove.back === null} onClick={() => onMove.back?.()}>
						Move back
					</MenuItem>
					<MenuItem disabled={onMove.on === null} onClick={() => onMove.on?.()}>
						Move on
					</MenuItem>
					<MenuItem onClick={onCopy}>Duplicate</MenuItem>
					<MenuItem onClick={onCsv}>Download as CSV</MenuItem>
					<MenuItem onClick={onRemove}>Remove</MenuItem>
				</MenuList>
			</MenuPopover>
		</Menu>
	);
}
