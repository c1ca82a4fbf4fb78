/** Rows of numbers as curves over one of their columns, which the reader may choose. */
import { Dropdown, makeStyles, Option, tokens } from '@fluentui/react-components';
import type { MetricSummary } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { ChartCard } from '../../shared/charts/chart-card.tsx';
import { LineChart } from '../../shared/charts/line-chart.tsx';
import { type LineData, sortByX } from '../../shared/charts/line-data.ts';
import { LineLegend } from '../../shared/charts/line-legend.tsx';
import { useOnScreen } from '../../shared/charts/use-on-screen.ts';
import { formatCount, formatNumber, numberOrNull } from '../../shared/format/numbers.ts';
import { QueryState } from '../../shared/states/query-state.tsx';
import { POINTS_MAX, pointsQuery } from './api.ts';

const HEIGHT_PX = 200;
const DOTS_MAX = 60;

const useStyles = makeStyles({
	axis: { minWidth: '96px' },
	axisRow: {
		display: 'flex',
		alignItems: 'center',
		gap: tokens.spacingHorizontalS,
		fontSize: tokens.fontSizeBase200,
		color: tokens.colorNeutralForeground3,
	},
});

type Columns = readonly { readonly name: string; readonly values: readonly Parameters<typeof numberOrNull>[0][] }[];

export function CurveChart({ run, summary, isLog }: { readonly run: string; readonly summary: MetricSummary; readonly isLog: boolean }) {
	const styles = useStyles();
	const [ref, isOnScreen] = useOnScreen();
	const names = Object.keys(summary.columns);
	const [chosenX, setChosenX] = useState(names[0] ?? '');
	const [cursor, setCursor] = useState<number | null>(null);
	const query = useQuery({ ...pointsQuery(run, summary.name), enabled: isOnScreen });
	const data = useMemo(() => curveData(query.data?.columns ?? [], chosenX), [query.data, chosenX]);
	const pointed = cursor === null ? null : `${chosenX} ${formatNumber(data.x[cursor] ?? Number.NaN)}`;
	return (
		<ChartCard
			ref={ref}
			title={summary.name}
			readout={pointed}
			note={summary.count > POINTS_MAX ? `The first ${formatCount(POINTS_MAX)} of ${formatCount(summary.count)} rows.` : undefined}
			actions={
				<Dropdown
					size="small"
					appearance="underline"
					className={styles.axis}
					aria-label="Column of the horizontal axis"
					value={`over ${chosenX}`}
					selectedOptions={[chosenX]}
					onOptionSelect={(_, { optionValue }) => setChosenX(optionValue ?? chosenX)}
				>
					{names.map((name) => (
						<Option key={name} value={name} text={name}>
							{name}
						</Option>
					))}
				</Dropdown>
			}
		>
			<QueryState query={query} label={summary.name} loading={<div style={{ height: HEIGHT_PX }} />}>
				{() => (
					<>
						<LineChart
							label={`${summary.name}: ${formatCount(data.x.length)} rows over ${chosenX}`}
							data={data}
							xKind="number"
							isLog={isLog}
							heightPx={HEIGHT_PX}
							range={null}
							onCursor={setCursor}
						/>
						<LineLegend lines={data.lines} index={cursor} />
					</>
				)}
			</QueryState>
		</ChartCard>
	);
}

function curveData(columns: Columns, xName: string): LineData {
	const numbers = columns.map((column) => ({ name: column.name, values: column.values.map(numberOrNull) }));
	const ys = numbers.filter((column) => column.name !== xName);
	const sorted = sortByX(
		numbers.find((column) => column.name === xName)?.values ?? [],
		ys.map((column) => column.values),
	);
	const hasPoints = sorted.x.length <= DOTS_MAX;
	return {
		x: sorted.x,
		lines: ys.map(({ name }, index) => ({ label: name, values: sorted.columns[index] ?? [], colour: index, hasPoints })),
	};
}
