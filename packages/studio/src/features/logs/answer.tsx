/** What a query answers: its tables, one at a time, each as a chart or as rows. */
import { Button, MessageBar, MessageBarBody, makeStyles, Tab, TabList, tokens } from '@fluentui/react-components';
import type { QueryAnswer, ResultTable } from '@runstead/contract';
import { useMemo, useState } from 'react';
import { LineChart } from '../../shared/charts/line-chart.tsx';
import { LineLegend } from '../../shared/charts/line-legend.tsx';
import { formatCount } from '../../shared/format/numbers.ts';
import { ArrowDownloadRegular } from '../../shared/icons.ts';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { answerCategories } from './answer-categories.ts';
import { answerChart } from './answer-chart.ts';
import { answerCsv } from './answer-csv.ts';
import { AnswerGrid } from './answer-grid.tsx';
import { answerTables } from './answer-tables.ts';
import { ROWS_MAX } from './api.ts';
import { CategoryChart } from './category-chart.tsx';
import type { Pivot } from './pivot-search.ts';

const CHART_HEIGHT_PX = 320;

const useStyles = makeStyles({
	note: { margin: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}` },
	tables: { flexWrap: 'wrap', padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalL} 0` },
	answer: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM, padding: `0 ${tokens.spacingHorizontalL}` },
	said: { color: tokens.colorNeutralForeground3 },
	chart: { margin: `0 ${tokens.spacingHorizontalL}` },
});

interface PivotProps {
	readonly pivot: Pivot | null;
	readonly onPivot: (pivot: Pivot | null) => void;
}

interface AnswerProps extends PivotProps {
	readonly answer: QueryAnswer;
	/** Number of the table, from 1; of one that is not there, the first. */
	readonly chosen: number;
	readonly onTable: (number: number) => void;
}

export function Answer({ answer, chosen, onTable, ...pivot }: AnswerProps) {
	const styles = useStyles();
	const tables = useMemo(() => answerTables(answer), [answer]);
	const index = chosen <= tables.length ? chosen - 1 : 0;
	const { table } = tables[index]!;
	const isAlone = tables.length === 1;
	return (
		<>
			{answer.warnings.map((warning) => (
				<MessageBar key={warning} intent="warning" className={styles.note}>
					<MessageBarBody>{warning}</MessageBarBody>
				</MessageBar>
			))}
			{!isAlone && (
				<TabList
					size="small"
					className={styles.tables}
					aria-label="Tables of the answer"
					selectedValue={index + 1}
					onTabSelect={(_, { value }) => onTable(value as number)}
				>
					{tables.map(({ label }, at) => (
						<Tab key={label} value={at + 1}>
							{label}
						</Tab>
					))}
				</TabList>
			)}
			<ShownTable
				key={index}
				table={table}
				milliseconds={answer.translateMs + answer.executeMs}
				fileName={isAlone ? 'logs.csv' : `logs-${index + 1}.csv`}
				{...pivot}
			/>
		</>
	);
}

interface ShownTableProps extends PivotProps {
	readonly table: ResultTable;
	/** Of the whole answer. */
	readonly milliseconds: number;
	/** Under which it is saved. */
	readonly fileName: string;
}

function ShownTable({ table, milliseconds, fileName, pivot, onPivot }: ShownTableProps) {
	const styles = useStyles();
	const [place, setPlace] = useState<number | null>(null);
	const chart = useMemo(() => answerChart(table), [table]);
	const categories = useMemo(() => answerCategories(table), [table]);
	const [tab, setTab] = useState<'chart' | 'rows'>(chart || categories ? 'chart' : 'rows');
	const cut = table.cutBy === null ? '' : `, cut off: the page takes ${formatCount(ROWS_MAX)}`;
	return (
		<>
			<div className={styles.answer}>
				<TabList selectedValue={tab} onTabSelect={(_, data) => setTab(data.value as 'chart' | 'rows')}>
					<Tab value="rows">Rows</Tab>
					{(chart || categories) && <Tab value="chart">Chart</Tab>}
				</TabList>
				<span className={styles.said} role="status">
					{`${formatCount(table.rowCount)} ${table.rowCount === 1 ? 'row' : 'rows'} in ${Math.round(milliseconds)} ms${cut}`}
				</span>
				<Button size="small" appearance="subtle" icon={<ArrowDownloadRegular />} onClick={() => save(answerCsv(table), fileName)}>
					CSV
				</Button>
			</div>
			{tab === 'chart' && categories ? (
				<CategoryChart categories={categories} />
			) : tab === 'chart' && chart ? (
				<div className={styles.chart}>
					<LineChart
						label="The answer as a chart"
						data={chart.data}
						xKind={chart.xKind}
						isLog={false}
						heightPx={CHART_HEIGHT_PX}
						range={null}
						onCursor={setPlace}
					/>
					<LineLegend lines={chart.data.lines} index={place} />
				</div>
			) : table.rowCount === 0 ? (
				<EmptyState title="No rows">Nothing of this time fits the query.</EmptyState>
			) : (
				<AnswerGrid answer={table} pivot={pivot} onPivot={onPivot} />
			)}
		</>
	);
}

function save(text: string, fileName: string): void {
	const address = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
	const link = document.createElement('a');
	link.href = address;
	link.download = fileName;
	link.click();
	URL.revokeObjectURL(address);
}
