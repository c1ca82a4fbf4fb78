/** Charts over the runs of a list: added, changed, arranged and taken away; all of it is part of the page's address. */
import {
	Button,
	Menu,
	MenuItem,
	MenuList,
	MenuPopover,
	MenuTrigger,
	makeStyles,
	mergeClasses,
	Text,
	tokens,
	useId,
} from '@fluentui/react-components';
import type { Run } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import { AddRegular, ChevronDownRegular, ChevronRightRegular } from '../../shared/icons.ts';
import { newId } from '../../shared/new-id.ts';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { fieldsQuery, SAMPLE_RUNS, usualMetricsQuery } from '../runs/api.ts';
import { runTitle } from '../runs/run-link.tsx';
import type { RunsInView } from '../runs/runs-in-view.ts';
import { fieldsOfColumns } from '../runs/use-run-columns.tsx';
import { drawnRunsQuery } from './api.ts';
import type { DrawnRuns } from './chart-frame.ts';
import { ChartOverRuns } from './chart-over-runs.tsx';
import {
	type ChartKind,
	type ChartSpec,
	columnsOfChart,
	columnTitle,
	DEFAULT_RUN_COUNT,
	movedChart,
	newChart,
	type RunChartsState,
	usualCharts,
} from './chart-spec.ts';
import { keptColours } from './kept-colours.ts';
import { LegendAndCount } from './legend-and-count.tsx';
import { textOf } from './run-values.ts';
import { useLiveCharts } from './use-live-charts.ts';

const KINDS: Readonly<Record<ChartKind, string>> = {
	line: 'Lines: a metric over steps or time',
	scatter: 'Scatter: one value over another',
	bar: 'Bars: a value of each run',
	box: 'Boxes: how a value is spread in groups',
	parallel: 'Parallel coordinates',
};

/** More lines are not told apart. */
const SELECTED_MAX = 100;

const useStyles = makeStyles({
	root: { padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalS}` },
	head: { display: 'flex', alignItems: 'center', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, minHeight: '36px' },
	count: { color: tokens.colorNeutralForeground3 },
	right: { marginLeft: 'auto', display: 'flex', alignItems: 'end', gap: tokens.spacingHorizontalS },
	grid: {
		display: 'grid',
		gridTemplateColumns: 'repeat(3, minmax(0, 1fr))',
		gap: tokens.spacingHorizontalM,
		'@media (max-width: 1100px)': { gridTemplateColumns: 'repeat(2, minmax(0, 1fr))' },
		'@media (max-width: 640px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
	},
	/** Fewer charts than there is room for take all of it. */
	one: { gridTemplateColumns: 'minmax(0, 1fr)', '@media (max-width: 1100px)': { gridTemplateColumns: 'minmax(0, 1fr)' } },
	two: { gridTemplateColumns: 'repeat(2, minmax(0, 1fr))' },
	above: {
		maxHeight: '56vh',
		overflowY: 'auto',
		// On a phone one beside the other, so that the list below is in reach.
		'@media (max-width: 640px)': {
			maxHeight: 'none',
			gridTemplateColumns: 'none',
			gridAutoFlow: 'column',
			gridAutoColumns: '88%',
			overflowX: 'auto',
			overflowY: 'hidden',
		},
	},
});

interface RunChartsProps {
	readonly inView: RunsInView;
	readonly state: RunChartsState;
	readonly onState: (state: RunChartsState) => void;
	/** Nothing stands below it: it takes the room that it needs, and is not folded. */
	readonly isWholePage?: boolean;
}

export function RunCharts({ inView, state, onState, isWholePage = false }: RunChartsProps) {
	const styles = useStyles();
	const id = useId('charts');
	const { workspace } = inView.search;
	const fields = useQuery(fieldsQuery(workspace, null));
	const usual = useQuery(usualMetricsQuery(inView.search, [...inView.selected].slice(0, SAMPLE_RUNS)));
	const metrics = usual.data?.names ?? [];
	const courses = usual.data?.courses ?? [];
	const params = fields.data?.common.params ?? [];
	const charts = state.list ?? usualCharts(courses.length > 0 ? courses : metrics);
	const columns = charts.reduce((sum, { width = 1 }) => sum + width, 0);
	const [addedId, setAddedId] = useState<string | null>(null);
	const drawn = useDrawnRuns(inView, state, charts);
	const isFolded = !isWholePage && (state.isFolded ?? false);
	const put = (list: readonly ChartSpec[]) => onState({ ...state, list });
	const add = (kind: ChartKind) => {
		const chart = newChart(kind, newId(), metrics, params);
		if (chart === null) return;
		setAddedId(chart.id);
		onState({ ...state, isFolded: false, list: [...charts, chart] });
	};
	if (usual.data === undefined || (state.list === undefined && metrics.length === 0)) return null;
	return (
		<section className={styles.root} aria-label="Charts">
			<div className={styles.head}>
				{!isWholePage && (
					<Button
						appearance="subtle"
						size="small"
						icon={isFolded ? <ChevronRightRegular /> : <ChevronDownRegular />}
						aria-expanded={!isFolded}
						aria-controls={id}
						onClick={() => onState({ ...state, isFolded: !isFolded })}
					>
						Charts
					</Button>
				)}
				<Text size={200} className={styles.count}>
					{isFolded ? formatCount(charts.length) : runsInWords(drawn.runs, inView)}
				</Text>
				<div className={styles.right}>
					{!isFolded && <LegendAndCount workspace={workspace} state={state} onState={onState} hasSelection={inView.selected.size > 0} />}
					<Menu>
						<MenuTrigger disableButtonEnhancement>
							<Button size="small" icon={<AddRegular />}>
								Chart
							</Button>
						</MenuTrigger>
						<MenuPopover>
							<MenuList>
								{(Object.keys(KINDS) as ChartKind[]).map((kind) => (
									<MenuItem key={kind} onClick={() => add(kind)}>
										{KINDS[kind]}
									</MenuItem>
								))}
							</MenuList>
						</MenuPopover>
					</Menu>
				</div>
			</div>
			{!isFolded && (
				<div
					id={id}
					className={mergeClasses(styles.grid, columns === 1 && styles.one, columns === 2 && styles.two, !isWholePage && styles.above)}
				>
					{charts.map((chart, index) => (
						<ChartOverRuns
							key={chart.id}
							chart={chart}
							drawn={drawn}
							isNew={chart.id === addedId}
							onChange={(changed) => put(charts.map((one) => (one.id === chart.id ? changed : one)))}
							onRemove={() => put(charts.filter((one) => one.id !== chart.id))}
							onCopy={() => put([...charts.slice(0, index + 1), { ...chart, id: newId() }, ...charts.slice(index + 1)])}
							onMove={{
								back: index === 0 ? null : () => put(movedChart(charts, chart.id, charts[index - 1]?.id ?? null)),
								on: index === charts.length - 1 ? null : () => put(movedChart(charts, chart.id, charts[index + 2]?.id ?? null)),
							}}
							onDropped={(dropped) => dropped !== chart.id && put(movedChart(charts, dropped, chart.id))}
						/>
					))}
					{charts.length === 0 && (
						<EmptyState title="No charts">
							<Button onClick={() => onState({ ...state, list: usualCharts(courses.length > 0 ? courses : metrics) })}>
								Show the usual ones
							</Button>
						</EmptyState>
					)}
				</div>
			)}
		</section>
	);
}

function runsInWords(runs: readonly Run[], { selected, hidden }: RunsInView): string {
	const which = selected.size > 0 ? `${formatCount(runs.length)} selected` : `first ${formatCount(runs.length)}`;
	return `${which} ${runs.length === 1 ? 'run' : 'runs'}${hidden.size > 0 ? `, without ${formatCount(hidden.size)} hidden` : ''}`;
}

/** The runs that are drawn, with what the charts show of them; they keep their colours whatever else is hidden, chosen, or comes first. */
function useDrawnRuns(inView: RunsInView, state: RunChartsState, charts: readonly ChartSpec[]): DrawnRuns {
	const { search, selected, hidden, onColours } = inView;
	const { label } = state;
	const count = selected.size > 0 ? Math.min(selected.size, SELECTED_MAX) : (state.runs ?? DEFAULT_RUN_COUNT);
	const columns = [...new Set(['name', ...(label === undefined ? [] : [label]), ...charts.flatMap(columnsOfChart)])];
	const query = useQuery(drawnRunsQuery(search, [...selected].slice(0, count), count, fieldsOfColumns(columns)));
	useLiveCharts(query.data, charts);
	const [known] = useState(() => new Map<string, number>());
	const colours = useMemo(
		() =>
			keptColours(
				(query.data ?? []).map(({ id }) => id),
				known,
			),
		[query.data, known],
	);
	useEffect(() => {
		for (const [id, colour] of colours) known.set(id, colour);
		onColours?.(colours);
		return () => onColours?.(new Map());
	}, [onColours, colours, known]);
	return useMemo(() => {
		const all = query.data ?? [];
		const runs = all.filter(({ id }) => !hidden.has(id));
		const labels = new Map(runs.map((run) => [run.id, (label === undefined ? null : labelled(run, label)) ?? runTitle(run)]));
		return {
			workspace: search.workspace,
			runs,
			labelOf: (run) => labels.get(run) ?? run,
			colourOf: (run) => colours.get(run) ?? 0,
		};
	}, [query.data, colours, hidden, label, search.workspace]);
}

function labelled(run: Run, column: string): string | null {
	const text = textOf(run, column);
	return text === null ? null : `${columnTitle(column)} ${text}`;
}
