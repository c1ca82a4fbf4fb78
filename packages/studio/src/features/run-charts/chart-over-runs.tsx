/** One chart of the panel: its card with what can be done to it, and the kind that draws it. */
import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, makeStyles, tokens } from '@fluentui/react-components';
import { type ReactNode, useState } from 'react';
import { ChartCard } from '../../shared/charts/chart-card.tsx';
import { seriesColour } from '../../shared/charts/colours.ts';
import { useOnScreen } from '../../shared/charts/use-on-screen.ts';
import { MoreHorizontalRegular } from '../../shared/icons.ts';
import { BarChart } from './bar-chart.tsx';
import { BoxChart } from './box-chart.tsx';
import { ChartEditor } from './chart-editor.tsx';
import type { ChartFrame, DrawnRuns } from './chart-frame.ts';
import { type ChartSpec, chartTitle } from './chart-spec.ts';
import { LinesChart } from './lines-chart.tsx';
import { ParallelChart } from './parallel-chart.tsx';
import { ScatterChart } from './scatter-chart.tsx';

const HEIGHT_PX = 200;
const TALL_PX = 420;
/** Names beyond these are seen by pointing at their line. */
const LEGEND_MAX = 6;

const useStyles = makeStyles({
	dragged: { opacity: 0.4 },
	legend: {
		display: 'flex',
		flexWrap: 'wrap',
		gap: `0 ${tokens.spacingHorizontalM}`,
		margin: 0,
		padding: `${tokens.spacingVerticalXS} 0 0`,
		listStyleType: 'none',
		fontSize: tokens.fontSizeBase200,
		color: tokens.colorNeutralForeground2,
	},
	name: { display: 'inline-flex', alignItems: 'center', gap: '6px', maxWidth: '220px', minWidth: 0 },
	text: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
	stroke: { width: '12px', height: '3px', borderRadius: '1px', flexShrink: 0 },
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
	const [ref, isOnScreen] = useOnScreen();
	const [isDragged, setIsDragged] = useState(false);
	const frame: ChartFrame = ({ readout, actions, note, content, legend }) => (
		<ChartCard
			ref={ref}
			className={isDragged ? styles.dragged : undefined}
			title={chartTitle(chart)}
			readout={readout}
			note={note === '' ? undefined : note}
			actions={
				<>
					{actions}
					<ChartEditor workspace={drawn.workspace} chart={chart} isOpenAtFirst={isNew} onChange={onChange} />
					<ChartMenu onRemove={onRemove} onCopy={onCopy} onMove={onMove} />
				</>
			}
		>
			{content}
			{legend.length > 0 && (
				<ul className={styles.legend} aria-label="Lines">
					{legend.slice(0, LEGEND_MAX).map(({ label, colour }) => (
						<li key={`${label} ${colour}`} className={styles.name} title={label.slice(0, 1_000)}>
							<span className={styles.stroke} style={{ backgroundColor: seriesColour(colour) }} />
							<span className={styles.text}>{label.slice(0, 100)}</span>
						</li>
					))}
					{legend.length > LEGEND_MAX && <li>{legend.length - LEGEND_MAX} more: point at a line</li>}
				</ul>
			)}
		</ChartCard>
	);
	return (
		// biome-ignore lint/a11y/noStaticElementInteractions: dragging is a second way beside the menu's "Move"
		<div
			style={{ gridColumn: chart.width === 3 ? '1 / -1' : chart.width === 2 ? 'span 2' : undefined, minWidth: 0 }}
			draggable={false}
			onDragOver={(event) => event.dataTransfer.types.includes(DRAGGED_TYPE) && event.preventDefault()}
			onDrop={(event) => {
				event.preventDefault();
				onDropped(event.dataTransfer.getData(DRAGGED_TYPE));
			}}
		>
			<DragHandle id={chart.id} onDragged={setIsDragged} />
			{drawChart({ chart, drawn, heightPx: chart.isTall ? TALL_PX : HEIGHT_PX, isOnScreen, frame })}
		</div>
	);
}

interface DrawProps {
	readonly chart: ChartSpec;
	readonly drawn: DrawnRuns;
	readonly heightPx: number;
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

type ChartMenuProps = Pick<ChartOverRunsProps, 'onRemove' | 'onCopy' | 'onMove'>;

function ChartMenu({ onRemove, onCopy, onMove }: ChartMenuProps) {
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
					<MenuItem onClick={onRemove}>Remove</MenuItem>
				</MenuList>
			</MenuPopover>
		</Menu>
	);
}
