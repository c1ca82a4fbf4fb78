/** One metric over the whole window: drag to zoom in to the exact points, press twice to see all again, Esc to go back. */
import type { MetricSummary } from '@runstead/contract';
import { FullWindow } from '../../shared/charts/full-window.tsx';
import type { ChartView } from './chart-view.ts';
import { CsvButton } from './csv-button.tsx';
import { ScalarChart } from './scalar-chart.tsx';

/** What the head, the note and the edges of the card take. */
const AROUND_PX = 132;

interface FullMetricProps {
	readonly run: string;
	readonly summary: MetricSummary;
	readonly column: string;
	readonly view: ChartView;
	readonly onClose: () => void;
}

export function FullMetric({ run, summary, column, view, onClose }: FullMetricProps) {
	return (
		<FullWindow label={`${summary.name} at full size`} aroundPx={AROUND_PX} onClose={onClose}>
			{(heightPx, close) => (
				<ScalarChart
					run={run}
					summary={summary}
					column={column}
					view={view}
					heightPx={heightPx}
					actions={
						<>
							<CsvButton run={run} name={summary.name} />
							{close}
						</>
					}
				/>
			)}
		</FullWindow>
	);
}
