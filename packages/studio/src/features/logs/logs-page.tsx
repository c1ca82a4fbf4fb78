/** Logs: a query in the Kusto query language, and what it answers as rows or as a chart. */
import { Button, MessageBar, MessageBarBody, makeStyles, Spinner, tokens } from '@fluentui/react-components';
import { RequestError } from '@runstead/client';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { describeError, isPassing } from '../../shared/api/describe-error.ts';
import { PageTitle } from '../../shared/shell/page-title.tsx';
import { PageTrail } from '../../shared/shell/page-trail.tsx';
import { Answer } from './answer.tsx';
import { askLogs, logTablesQuery } from './api.ts';
import { Chooser } from './chooser.tsx';
import { DEFAULT_SPAN, type LogSpan, SPAN_NAMES } from './logs-search.ts';
import { pastQueries, rememberQuery } from './past-queries.ts';
import { QueryEditor, type QueryEditorHandle } from './query-editor.tsx';
import { SAMPLE_QUERIES } from './sample-queries.ts';
import { SavedQueries } from './saved-queries.tsx';

const route = getRouteApi('/w/$workspace/logs');
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
		else void navigate({ search: ({ table: _, ...before }) => ({ ...before, query }), replace: true });
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
					chosen={search.table ?? 1}
					onTable={(table) =>
						void navigate({ search: ({ table: _, ...before }) => (table === 1 ? before : { ...before, table }), replace: true })
					}
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
