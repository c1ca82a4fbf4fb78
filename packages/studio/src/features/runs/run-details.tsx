/** What a run is: attributes, tags, properties, params, what it executes, read and made, and the error that ended it. */
import { Card, makeStyles, Text, tokens } from '@fluentui/react-components';
import type { JobDefinition, Run } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Moment } from '../../shared/format/moment.tsx';
import { CopyableCode } from '../../shared/states/copyable-code.tsx';
import { RunDatasets } from '../datasets/run-datasets.tsx';
import { lineageQuery, modelsOfRunQuery } from '../models/api.ts';
import { RunLoggedModels, RunModels } from '../models/run-models.tsx';
import { useChangeRun } from './api.ts';
import { EditableDescription } from './editable-description.tsx';
import { commandOf, gitOf, jobFacts } from './job-facts.ts';
import { RunTags } from './run-tags.tsx';
import { StatusHistory } from './status-history.tsx';
import { TextTable } from './text-table.tsx';
import { VariableTable } from './variable-table.tsx';

const useStyles = makeStyles({
	root: {
		display: 'grid',
		gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 400px), 1fr))',
		gap: tokens.spacingHorizontalL,
		// Cards hide what leaves them, so rows that are not told otherwise shrink below what they hold.
		gridAutoRows: 'max-content',
		alignItems: 'start',
		padding: tokens.spacingHorizontalL,
		overflowY: 'auto',
	},
	column: { display: 'flex', flexDirection: 'column', gap: tokens.spacingHorizontalL, minWidth: 0 },
	card: { gap: tokens.spacingVerticalM },
	list: {
		display: 'grid',
		gridTemplateColumns: '128px minmax(0, 1fr)',
		gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
		margin: 0,
	},
	term: { color: tokens.colorNeutralForeground3 },
	value: { margin: 0, overflowWrap: 'anywhere', '& a': { color: tokens.colorBrandForegroundLink } },
});

export function RunDetails({ run }: { readonly run: Run }) {
	const styles = useStyles();
	const change = useChangeRun(run.id);
	const git = gitOf(run.properties);
	const models = useQuery(modelsOfRunQuery(run.workspaceName, run.id));
	const lineage = useQuery(lineageQuery(run.id)).data;
	const loggedCount = lineage === undefined ? 0 : lineage.modelOutputs.length + lineage.modelInputs.length;
	return (
		<div className={styles.root}>
			<div className={styles.column}>
				<Section title="Status">
					<StatusHistory run={run} />
				</Section>
				<Section title="Attributes">
					<dl className={styles.list}>
						{attributesOf(run).map(([term, value]) => (
							<div key={term} style={{ display: 'contents' }}>
								<dt className={styles.term}>{term}</dt>
								<dd className={styles.value}>{value}</dd>
							</div>
						))}
						<dt className={styles.term}>Description</dt>
						<dd className={styles.value}>
							<EditableDescription value={run.description} onSave={(description) => change.mutate({ kind: 'description', description })} />
						</dd>
					</dl>
				</Section>
			</div>
			<div className={styles.column}>
				{run.job !== null && <JobSection run={run} job={run.job} />}
				{git.length > 0 && (
					<Section title="Source">
						<TextTable entries={git} empty="" />
					</Section>
				)}
				{models.data !== undefined && models.data.length > 0 && (
					<Section title="Models">
						<RunModels workspace={run.workspaceName} versions={models.data} />
					</Section>
				)}
				{lineage !== undefined && loggedCount > 0 && (
					<Section title="Logged models">
						<RunLoggedModels workspace={run.workspaceName} made={lineage.modelOutputs} read={lineage.modelInputs} />
					</Section>
				)}
				{lineage !== undefined && lineage.datasets.length > 0 && (
					<Section title="Datasets">
						<RunDatasets inputs={lineage.datasets} />
					</Section>
				)}
				<Section title="Tags">
					<RunTags run={run} />
				</Section>
				<Section title="Params">
					<TextTable
						entries={Object.entries(run.params)}
						empty="No params. Log them with run.log_params({...}); the arguments of a job are kept as params too."
					/>
				</Section>
				<Section title="Properties">
					<TextTable
						entries={Object.entries(run.properties)}
						empty="No properties. They are written once by run.add_properties({...}) and cannot be changed."
					/>
				</Section>
			</div>
		</div>
	);
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
	const styles = useStyles();
	return (
		<Card appearance="outline" className={styles.card}>
			<Text as="h2" weight="semibold">
				{title}
			</Text>
			{children}
		</Card>
	);
}

function JobSection({ run, job }: { readonly run: Run; readonly job: JobDefinition }) {
	const variables = Object.entries(job.environmentVariables ?? {});
	return (
		<>
			<Section title="Job">
				<CopyableCode code={commandOf(job)} />
				<TextTable entries={jobFacts(run, job)} empty="" />
			</Section>
			{variables.length > 0 && (
				<Section title="Environment variables">
					<VariableTable variables={variables} />
				</Section>
			)}
		</>
	);
}

function targetOf(run: Run): ReactNode {
	if (run.target === null || run.target === 'local') return run.target ?? '–';
	return (
		<Link to="/w/$workspace/compute/$cluster" params={{ workspace: run.workspaceName, cluster: run.target }}>
			{run.target}
		</Link>
	);
}

function attributesOf(run: Run): [string, ReactNode][] {
	return [
		['Run id', <code key="id">{run.id}</code>],
		['Number', String(run.number)],
		['Type', run.type],
		['Came through', run.origin],
		['Submitted by', run.submittedBy],
		['Compute target', targetOf(run)],
		['Created', <Moment key="created" time={run.createdTime} isWhole />],
		['Started', <Moment key="started" time={run.startTime} isWhole />],
		['Ended', <Moment key="ended" time={run.endTime} isWhole />],
		['Primary metric', run.primaryMetric === null ? '–' : `${run.primaryMetric.name}, ${run.primaryMetric.direction}`],
	];
}
