/** A list of runs with its charts above it. */

import { type ComponentProps, Suspense } from 'react';
import { useUndo } from '../../shared/commands/use-undo.ts';
import { onDemand } from '../../shared/on-demand.ts';
import { RunList } from '../runs/run-list.tsx';
import type { RunListSearch } from '../runs/run-search.ts';

const RunCharts = onDemand(async () => (await import('./run-charts.tsx')).RunCharts);
// Nearly every list has charts above it.
void RunCharts.want();

export function RunsWithCharts(props: Omit<ComponentProps<typeof RunList>, 'above'>) {
	const { view, onView } = props;
	useUndo(JSON.stringify(view), (before) => onView(wholeChange(view, JSON.parse(before) as RunListSearch)));
	return (
		<RunList
			{...props}
			above={(inView) => (
				<Suspense fallback={null}>
					<RunCharts inView={inView} state={view.charts ?? {}} onState={(charts) => onView({ charts })} />
				</Suspense>
			)}
		/>
	);
}

/** The change that makes one view another: what the other does not say goes. */
function wholeChange(from: RunListSearch, to: RunListSearch): Partial<RunListSearch> {
	return { ...Object.fromEntries(Object.keys(from).map((key) => [key, undefined])), ...to };
}
