/** Logs: a query in the Kusto query language, and what it answers as rows or as a chart. */
import { Button, MessageBar, MessageBarBody, makeStyles, Spinner, Tab, TabList, tokens } from '@fluentui/react-components';
import { RequestError } from '@runstead/client';
import type { QueryAnswer } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { describeError, isPassing } from '../../shared/api/describe-error.ts';
import { LineChart } from '../../shared/charts/line-chart.tsx';
import { LineLegend } from '../../shared/charts/line-legend.tsx';
import { formatCount } from '../../shared/format/numbers.ts';
import { ArrowDownloadRegular } from '../../shared/icons.ts';
import { PageTitle } from '../../shared/shell/page-title.tsx';
import { PageTrail } from '../../shared/shell/page-trail.tsx';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { answerCategories } from './answer-categories.ts';
import { answerChart } from './answer-chart.ts';
import { answerCsv } from './answer-csv.ts';
import { AnswerGrid } from './answer-grid.tsx';
import { askLogs, logTablesQuery, ROWS_MAX } from './api.ts';
import { CategoryChart } from './category-chart.tsx';
import { Chooser } from './chooser.tsx';
import { DEFAULT_SPAN, type LogSpan, SPAN_NAMES } from './logs-search.ts';
import { pastQueries, rememberQuery } from './past-queries.ts';
import type { Pivot } from './pivot-search.ts';
import { QueryEditor, type QueryEditorHandle } from './query-editor.tsx';
import { SAMPLE_QUERIES } from './sample-queries.ts';
import { SavedQueries } from './saved-queries.tsx';

const route = getRouteApi('/w/$workspace/logs');
const CHART_HEIGHT_PX = 320;
const FIRST_LINE_CHARACTERS = 80;

const useStyles = makeStyles({
	bar: {
		display: 'flex',
		flexWrap: 'wrap',
		alignItems: 'center',
		gap: tokens.spacingHorizontalS,
		padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalS}`,
	},
	editor: { margin: `0 ${tokens.spacingHorizontalL}` },
	note: { margin: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}` },
	answer: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM, padding: `0 ${tokens.spacingHorizontalL}` },
	said: { color: tokens.colorNeutralForeground3 },
	chart: { margin: `0 ${tokens.spacingHorizontalL}` },
});

export function LogsPage() {
	const styles = useStyles();
	const { workspace } = route.useParams();
	const search = route.useSearch();
	const navigate = useNavigate({ from: '/w/$workspace/logs' });
	const editor = useRef<QueryEditorHandle>(null);
	const [text, setText] = useState(search.query ?? SAMPLE_QUERIES[0]?.query ?? '');
	const past = useSyncExternalStore(pastQueries.subscribe, pastQueries.get);
	const tables = useQuery(logTablesQuery);
	const span = search.span ?? DEFAULT_SPAN;
	const isEverywhere = search.scope === 'all';
	const asked = useQuery({
		queryKey: ['logs', 'answer', workspace, search.query, span, isEverywhere],
		queryFn: ({ signal }) =>
			askLogs({ workspace, query: search.query ?? '', timespan: span === 'all' ? null : span, isEverywhere }, signal),
		enabled: search.query !== undefined,
		retry: false,
		gcTime: 0,
	});
	const put = (query: string): void => editor.current?.replace(query);
	const run = (): void => {
		const query = editor.current?.toRun() ?? text;
		rememberQuery(query);
		if (query === search.query) void asked.refetch();
		else void navigate({ search: (before) => ({ ...before, query }), replace: true });
	};
	useMarkedError(asked.error, editor, search.query === text);
	return (
		<>
			<PageTrail items={isEverywhere ? [{ label: 'Monitor' }, { label: 'All logs' }] : [{ label: 'Logs' }]} />
			<PageTitle
				title={isEverywhere ? 'All logs' : 'Logs'}
				beside={
					isEverywhere
						? 'Events of every workspace, in the Kusto query language.'
						: 'Events of this workspace, in the Kusto query language.'
				}
			/>
			<div className={styles.bar}>
				<Button appearance="primary" onClick={run} title="Run the query, or what is marked of it (Ctrl+Enter)">
					Run
				</Button>
				<Chooser
					label="Time range"
					value={SPAN_NAMES[span]}
					options={Object.entries(SPAN_NAMES)}
					onChoose={(value) => void navigate({ search: (before) => ({ ...before, span: value as LogSpan }) })}
				/>
				<Chooser
					label="Scope"
					value={isEverywhere ? 'All workspaces' : 'This workspace'}
					options={[
						['one', 'This workspace'],
						['all', 'All workspaces'],
					]}
					onChoose={(value) =>
						void navigate({ search: ({ scope: _, ...before }) => (value === 'all' ? { ...before, scope: 'all' as const } : before) })
					}
				/>
				<SavedQueries
					workspace={workspace}
					current={{ ...search, query: text }}
					onOpen={(saved) => {
						put(saved.query ?? '');
						void navigate({ search: saved, replace: true });
					}}
				/>
				<Chooser label="Samples" value="Samples" options={SAMPLE_QUERIES.map(({ name, query }) => [query, name])} onChoose={put} />
				{past.length > 0 && (
					<Chooser
						label="History"
						value="History"
						options={past.map((one) => [one, one.replaceAll(/\s+/g, ' ').slice(0, FIRST_LINE_CHARACTERS)])}
						onChoose={put}
					/>
				)}
				{tables.data && (
					<Chooser label="Tables" value="Tables" options={tables.data.map(({ name }) => [`${name}\n| take 100`, name])} onChoose={put} />
				)}
			</div>
			<QueryEditor ref={editor} className={styles.editor} heightPx={150} initialText={text} onText={setText} onRun={run} />
			{asked.isError && (
				<MessageBar intent="error" className={styles.note}>
					<MessageBarBody>
						{describeError(asked.error).message}
						{isPassing(asked.error) && ` ${describeError(asked.error).hint}`}
					</MessageBarBody>
				</MessageBar>
			)}
			{asked.isFetching && <Spinner size="tiny" label="Asking" labelPosition="after" className={styles.note} />}
			{asked.data && (!asked.isError || isPassing(asked.error)) && (
				<Answer
					key={asked.dataUpdatedAt}
					answer={asked.data}
					pivot={search.pivot ?? null}
					onPivot={(pivot) =>
						void navigate({ search: ({ pivot: _, ...before }) => (pivot === null ? before : { ...before, pivot }), replace: true })
					}
				/>
			)}
		</>
	);
}

/** Marks the part of the query that the server could not take. */
function useMarkedError(error: unknown, editor: React.RefObject<QueryEditorHandle | null>, isWhole: boolean): void {
	useEffect(() => {
		if (!isWhole || !(error instanceof RequestError) || error.code !== 'invalid-query') return;
		const { start, length } = error.details as { start: number; length: number };
		editor.current?.mark(start, length);
	}, [error, editor, isWhole]);
}

interface AnswerProps {
	readonly answer: QueryAnswer;
	readonly pivot: Pivot | null;
	readonly onPivot: (pivot: Pivot | null) => void;
}

function Answer({ answer, pivot, onPivot }: AnswerProps) {
	const styles = useStyles();
	const [place, setPlace] = useState<number | null>(null);
	const chart = useMemo(() => answerChart(answer), [answer]);
	const categories = useMemo(() => answerCategories(answer), [answer]);
	const [tab, setTab] = useState<'chart' | 'rows'>(chart || categories ? 'chart' : 'rows');
	const cut = answer.cutBy === null ? '' : `, cut off: the page takes ${formatCount(ROWS_MAX)}`;
	return (
		<>
			{answer.warnings.map((warning) => (
				<MessageBar key={warning} intent="warning" className={styles.note}>
					<MessageBarBody>{warning}</MessageBarBody>
				</MessageBar>
			))}
			<div className={styles.answer}>
				<TabList selectedValue={tab} onTabSelect={(_, data) => setTab(data.value as 'chart' | 'rows')}>
					<Tab value="rows">Rows</Tab>
					{(chart || categories) && <Tab value="chart">Chart</Tab>}
				</TabList>
				<span className={styles.said} role="status">
					{`${formatCount(answer.rowCount)} ${answer.rowCount === 1 ? 'row' : 'rows'} in ${Math.round(answer.translateMs + answer.executeMs)} ms${cut}`}
				</span>
				<Button size="small" appearance="subtle" icon={<ArrowDownloadRegular />} onClick={() => save(answerCsv(answer))}>
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
			) : answer.rowCount === 0 ? (
				<EmptyState title="No rows">Nothing of this time fits the query.</EmptyState>
			) : (
				<AnswerGrid answer={answer} pivot={pivot} onPivot={onPivot} />
			)}
		</>
	);
}

function save(text: string): void {
	const address = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
	const link = document.createElement('a');
	link.href = address;
	link.download = 'logs.csv';
	link.click();
	URL.revokeObjectURL(address);
}
