/** The page of one run: what it is, how it goes, and what it left. */

import { CounterBadge, makeStyles, Tab, TabList, tokens } from '@fluentui/react-components';
import type { Run } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Suspense, useEffect, useMemo, useRef } from 'react';
import { onDemand } from '../../shared/on-demand.ts';
import { PageTrail } from '../../shared/shell/page-trail.tsx';
import { LoadingRows } from '../../shared/states/loading-rows.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { ExperimentLink } from '../experiments/experiment-link.tsx';
import { childRuns, runQuery } from './api.ts';
import { RunHeader } from './run-header.tsx';
import { runTitle } from './run-link.tsx';
import { DEFAULT_TAB, parseRunPageSearch, type RunPageSearch, type RunTab } from './run-page-search.ts';
import { useLiveRun } from './use-live-run.ts';

const RunDetails = onDemand(async () => (await import('./run-details.tsx')).RunDetails);
const RunMetrics = onDemand(async () => (await import('../metrics/run-metrics.tsx')).RunMetrics);
const RunImages = onDemand(async () => (await import('../metrics/run-images.tsx')).RunImages);
const TraceList = onDemand(async () => (await import('../traces/trace-list.tsx')).TraceList);
const RunChildren = onDemand(async () => (await import('./run-children.tsx')).RunChildren);
const RunFiles = onDemand(async () => (await import('../run-files/run-files.tsx')).RunFiles);
const RunSnapshot = onDemand(async () => (await import('../snapshots/run-snapshot.tsx')).RunSnapshot);
const RunRaw = onDemand(async () => (await import('./run-raw.tsx')).RunRaw);

/** What each tab is drawn by. */
const TABS = {
	details: RunDetails,
	metrics: RunMetrics,
	images: RunImages,
	traces: TraceList,
	children: RunChildren,
	files: RunFiles,
	snapshot: RunSnapshot,
	monitoring: RunMetrics,
	raw: RunRaw,
} as const satisfies Record<RunTab, unknown>;

/** Loads what a tab is drawn by, for whoever knows that it will be. */
export function wantTab(tab: RunTab): Promise<void> {
	return TABS[tab].want();
}

const route = getRouteApi('/w/$workspace/runs/$runId');

const useStyles = makeStyles({
	tabs: {
		padding: `0 ${tokens.spacingHorizontalM}`,
		borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
		overflowX: 'auto',
		flexShrink: 0,
	},
	tab: { whiteSpace: 'nowrap' },
	count: { marginLeft: tokens.spacingHorizontalXS },
	panel: { display: 'flex', flexDirection: 'column', flexGrow: 1, minHeight: 0 },
});

export function RunPage() {
	const { workspace, runId } = route.useParams();
	const query = useQuery(runQuery(runId));
	const { tab = DEFAULT_TAB }: RunPageSearch = route.useSearch();
	// It comes while the run is read.
	useEffect(() => void wantTab(tab), [tab]);
	const experiments = (
		<Link to="/w/$workspace/experiments" params={{ workspace }}>
			Experiments
		</Link>
	);
	const run = query.data;
	return (
		<>
			<PageTrail
				items={[
					{ label: 'Experiments', link: experiments },
					...(run
						? [
								{
									label: run.experimentName,
									link: <ExperimentLink workspace={workspace} id={run.experimentId} name={run.experimentName} />,
								},
							]
						: []),
					{ label: run ? runTitle(run) : runId },
				]}
			/>
			<QueryState query={query} label="the run">
				{(data) => <ShownRun key={data.id} run={data} workspace={workspace} />}
			</QueryState>
		</>
	);
}

const NO_RUNS: readonly Run[] = [];

function ShownRun({ run, workspace }: { readonly run: Run; readonly workspace: string }) {
	const styles = useStyles();
	const search: RunPageSearch = route.useSearch();
	const navigate = route.useNavigate();
	const parent = useQuery({ ...runQuery(run.parentId ?? ''), enabled: run.parentId !== null });
	const tab = search.tab ?? DEFAULT_TAB;
	const tabs = useRef<HTMLDivElement>(null);
	// On a phone not all of them are on screen.
	// biome-ignore lint/correctness/useExhaustiveDependencies: with each other tab
	useEffect(() => {
		tabs.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
	}, [tab]);
	const childList = childRuns(workspace, run.id);
	const children = useQuery({ ...childList.query, enabled: tab === 'children' });
	const childRows = children.data?.runs ?? NO_RUNS;
	useLiveRun(
		run.id,
		useMemo(() => new Set(childRows.map((child) => child.id)), [childRows]),
	);

	const onSearch = (change: Partial<RunPageSearch>) =>
		void navigate({ search: (current) => parseRunPageSearch({ ...current, ...change }), replace: true });
	const goTo = (next: RunTab) => void navigate({ search: (current) => parseRunPageSearch({ ...current, tab: next, file: undefined }) });

	return (
		<>
			<RunHeader run={run} parent={parent.data} />
			<TabList ref={tabs} className={styles.tabs} selectedValue={tab} onTabSelect={(_, { value }) => goTo(value as RunTab)}>
				<Tab value="details">Details</Tab>
				<Tab value="metrics">Metrics</Tab>
				<Tab value="images">Images</Tab>
				<Tab value="traces">Traces</Tab>
				<Tab value="children" className={styles.tab}>
					Child runs
					{run.childCount > 0 && (
						<CounterBadge
							className={styles.count}
							appearance="filled"
							color="informative"
							size="small"
							count={run.childCount}
							overflowCount={9_999}
						/>
					)}
				</Tab>
				<Tab value="files" className={styles.tab}>
					Outputs + logs
				</Tab>
				<Tab value="snapshot">Snapshot</Tab>
				<Tab value="monitoring">Monitoring</Tab>
				<Tab value="raw" className={styles.tab}>
					Raw JSON
				</Tab>
			</TabList>
			<div className={styles.panel} role="tabpanel" aria-label={tab}>
				<Suspense fallback={<LoadingRows label="Loading the tab" />}>
					{tab === 'details' && <RunDetails run={run} />}
					{tab === 'metrics' && <RunMetrics key="metrics" run={run} search={search} onSearch={onSearch} />}
					{tab === 'images' && <RunImages run={run} />}
					{tab === 'traces' && (
						<TraceList
							scope={{ workspace, run: run.id }}
							filter={search.traces ?? ''}
							onFilter={(traces) => onSearch({ traces: traces === '' ? undefined : traces })}
						/>
					)}
					{tab === 'monitoring' && <RunMetrics key="monitoring" run={run} search={search} onSearch={onSearch} isSystem />}
					{tab === 'children' && <RunChildren query={children} list={childList} />}
					{tab === 'files' && (
						<RunFiles run={run} file={search.file ?? null} onFile={(file) => onSearch({ file })} view={search} onView={onSearch} />
					)}
					{tab === 'snapshot' && <RunSnapshot run={run} file={search.file ?? null} onFile={(file) => onSearch({ file })} />}
					{tab === 'raw' && <RunRaw run={run.id} />}
				</Suspense>
			</div>
		</>
	);
}
