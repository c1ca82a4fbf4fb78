/** A metric that was logged as a document: read from its file, drawn by its kind. */
import type { MetricKind, MetricSummary } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { ChartCard } from '../../shared/charts/chart-card.tsx';
import { useOnScreen } from '../../shared/charts/use-on-screen.ts';
import { ErrorState } from '../../shared/states/error-state.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { AccuracyChart } from './accuracy-chart.tsx';
import { metricDocumentQuery } from './api.ts';
import { ConfusionHeatMap } from './confusion-heat-map.tsx';
import { readAccuracyTable, readConfusionMatrix, readPredictions, readResiduals } from './metric-documents.ts';
import { PredictionsChart } from './predictions-chart.tsx';
import { ResidualsChart } from './residuals-chart.tsx';

export type DocumentKind = Extract<MetricKind, 'confusion_matrix' | 'accuracy_table' | 'predictions' | 'residuals'>;

interface DocumentMetricProps {
	readonly run: string;
	readonly summary: MetricSummary;
	readonly kind: DocumentKind;
}

export function DocumentMetric({ run, summary, kind }: DocumentMetricProps) {
	const [ref, isOnScreen] = useOnScreen();
	const query = useQuery({ ...metricDocumentQuery(run, summary), enabled: isOnScreen });
	return (
		<ChartCard ref={ref} title={summary.name} aside={kind.replace('_', ' ')}>
			<QueryState query={query} label={summary.name} loading={<div style={{ height: 200 }} />}>
				{(document) => <DocumentView kind={kind} name={summary.name} document={document} />}
			</QueryState>
		</ChartCard>
	);
}

function DocumentView({ kind, name, document }: { readonly kind: DocumentKind; readonly name: string; readonly document: unknown }) {
	const view = drawingOf(kind, name, document);
	return view instanceof Error ? (
		<ErrorState error={new Error(`${name} cannot be drawn as ${kind.replace('_', ' ')}: ${view.message}`)} />
	) : (
		view
	);
}

/** A document may hold anything; what is wrong with it is told in place of the chart. */
function drawingOf(kind: DocumentKind, name: string, document: unknown) {
	try {
		switch (kind) {
			case 'confusion_matrix':
				return <ConfusionHeatMap {...readConfusionMatrix(document)} />;
			case 'accuracy_table':
				return <AccuracyChart name={name} curves={readAccuracyTable(document)} />;
			case 'predictions':
				return <PredictionsChart name={name} {...readPredictions(document)} />;
			case 'residuals':
				return <ResidualsChart name={name} {...readResiduals(document)} />;
		}
	} catch (error) {
		return error as Error;
	}
}
