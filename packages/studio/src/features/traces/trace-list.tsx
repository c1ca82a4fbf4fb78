/** The traces of a workspace, an experiment or a run: filtered, page by page. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import type { FoundTrace } from '@runstead/contract';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { isErrorOf } from '../../shared/api/describe-error.ts';
import { Moment } from '../../shared/format/moment.tsx';
import { formatCount } from '../../shared/format/numbers.ts';
import { ArrowClockwiseRegular } from '../../shared/icons.ts';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { ErrorState } from '../../shared/states/error-state.tsx';
import { LoadingRows } from '../../shared/states/loading-rows.tsx';
import { DataTable } from '../../shared/table/data-table.tsx';
import { morePages } from '../../shared/table/more-pages.tsx';
import type { TableColumn } from '../../shared/table/table-column.ts';
import { TextCell } from '../../shared/table/text-cell.tsx';
import { ownTags } from '../../shared/text/own-tags.ts';
import { ExperimentLink } from '../experiments/experiment-link.tsx';
import { TagList } from '../runs/tag-list.tsx';
import { type TraceScope, tracesQuery } from './api.ts';
import { assessmentsOf } from './assessment.ts';
import { formatShort } from './span-tree.ts';
import { previewText, sessionOf, tokensOf, userOf } from './trace-facts.ts';
import { TraceFilter } from './trace-filter.tsx';
import { TraceLink } from './trace-link.tsx';
import { TraceStateLabel } from './trace-state.tsx';

const useStyles = makeStyles({
	toolbar: {
		display: 'flex',
		flexWrap: 'wrap',
		gap: tokens.spacingHorizontalS,
		alignItems: 'flex-start',
		padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
	},
	choice: {
		padding: 0,
		border: 'none',
		background: 'none',
		font: 'inherit',
		color: tokens.colorNeutralForeground2,
		overflow: 'hidden',
		textOverflow: 'ellipsis',
		cursor: 'pointer',
		':hover': { color: tokens.colorBrandForegroundLink, textDecorationLine: 'underline' },
		':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
	},
});

const TRACE = `import mlflow

@mlflow.trace
def answer(question):
    ...
`;

interface TraceListProps {
	readonly scope: TraceScope;
	readonly filter: string;
	readonly onFilter: (filter: string) => void;
}

export function TraceList({ scope, filter, onFilter }: TraceListProps) {
	const styles = useStyles();
	const navigate = useNavigate();
	const { workspace } = scope;
	const list = useInfiniteQuery({ ...tracesQuery(scope, filter), placeholderData: keepPreviousData });
	const traces = useMemo(() => list.data?.pages.flatMap((page) => page.traces) ?? [], [list.data]);
	const hasExperiments = scope.experiment === undefined && scope.run === undefined;
	const columns = useMemo(() => {
		const narrow = (condition: string) => onFilter(filter === '' ? condition : `${filter} and ${condition}`);
		return columnsOf(workspace, hasExperiments, narrow, styles).filter(({ isIn }) => isIn === undefined || traces.some(isIn));
	}, [workspace, hasExperiments, filter, onFilter, styles, traces]);
	const isUnreadable = isErrorOf(list.error, 'invalid-mlflow-filter');
	const isNone = list.data !== undefined && traces.length === 0 && !isUnreadable;
	const isBare = isNone && filter === '';
	return (
		<>
			{!isBare && (
				<div className={styles.toolbar}>
					<TraceFilter value={filter} error={isUnreadable ? list.error : null} onChange={onFilter} />
					<Button
						appearance="subtle"
						icon={<ArrowClockwiseRegular />}
						aria-label="Read the traces again"
						title="Read the traces again"
						disabled={list.isFetching}
						onClick={() => void list.refetch()}
					/>
				</div>
			)}
			{list.isError && !isUnreadable && list.data === undefined && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
			{list.isPending && <LoadingRows rows={8} label="Loading traces" />}
			{isNone && filter !== '' && <EmptyState title="No trace matches the filter">Clear it, or look for less.</EmptyState>}
			{isBare && (
				<EmptyState title={scope.run === undefined ? 'No traces yet' : 'No traces of this run'} code={TRACE}>
					A trace is what a program did to answer one request: its calls, what they took in and gave back, and how long they took. They come
					from MLflow's clients (<code>mlflow.trace</code>, <code>mlflow.openai.autolog()</code>) and from OpenTelemetry.
				</EmptyState>
			)}
			{traces.length > 0 && !isUnreadable && (
				<DataTable
					label="Traces"
					rows={traces}
					columns={columns}
					getId={({ id }) => id}
					onOpen={({ id, experimentId }) =>
						void navigate({ to: '/w/$workspace/traces/$experimentId/$traceId', params: { workspace, experimentId, traceId: id } })
					}
					{...morePages(list)}
				/>
			)}
		</>
	);
}

interface TraceColumn extends TableColumn<FoundTrace> {
	/** Whether a trace has something in it: a column that is wholly empty only takes room. */
	readonly isIn?: (trace: FoundTrace) => boolean;
}

function columnsOf(
	workspace: string,
	hasExperiments: boolean,
	narrow: (condition: string) => void,
	styles: ReturnType<typeof useStyles>,
): TraceColumn[] {
	/** A value that is filtered by when it is pressed; one with a quote in it cannot be written in a filter. */
	const choice = (key: string, value: string) =>
		value.includes("'") ? (
			<TextCell text={value} />
		) : (
			<button
				type="button"
				className={styles.choice}
				title={`Only those of ${value}`}
				onClick={() => narrow(`metadata.\`${key}\` = '${value}'`)}
			>
				{value}
			</button>
		);
	return [
		{ id: 'name', header: 'Trace', widthPx: 168, grows: true, cell: (trace) => <TraceLink workspace={workspace} trace={trace} /> },
		{ id: 'state', header: 'State', widthPx: 112, cell: ({ state }) => <TraceStateLabel state={state} /> },
		{
			id: 'request',
			header: 'Request',
			widthPx: 220,
			grows: true,
			isIn: ({ requestPreview }) => requestPreview !== null,
			cell: ({ requestPreview }) => <TextCell text={previewText(requestPreview)} />,
		},
		{
			id: 'response',
			header: 'Response',
			widthPx: 220,
			grows: true,
			isIn: ({ responsePreview }) => responsePreview !== null,
			cell: ({ responsePreview }) => <TextCell text={previewText(responsePreview)} />,
		},
		{
			id: 'duration',
			header: 'Duration',
			widthPx: 88,
			isNumeric: true,
			cell: ({ durationMs }) => (durationMs === null ? '–' : formatShort(durationMs)),
		},
		{ id: 'began', header: 'Began', widthPx: 108, cell: ({ requestTime }) => <Moment time={requestTime} /> },
		...(hasExperiments
			? [
					{
						id: 'experiment',
						header: 'Experiment',
						widthPx: 140,
						cell: ({ experimentId, experimentName }: FoundTrace) => (
							<ExperimentLink workspace={workspace} id={experimentId} name={experimentName} />
						),
					},
				]
			: []),
		{
			id: 'assessments',
			header: 'Assessments',
			widthPx: 180,
			isIn: ({ assessments }) => assessments.length > 0,
			cell: (trace) => (
				<TextCell
					text={assessmentsOf(trace)
						.filter(({ isValid }) => isValid)
						.map(({ name, text, error }) => `${name}: ${error ?? text}`)
						.join(', ')}
				/>
			),
		},
		{
			id: 'tokens',
			header: 'Tokens',
			widthPx: 80,
			isNumeric: true,
			isIn: (trace) => tokensOf(trace) !== null,
			cell: (trace) => {
				const tokensUsed = tokensOf(trace);
				return tokensUsed === null ? '–' : <span title={tokensUsed.inWords}>{formatCount(tokensUsed.total)}</span>;
			},
		},
		{
			id: 'session',
			header: 'Session',
			widthPx: 112,
			isIn: (trace) => sessionOf(trace) !== '',
			cell: (trace) => choice('mlflow.trace.session', sessionOf(trace)),
		},
		{
			id: 'user',
			header: 'User',
			widthPx: 96,
			isIn: (trace) => userOf(trace) !== '',
			cell: (trace) => choice('mlflow.trace.user', userOf(trace)),
		},
		{
			id: 'tags',
			header: 'Tags',
			widthPx: 140,
			isIn: (trace) => Object.keys(ownTags(trace.tags)).length > 0,
			cell: (trace) => <TagList tags={ownTags(trace.tags)} />,
		},
	];
}
