/** The page of a trace: its spans over time, what is thought of it, and what else is known. */
import { Button, CounterBadge, makeStyles, Tab, TabList, tokens } from '@fluentui/react-components';
import type { Trace } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { FactList } from '../../shared/fact-list.tsx';
import { Moment } from '../../shared/format/moment.tsx';
import { ArrowClockwiseRegular } from '../../shared/icons.ts';
import { scrollable } from '../../shared/keyboard/scrollable.ts';
import { ShareButton } from '../../shared/share-button.tsx';
import { PageTitle } from '../../shared/shell/page-title.tsx';
import { PageTrail } from '../../shared/shell/page-trail.tsx';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { ownTags } from '../../shared/text/own-tags.ts';
import { experimentQuery } from '../experiments/api.ts';
import { ExperimentLink } from '../experiments/experiment-link.tsx';
import { NamedRunLink } from '../runs/named-run-link.tsx';
import { TagList } from '../runs/tag-list.tsx';
import { TextTable } from '../runs/text-table.tsx';
import { traceQuery } from './api.ts';
import { assessmentsOf } from './assessment.ts';
import { AssessmentList } from './assessment-list.tsx';
import { SpanDetails } from './span-details.tsx';
import { findSpan, formatShort, type SpanTree, spanTreeOf } from './span-tree.ts';
import { SpanWaterfall } from './span-waterfall.tsx';
import { runsOfTrace, sessionOf, tokensOf, traceName, userOf } from './trace-facts.ts';
import { TraceStateLabel } from './trace-state.tsx';
import { parseTraceSearch, type TraceSearch, type TraceTab } from './traces-search.ts';

const route = getRouteApi('/w/$workspace/traces/$experimentId/$traceId');

const useStyles = makeStyles({
	runs: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
	tabs: { flexShrink: 0, padding: `0 ${tokens.spacingHorizontalM}`, borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
	count: { marginLeft: tokens.spacingHorizontalXS },
	panel: { display: 'flex', flexGrow: 1, minHeight: 0, '@media (max-width: 860px)': { flexDirection: 'column' } },
	spans: {
		display: 'flex',
		flexDirection: 'column',
		width: '55%',
		minHeight: 0,
		flexShrink: 0,
		borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
		'@media (max-width: 860px)': {
			width: 'auto',
			height: '45%',
			borderRight: 'none',
			borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
		},
	},
	whole: { display: 'flex', flexDirection: 'column', minWidth: 0, flexGrow: 1, minHeight: 0 },
	body: { flexGrow: 1, minHeight: 0, overflowY: 'auto', padding: tokens.spacingHorizontalL },
	heading: { margin: `${tokens.spacingVerticalL} 0 ${tokens.spacingVerticalXS}`, fontSize: tokens.fontSizeBase300 },
	link: { color: tokens.colorBrandForegroundLink },
});

export function TracePage() {
	const { workspace, experimentId, traceId } = route.useParams();
	const query = useQuery(traceQuery(experimentId, traceId));
	const experiment = useQuery(experimentQuery(experimentId));
	const all = (
		<Link to="/w/$workspace/traces" params={{ workspace }}>
			Traces
		</Link>
	);
	const ofExperiment = experiment.data && {
		label: experiment.data.name,
		link: <ExperimentLink workspace={workspace} id={experimentId} name={experiment.data.name} />,
	};
	const title = query.data === undefined ? traceId : traceName(query.data.trace);
	return (
		<>
			<PageTrail items={[{ label: 'Traces', link: all }, ...(ofExperiment ? [ofExperiment] : []), { label: title }]} />
			<QueryState query={query} label="the trace">
				{({ trace, spans }) => (
					<>
						<PageTitle
							title={title}
							beside={<TraceStateLabel state={trace.state} />}
							actions={
								<>
									<Button
										appearance="subtle"
										icon={<ArrowClockwiseRegular />}
										aria-label="Read the trace again"
										title="Read the trace again"
										disabled={query.isFetching}
										onClick={() => void query.refetch()}
									/>
									<ShareButton />
								</>
							}
						/>
						<Facts workspace={workspace} trace={trace} />
						<Tabs trace={trace} spans={spans} />
					</>
				)}
			</QueryState>
		</>
	);
}

function Facts({ workspace, trace }: { readonly workspace: string; readonly trace: Trace }) {
	const styles = useStyles();
	const runs = runsOfTrace(trace);
	const tags = ownTags(trace.tags);
	const facts: (readonly [string, ReactNode])[] = [
		['Duration', trace.durationMs === null ? '–' : formatShort(trace.durationMs)],
		['Began', <Moment key="began" time={trace.requestTime} />],
		['Tokens', tokensOf(trace)?.inWords],
		['Session', sessionOf(trace)],
		['User', userOf(trace)],
		[
			runs.length > 1 ? 'Runs' : 'Run',
			runs.length > 0 && (
				<span className={styles.runs}>
					{runs.map((id) => (
						<NamedRunLink key={id} workspace={workspace} runId={id} tab="traces" />
					))}
				</span>
			),
		],
		['Tags', Object.keys(tags).length > 0 && <TagList tags={tags} />],
	];
	return <FactList facts={facts} />;
}

function Tabs({ trace, spans }: { readonly trace: Trace; readonly spans: readonly Record<string, unknown>[] }) {
	const styles = useStyles();
	const search: TraceSearch = route.useSearch();
	const navigate = route.useNavigate();
	const tree = useMemo(() => spanTreeOf(spans), [spans]);
	const assessments = useMemo(() => assessmentsOf(trace), [trace]);
	const tab = search.tab ?? 'spans';
	const go = (change: TraceSearch, replace: boolean) =>
		void navigate({ search: (current) => parseTraceSearch({ ...current, ...change }), replace });
	const spanLink = (id: string) => {
		const span = findSpan(tree.roots, id);
		return (
			span && (
				<Link from={route.id} search={{ span: span.id }} className={styles.link}>
					{span.name}
				</Link>
			)
		);
	};
	return (
		<>
			<TabList className={styles.tabs} selectedValue={tab} onTabSelect={(_, { value }) => go({ tab: value as TraceTab }, false)}>
				<Tab value="spans">
					Spans <Count count={tree.count} />
				</Tab>
				<Tab value="assessments">
					Assessments <Count count={assessments.length} />
				</Tab>
				<Tab value="details">Details</Tab>
			</TabList>
			<div className={styles.panel} role="tabpanel" aria-label={tab}>
				{tab === 'spans' && <Spans tree={tree} assessments={assessments} chosen={search.span} onChoose={(span) => go({ span }, true)} />}
				{tab === 'assessments' &&
					(assessments.length === 0 ? (
						<EmptyState title="Nobody has assessed it" code={`mlflow.log_feedback(trace_id="${trace.id}", name="helpful", value=True)\n`}>
							Feedback says what somebody thinks of the answer, an expectation what it should have been.
						</EmptyState>
					) : (
						<div className={styles.body} {...scrollable}>
							<AssessmentList assessments={assessments} spanLink={spanLink} />
						</div>
					))}
				{tab === 'details' && <Details trace={trace} />}
			</div>
		</>
	);
}

function Count({ count }: { readonly count: number }) {
	const styles = useStyles();
	if (count === 0) return null;
	return <CounterBadge className={styles.count} appearance="filled" color="informative" size="small" count={count} overflowCount={9_999} />;
}

interface SpansProps {
	readonly tree: SpanTree;
	readonly assessments: ReturnType<typeof assessmentsOf>;
	readonly chosen: string | undefined;
	readonly onChoose: (id: string) => void;
}

function Spans({ tree, assessments, chosen, onChoose }: SpansProps) {
	const styles = useStyles();
	const span = findSpan(tree.roots, chosen) ?? tree.roots[0];
	if (span === undefined) return <EmptyState title="No spans yet">They are shown here when its program sends them.</EmptyState>;
	return (
		<>
			<div className={styles.spans}>
				<SpanWaterfall tree={tree} chosen={span.id} onChoose={onChoose} />
			</div>
			<div className={styles.whole}>
				<SpanDetails key={span.id} span={span} assessments={assessments.filter(({ spanId }) => spanId === span.id)} />
			</div>
		</>
	);
}

function Details({ trace }: { readonly trace: Trace }) {
	const styles = useStyles();
	const ids = [['Trace id', trace.id], ...(trace.clientRequestId === null ? [] : [['Client request id', trace.clientRequestId]])] as [
		string,
		string,
	][];
	return (
		<div className={styles.body} {...scrollable}>
			<TextTable entries={ids} empty="" />
			<h2 className={styles.heading}>Tags</h2>
			<TextTable entries={Object.entries(trace.tags)} empty="No tags. mlflow.set_trace_tag sets one." />
			<h2 className={styles.heading}>Metadata</h2>
			<TextTable entries={Object.entries(trace.metadata)} empty="No metadata." />
		</div>
	);
}
