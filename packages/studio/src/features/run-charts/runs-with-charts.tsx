/** A list of runs with its charts above it. */

import { useEventCallback } from '@fluentui/react-components';
import { type ComponentProps, memo, Suspense } from 'react';
import { useUndo } from '../../shared/commands/use-undo.ts';
import { onDemand } from '../../shared/on-demand.ts';
import { RunList } from '../runs/run-list.tsx';
import type { RunListSearch } from '../runs/run-search.ts';
import type { RunChartsState } from './chart-spec.ts';

const RunCharts = onDemand(async () => (await import('./run-charts.tsx')).RunCharts);
// Nearly every list has charts above it.
void RunCharts.want();

export function RunsWithCharts(props: Omit<ComponentProps<typeof RunList>, 'above'>) {
	const { view, onView } = props;
	useUndo(JSON.stringify(view), (before) => onView(wholeChange(view, JSON.parse(before) as RunListSearch)));
	const onState = useEventCallback((charts: RunChartsState) => onView({ charts }));
	return <RunList {...props} above={(inView) => <Charts inView={inView} state={view.charts ?? USUAL} onState={onState} />} />;
}

/** What the charts are while nobody has changed them. */
const USUAL: RunChartsState = {};

/** Drawn anew when what they are of changes, not with the rows below them. */
const Charts = memo(function Charts(props: ComponentProps<typeof RunCharts>) {
	return (
		<Suspense fallback={null}>
			<RunCharts {...props} />
		</Suspense>
	);
});

/** The change that makes one view another: what the other does not say goes. */
function wholeChange(from: RunListSearch, to: RunListSearch): Partial<RunListSearch> {
	return { ...Object.fromEntries(Object.keys(from).map((key) => [key, undefined])), ...to };
}
