/** One metric as its kind is best seen. */
import type { MetricSummary } from '@runstead/contract';
import { memo } from 'react';
import type { ChartView } from './chart-view.ts';
import { CurveChart } from './curve-chart.tsx';
import { DocumentMetric } from './document-metric.tsx';
import { ImageMetric } from './image-metric.tsx';
import { shapeOf } from './metric-shape.ts';
import { MetricValues } from './metric-values.tsx';
import { PointsTable } from './points-table.tsx';
import { ScalarChart } from './scalar-chart.tsx';

interface MetricViewProps {
	readonly run: string;
	readonly summary: MetricSummary;
	readonly view: ChartView;
	/** Nothing stands beside it. */
	readonly isAlone: boolean;
	/** Shows it at full size. */
	readonly onOpen: (name: string) => void;
}

const HEIGHT_PX = 200;
const HEIGHT_ALONE_PX = 280;

/** There may be hundreds: each is drawn anew when it is another itself, not with those beside it. */
export const MetricView = memo(function MetricView({ run, summary, view, isAlone, onOpen }: MetricViewProps) {
	const shape = shapeOf(summary);
	switch (shape.as) {
		case 'value':
			return <MetricValues summaries={[summary]} />;
		case 'line':
			return (
				<ScalarChart
					run={run}
					summary={summary}
					column={shape.column}
					view={view}
					heightPx={isAlone ? HEIGHT_ALONE_PX : HEIGHT_PX}
					onOpen={() => onOpen(summary.name)}
				/>
			);
		case 'curve':
			return <CurveChart run={run} summary={summary} isLog={view.isLog} />;
		case 'table':
			return <PointsTable run={run} summary={summary} />;
		case 'image':
			return <ImageMetric run={run} summary={summary} />;
		default:
			return <DocumentMetric run={run} summary={summary} kind={shape.as} />;
	}
});
