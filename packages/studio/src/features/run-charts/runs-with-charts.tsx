/** A list of runs with its charts above it. */
import { type ComponentProps, lazy, Suspense } from 'react';
import { RunList } from '../runs/run-list.tsx';

const RunCharts = lazy(async () => ({ default: (await import('./run-charts.tsx')).RunCharts }));

export function RunsWithCharts(props: Omit<ComponentProps<typeof RunList>, 'above'>) {
	const { view, onView } = props;
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
