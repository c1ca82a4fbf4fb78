/** How well classes are told apart at every threshold: ROC, precision and recall, gain. */
import { Tab, TabList } from '@fluentui/react-components';
import { useMemo, useState } from 'react';
import { LineChart } from '../../shared/charts/line-chart.tsx';
import type { LineData } from '../../shared/charts/line-data.ts';
import { LineLegend } from '../../shared/charts/line-legend.tsx';
import { type AccuracyCurves, alignCurves } from './metric-documents.ts';

const HEIGHT_PX = 216;
const CHARTS = {
	roc: { word: 'ROC', titles: { x: 'false positive rate', y: 'true positive rate' } },
	precisionRecall: { word: 'Precision and recall', titles: { x: 'recall', y: 'precision' } },
	gain: { word: 'Gain', titles: { x: 'share of samples taken', y: 'share of positives found' } },
} satisfies Record<keyof AccuracyCurves, unknown>;

export function AccuracyChart({ name, curves }: { readonly name: string; readonly curves: AccuracyCurves }) {
	const [chosen, setChosen] = useState<keyof AccuracyCurves>('roc');
	const [cursor, setCursor] = useState<number | null>(null);
	const { titles } = CHARTS[chosen];
	const data = useMemo((): LineData => {
		const { x, columns } = alignCurves(curves[chosen]);
		return {
			x,
			lines: curves[chosen].map(({ label }, index) => ({
				label,
				values: bridged(x, columns[index] ?? []),
				colour: index,
				hasPoints: false,
			})),
		};
	}, [curves, chosen]);
	return (
		<>
			<TabList size="small" selectedValue={chosen} onTabSelect={(_, { value }) => setChosen(value as keyof AccuracyCurves)}>
				{Object.entries(CHARTS).map(([key, { word }]) => (
					<Tab key={key} value={key}>
						{word}
					</Tab>
				))}
			</TabList>
			<LineChart
				label={`${name}: ${titles.y} over ${titles.x}`}
				data={data}
				xKind="number"
				isLog={false}
				heightPx={HEIGHT_PX}
				titles={titles}
				range={null}
				onCursor={setCursor}
			/>
			<LineLegend lines={data.lines} index={cursor} />
		</>
	);
}

/** Between points of its own a curve goes straight, so it has a value at the x of the other classes too. */
function bridged(x: readonly number[], values: readonly (number | null)[]): (number | null)[] {
	const known = values.flatMap((value, index) => (value === null ? [] : [{ x: x[index] ?? 0, y: value }]));
	return values.map((value, index) => {
		const at = x[index] ?? 0;
		const before = known.findLast((one) => one.x <= at);
		const after = known.find((one) => one.x >= at);
		if (value !== null || before === undefined || after === undefined || after.x === before.x) return value;
		return before.y + ((at - before.x) / (after.x - before.x)) * (after.y - before.y);
	});
}
