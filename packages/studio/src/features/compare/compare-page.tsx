/** Runs side by side, of whatever experiments: values, charts, code, environment and logs. */
import { Button, MessageBar, MessageBarBody, makeStyles, SearchBox, Switch, Tab, TabList, tokens } from '@fluentui/react-components';
import type { Run } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useUndo } from '../../shared/commands/use-undo.ts';
import { formatCount } from '../../shared/format/numbers.ts';
import { filterTarget } from '../../shared/keyboard/focus-filter.ts';
import { PageTitle } from '../../shared/shell/page-title.tsx';
import { PageTrail } from '../../shared/shell/page-trail.tsx';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { RunCharts } from '../run-charts/run-charts.tsx';
import { NEWEST_FIRST } from '../runs/run-search.ts';
import { comparedRunsQuery } from './api.ts';
import { CompareCode } from './compare-code.tsx';
import { compareEnvironments } from './compare-environment.ts';
import { CompareLogs } from './compare-logs.tsx';
import { type CompareGroup, compareRuns, shownGroups } from './compare-rows.ts';
import { COMPARE_TABS, type CompareSearch, type CompareTab, inOrder, parseCompareSearch } from './compare-search.ts';
import { CompareTable } from './compare-table.tsx';
import { OtherPicker } from './other-picker.tsx';
import { useInstalledPackages } from './use-installed-packages.ts';

const route = getRouteApi('/w/$workspace/compare');

const TITLES: Readonly<Record<CompareTab, string>> = {
	values: 'Parameters and metrics',
	charts: 'Charts',
	code: 'Code',
	environment: 'Environment',
	logs: 'Logs',
};

const useStyles = makeStyles({
	root: { display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 },
	tabs: { padding: `0 ${tokens.spacingHorizontalM}` },
	controls: {
		display: 'flex',
		flexWrap: 'wrap',
		alignItems: 'center',
		gap: tokens.spacingHorizontalM,
		padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
	},
	bar: { margin: `0 ${tokens.spacingHorizontalL}`, flexShrink: 0 },
	charts: { overflowY: 'auto', paddingTop: tokens.spacingVerticalS },
});

export function ComparePage() {
	const styles = useStyles();
	const { workspace } = route.useParams();
	const search: CompareSearch = route.useSearch();
	const navigate = route.useNavigate();
	const onSearch = (change: Partial<CompareSearch>) =>
		void navigate({ search: (current) => parseCompareSearch({ ...current, ...change }), replace: true });
	useUndo(JSON.stringify(search), (before) => void navigate({ search: parseCompareSearch(JSON.parse(before)), replace: true }));
	const ids = inOrder(search.runs, search.baseline);
	const query = useQuery(comparedRunsQuery(workspace, ids));
	return (
		<div className={styles.root}>
			<PageTrail
				items={[
					{
						label: 'Experiments',
						link: (
							<Link to="/w/$workspace/experiments" params={{ workspace }}>
								Experiments
							</Link>
						),
					},
					{ label: 'Compare' },
				]}
			/>
			<PageTitle title="Compare" beside={ids.length > 0 && `${formatCount(ids.length)} ${ids.length === 1 ? 'run' : 'runs'}`} />
			{ids.length === 0 ? (
				<EmptyState title="No runs to compare">Select runs in a list of runs, then choose Compare.</EmptyState>
			) : (
				<QueryState query={query} label="runs">
					{({ runs, missing }) => (
						<>
							{missing.length > 0 && (
								<MessageBar intent="warning" className={styles.bar}>
									<MessageBarBody>
										{workspace} has no {missing.length === 1 ? 'run' : 'runs'} {missing.map((id) => id.slice(0, 80)).join(', ')}.{' '}
										<Button size="small" onClick={() => onSearch({ runs: search.runs.filter((id) => !missing.includes(id)) })}>
											Leave {missing.length === 1 ? 'it' : 'them'} out
										</Button>
									</MessageBarBody>
								</MessageBar>
							)}
							{runs[0] !== undefined && (
								<Compared workspace={workspace} runs={[runs[0], ...runs.slice(1)]} search={search} onSearch={onSearch} />
							)}
						</>
					)}
				</QueryState>
			)}
		</div>
	);
}

interface ComparedProps {
	readonly workspace: string;
	/** The baseline first. */
	readonly runs: readonly [Run, ...Run[]];
	readonly search: CompareSearch;
	readonly onSearch: (change: Partial<CompareSearch>) => void;
}

function Compared(props: ComparedProps) {
	const styles = useStyles();
	const { search, onSearch } = props;
	const tab = search.tab ?? 'values';
	return (
		<>
			<TabList className={styles.tabs} selectedValue={tab} onTabSelect={(_, { value }) => onSearch({ tab: value as CompareTab })}>
				{COMPARE_TABS.map((one) => (
					<Tab key={one} value={one}>
						{TITLES[one]}
					</Tab>
				))}
			</TabList>
			<TabContent {...props} tab={tab} />
		</>
	);
}

function TabContent({ tab, ...props }: ComparedProps & { readonly tab: CompareTab }) {
	switch (tab) {
		case 'values':
			return <Values {...props} />;
		case 'charts':
			return <Charts {...props} />;
		case 'environment':
			return <Environments {...props} />;
		case 'code':
		case 'logs':
			return <TwoRuns {...props} tab={tab} />;
	}
}

function Values({ runs, search, onSearch }: ComparedProps) {
	const groups = useMemo(() => compareRuns(runs), [runs]);
	return <Rows runs={runs} groups={groups} search={search} onSearch={onSearch} />;
}

function Environments({ runs, search, onSearch }: ComparedProps) {
	const installed = useInstalledPackages(runs);
	const groups = useMemo(() => compareEnvironments(runs, installed), [runs, installed]);
	return <Rows runs={runs} groups={groups} search={search} onSearch={onSearch} />;
}

function Rows({ runs, groups, search, onSearch }: Omit<ComparedProps, 'workspace'> & { readonly groups: readonly CompareGroup[] }) {
	const styles = useStyles();
	const isAll = search.all ?? runs.length === 1;
	const shown = shownGroups(groups, isAll, search.find ?? '');
	const count = (of: readonly CompareGroup[]) => of.reduce((sum, { rows }) => sum + rows.length, 0);
	return (
		<>
			<div className={styles.controls}>
				<SearchBox
					placeholder="Find a row"
					aria-label="Find a row"
					value={search.find ?? ''}
					onChange={(_, { value }) => onSearch({ find: value })}
					{...filterTarget}
				/>
				<Switch label="Only what differs" checked={!isAll} onChange={(_, { checked }) => onSearch({ all: !checked })} />
				<span role="status">
					{formatCount(count(shown))} of {formatCount(count(groups))} rows
				</span>
			</div>
			{shown.length === 0 ? (
				<EmptyState title={count(groups) === 0 ? 'Nothing was noted of these runs' : 'No difference'}>
					{count(groups) > 0 && !isAll && <Button onClick={() => onSearch({ all: true, find: '' })}>Show what they have in common</Button>}
				</EmptyState>
			) : (
				<CompareTable
					runs={runs}
					groups={shown}
					onBaseline={(baseline) => onSearch({ baseline })}
					onLeaveOut={(run) => onSearch({ runs: search.runs.filter((id) => id !== run) })}
				/>
			)}
		</>
	);
}

const NOTHING: ReadonlySet<string> = new Set();

function Charts({ workspace, runs, search, onSearch }: ComparedProps) {
	const styles = useStyles();
	const inView = useMemo(
		() => ({
			search: {
				workspace,
				experimentIds: [],
				filter: '',
				orderBy: NEWEST_FIRST.by,
				isAscending: false,
				lifecycle: 'all' as const,
				rootsOnly: false,
			},
			group: null,
			selected: new Set(runs.map(({ id }) => id)),
			hidden: NOTHING,
		}),
		[workspace, runs],
	);
	return (
		<div className={styles.charts}>
			<RunCharts inView={inView} state={search.charts ?? {}} onState={(charts) => onSearch({ charts })} isWholePage />
		</div>
	);
}

function TwoRuns({ runs, search, onSearch, tab }: ComparedProps & { readonly tab: 'code' | 'logs' }) {
	const [baseline, ...others] = runs;
	const other = others.find(({ id }) => id === search.other) ?? others[0];
	if (other === undefined) return <EmptyState title="One run alone">Compare it with at least one other to see differences.</EmptyState>;
	const shown = { baseline, other, file: search.file ?? null, onFile: (file: string) => onSearch({ file }) };
	return (
		<>
			<OtherPicker runs={runs} other={other} onOther={(id) => onSearch({ other: id })} />
			{tab === 'code' ? <CompareCode {...shown} /> : <CompareLogs {...shown} />}
		</>
	);
}
