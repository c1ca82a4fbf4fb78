/** A metric that was logged as a document: read from its file, drawn by its kind. */
import type { MetricKind, MetricSummary } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ChartCard } from '../../shared/charts/chart-card.tsx';
import { useOnScreen } from '../../shared/charts/use-on-screen.ts';
import { QueryState } from '../../shared/states/query-state.tsx';
import { AccuracyChart } from './accuracy-chart.tsx';
import { metricDocumentQuery } from './api.ts';
import { ConfusionHeatMap } from './confusion-heat-map.tsx';
import { readAccuracyTable, readConfusionMatrix, readPredictions, readResiduals, UnreadableDocument } from './metric-documents.ts';
import { PredictionsChart } from './predictions-chart.tsx';
import { ResidualsChart } from './residuals-chart.tsx';
import { Undrawable } from './undrawable.tsx';

export type DocumentKind = Extract<MetricKind, 'confusion_matrix' | 'accuracy_table' | 'predictions' | 'residuals'>;

const WORDS: Readonly<Record<DocumentKind, string>> = {
	confusion_matrix: 'confusion matrix',
	accuracy_table: 'accuracy table',
	predictions: 'predictions',
	residuals: 'residuals',
};

/** As a sentence begins with it. */
const THESE: Readonly<Record<DocumentKind, string>> = {
	confusion_matrix: 'This confusion matrix',
	accuracy_table: 'This accuracy table',
	predictions: 'These predictions',
	residuals: 'These residuals',
};

interface DocumentMetricProps {
	readonly run: string;
	readonly summary: MetricSummary;
	readonly kind: DocumentKind;
}

export function DocumentMetric({ run, summary, kind }: DocumentMetricProps) {
	const [ref, isOnScreen] = useOnScreen();
	const query = useQuery({ ...metricDocumentQuery(run, summary), enabled: isOnScreen });
	return (
		<ChartCard ref={ref} title={summary.name} aside={WORDS[kind]}>
			<QueryState query={query} label={summary.name} loading={<div style={{ height: 200 }} />}>
				{(document) => drawingOf(kind, summary.name, document)}
			</QueryState>
		</ChartCard>
	);
}

/** A document may hold anything; what is wrong with it is told in place of the chart, above what it holds. */
function drawingOf(kind: DocumentKind, name: string, document: unknown): ReactNode {
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
		if (!(error instanceof UnreadableDocument)) throw error;
		return <Undrawable what={THESE[kind]} reason={error.message} document={document} />;
	}
}
