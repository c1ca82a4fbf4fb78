/** What was predicted over what was true, with its error, beside the line where both are the same. */
import { useMemo, useState } from 'react';
import { LineChart } from '../../shared/charts/line-chart.tsx';
import type { LineData } from '../../shared/charts/line-data.ts';
import { LineLegend } from '../../shared/charts/line-legend.tsx';
import type { Predictions } from './metric-documents.ts';

const HEIGHT_PX = 216;
const TITLES = { x: 'true value', y: 'predicted value' };

export function PredictionsChart({ name, truths, averages, errors }: Predictions & { readonly name: string }) {
	const [cursor, setCursor] = useState<number | null>(null);
	const data = useMemo(
		(): LineData => ({
			x: truths,
			lines: [
				{
					label: 'predicted',
					values: averages,
					colour: 0,
					hasPoints: true,
					band: {
						min: averages.map((value, index) => value - (errors[index] ?? 0)),
						max: averages.map((value, index) => value + (errors[index] ?? 0)),
					},
				},
				{ label: 'true', values: truths, colour: 1, hasPoints: false },
			],
		}),
		[truths, averages, errors],
	);
	return (
		<>
			<LineChart
				label={`${name}: predicted over true values`}
				data={data}
				xKind="number"
				isLog={false}
				heightPx={HEIGHT_PX}
				titles={TITLES}
				range={null}
				onCursor={setCursor}
			/>
			<LineLegend lines={data.lines} index={cursor} />
		</>
	);
}
