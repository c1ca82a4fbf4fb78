/** Points as rows: texts by step, and tables with something other than numbers in them. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { MetricSummary, WireValue } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ChartCard } from '../../shared/charts/chart-card.tsx';
import { useOnScreen } from '../../shared/charts/use-on-screen.ts';
import { formatCount, formatExact, formatValue, numberOrNull } from '../../shared/format/numbers.ts';
import { formatAbsolute, formatClock } from '../../shared/format/times.ts';
import { QueryState } from '../../shared/states/query-state.tsx';
import { DataTable } from '../../shared/table/data-table.tsx';
import type { TableColumn } from '../../shared/table/table-column.ts';
import { POINTS_MAX, pointsQuery } from './api.ts';

const HEIGHT_PX = 236;
const MICROS_PER_MILLI = 1_000;

const useStyles = makeStyles({
	table: { maxHeight: `${HEIGHT_PX}px`, margin: `0 -${tokens.spacingHorizontalM}` },
});

interface PointRow {
	readonly arrival: number;
	readonly step: number | null;
	readonly timeMs: number;
	readonly values: readonly (WireValue | undefined)[];
}

export function PointsTable({ run, summary }: { readonly run: string; readonly summary: MetricSummary }) {
	const styles = useStyles();
	const [ref, isOnScreen] = useOnScreen();
	const query = useQuery({ ...pointsQuery(run, summary.name), enabled: isOnScreen });
	const points = query.data;
	const rows = useMemo(
		(): PointRow[] =>
			points?.arrivals.map((arrival, index) => ({
				arrival,
				step: points.steps[index] ?? null,
				timeMs: (points.times[index] ?? 0) / MICROS_PER_MILLI,
				values: points.columns.map((column) => column.values[index]),
			})) ?? [],
		[points],
	);
	const hasSteps = rows.some((row) => row.step !== null);
	const names = (points?.columns ?? []).map((column) => column.name).join('\n');
	const columns = useMemo(() => columnsOf(names === '' ? [] : names.split('\n'), hasSteps), [names, hasSteps]);
	return (
		<ChartCard
			ref={ref}
			title={summary.name}
			aside={`${formatCount(summary.count)} ${summary.count === 1 ? 'row' : 'rows'}`}
			note={summary.count > POINTS_MAX ? `The first ${formatCount(POINTS_MAX)} rows.` : undefined}
		>
			<QueryState query={query} label={summary.name} loading={<div style={{ height: HEIGHT_PX }} />}>
				{() => (
					<DataTable className={styles.table} label={summary.name} rows={rows} columns={columns} getId={(row) => String(row.arrival)} />
				)}
			</QueryState>
		</ChartCard>
	);
}

function columnsOf(names: readonly string[], hasSteps: boolean): TableColumn<PointRow>[] {
	const first: TableColumn<PointRow> = hasSteps
		? { id: ' step', header: 'Step', widthPx: 72, isNumeric: true, cell: (row) => row.step }
		: {
				id: ' time',
				header: 'Time',
				widthPx: 80,
				cell: (row) => <span title={formatAbsolute(row.timeMs)}>{formatClock(row.timeMs)}</span>,
			};
	return [
		first,
		...names.map(
			(name, index): TableColumn<PointRow> => ({
				id: name,
				header: name,
				widthPx: 96,
				grows: true,
				cell: (row) => {
					const value = row.values[index];
					const style = numberOrNull(value) === null ? undefined : { fontVariantNumeric: 'tabular-nums' };
					return (
						<span title={formatExact(value)} style={style}>
							{formatValue(value)}
						</span>
					);
				},
			}),
		),
	];
}
