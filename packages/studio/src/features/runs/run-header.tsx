/** The head of a run's page: name, status with who and why, how far it is, and what can be done with it. */

import { Button, MessageBar, MessageBarBody, makeStyles, Title3, tokens } from '@fluentui/react-components';
import { isTerminal, LIMITS, type Run } from '@runstead/contract';
import { Suspense, useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { usePageCommands } from '../../shared/commands/page-commands.ts';
import { Moment } from '../../shared/format/moment.tsx';
import { ArchiveArrowBackRegular, ArchiveRegular, ArrowRepeatAllRegular, StopRegular, ToolboxRegular } from '../../shared/icons.ts';
import { onDemand } from '../../shared/on-demand.ts';
import { Confirmed } from '../../shared/panel/confirmed.tsx';
import { ShareButton } from '../../shared/share-button.tsx';
import { LoadingRows } from '../../shared/states/loading-rows.tsx';
import { supportBundleAddress, useChangeRun } from './api.ts';
import { EditableText } from './editable-text.tsx';
import { RunDuration } from './run-duration.tsx';
import { RunErrorView } from './run-error-view.tsx';
import { RunLink, runTitle } from './run-link.tsx';
import { RunProgress } from './run-progress.tsx';
import { RunStatusLabel } from './run-status.tsx';
import { RunTimeline } from './run-timeline.tsx';
import { statusNote } from './status-note.ts';

const ResubmitPanel = onDemand(async () => (await import('./resubmit-panel.tsx')).ResubmitPanel);

/** Of a traceback, so that the head leaves room for the page; the details show more. */
const ERROR_LINES = 4;

const useStyles = makeStyles({
	title: {
		display: 'flex',
		alignItems: 'flex-start',
		gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
		padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalL} ${tokens.spacingVerticalXS}`,
		'@media (max-width: 860px)': { flexWrap: 'wrap' },
	},
	lead: {
		display: 'flex',
		alignItems: 'center',
		flexWrap: 'wrap',
		flexGrow: 1,
		minWidth: 0,
		gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
	},
	state: { display: 'inline-flex', flexWrap: 'wrap', alignItems: 'center', gap: `0 ${tokens.spacingHorizontalM}` },
	name: { maxWidth: '100%', minWidth: 0 },
	actions: {
		display: 'flex',
		flexShrink: 0,
		gap: tokens.spacingHorizontalS,
		// As high as the name, so that both stand on one line.
		minHeight: '32px',
		alignItems: 'center',
		'@media (max-width: 860px)': { flexWrap: 'wrap', flexShrink: 1, width: '100%' },
	},
	// Whoever watches from afar sends it to nobody.
	bundle: { '@media (max-width: 640px)': { display: 'none' } },
	facts: {
		display: 'flex',
		flexWrap: 'wrap',
		alignItems: 'center',
		gap: `${tokens.spacingVerticalXXS} ${tokens.spacingHorizontalL}`,
		padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalS}`,
		color: tokens.colorNeutralForeground3,
		fontSize: tokens.fontSizeBase200,
	},
	fact: { display: 'inline-flex', alignItems: 'center', gap: '4px', whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' },
	reason: { color: tokens.colorNeutralForeground2 },
	message: { margin: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalS}` },
	error: { display: 'block', minWidth: 0 },
});

export function RunHeader({ run, parent }: { readonly run: Run; readonly parent: Run | undefined }) {
	const styles = useStyles();
	const change = useChangeRun(run.id);
	const isLive = !isTerminal(run.status);
	const isCancelRequested = run.status === 'CancelRequested' || (change.isPending && change.variables.kind === 'cancel');
	const note = statusNote(run);
	const isArchived = run.lifecycle !== 'active';
	const changeLifecycle = () => change.mutate({ kind: 'lifecycle', lifecycle: isArchived ? 'active' : 'archived' });
	const [isResubmitting, setIsResubmitting] = useState(false);
	/** So often the command asked: each time anew. */
	const [askedCount, setAskedCount] = useState(0);
	usePageCommands([
		...(isLive && !isCancelRequested ? [{ id: 'cancel', label: 'Cancel the run…', run: () => setAskedCount(askedCount + 1) }] : []),
		...(run.job === null ? [] : [{ id: 'resubmit', label: 'Re-submit the run…', run: () => setIsResubmitting(true) }]),
		...(isLive ? [] : [{ id: 'archive', label: `${isArchived ? 'Restore' : 'Archive'} the run`, run: changeLifecycle }]),
		{ id: 'support-bundle', label: 'Download the support bundle', run: () => location.assign(supportBundleAddress(run.id)) },
	]);
	return (
		<header>
			<div className={styles.title}>
				<div className={styles.lead}>
					<EditableText
						className={styles.name}
						value={runTitle(run)}
						label="name"
						lengthMax={LIMITS.displayNameCharacters.max}
						onSave={(displayName) => change.mutate({ kind: 'displayName', displayName })}
					>
						<Title3 as="h1">{runTitle(run)}</Title3>
					</EditableText>
					<div className={styles.state}>
						<RunStatusLabel status={isCancelRequested ? 'CancelRequested' : run.status} isLarge title={note ?? undefined} />
						{/* A run that completed all that it had to do says so by its status. */}
						{(isLive || run.progress?.done !== run.progress?.total) && <RunProgress run={run} />}
					</div>
				</div>
				<div className={styles.actions}>
					<ShareButton />
					<Button
						className={styles.bundle}
						size="small"
						as="a"
						appearance="subtle"
						href={supportBundleAddress(run.id)}
						icon={<ToolboxRegular />}
						aria-label="Support bundle"
						title="Support bundle, for whoever is to help: logs, definition, events, nodes and versions as a zip file, secrets removed"
					/>
					{run.job !== null && (
						<Button
							size="small"
							icon={<ArrowRepeatAllRegular />}
							aria-expanded={isResubmitting}
							onClick={() => setIsResubmitting(!isResubmitting)}
						>
							Re-submit…
						</Button>
					)}
					{/* Both keep their places when the run ends: what was meant for one must not meet the other. */}
					<Button
						size="small"
						icon={isArchived ? <ArchiveArrowBackRegular /> : <ArchiveRegular />}
						disabled={isLive || change.isPending}
						title={isLive ? 'A run that lives cannot be archived' : undefined}
						onClick={changeLifecycle}
					>
						{isArchived ? 'Restore' : 'Archive'}
					</Button>
					<Confirmed
						key={askedCount}
						isAskedAtFirst={askedCount > 0}
						label={isLive && isCancelRequested ? 'Cancel requested' : 'Cancel'}
						icon={<StopRegular />}
						disabled={!isLive || isCancelRequested}
						title={isLive ? undefined : 'The run has ended'}
						question="End this run with all below it? It cannot go on afterwards."
						action="Cancel the run"
						dismissal="Keep running"
						positioning="below-end"
						onConfirm={() => change.mutate({ kind: 'cancel' })}
					/>
				</div>
			</div>
			<div className={styles.facts}>
				<span className={styles.fact} title={run.id}>
					Run {run.number} of {run.experimentName}
				</span>
				{parent && (
					<span className={styles.fact}>
						child of <RunLink run={parent} />
					</span>
				)}
				<span className={styles.fact}>
					Started <Moment time={run.startTime} />
				</span>
				<span className={styles.fact}>
					Duration <RunDuration run={run} />
				</span>
				{run.target !== null && <span className={styles.fact}>on {run.target}</span>}
				<span className={styles.fact}>by {run.submittedBy}</span>
				{run.lifecycle !== 'active' && <span className={styles.fact}>{run.lifecycle === 'archived' ? 'archived' : 'in the trash'}</span>}
				{note !== null && run.error === null && <span className={styles.reason}>{note}</span>}
			</div>
			{change.isError && (
				<MessageBar intent="error" className={styles.message} layout="multiline">
					<MessageBarBody>
						{describeError(change.error).message} {describeError(change.error).hint}
					</MessageBarBody>
				</MessageBar>
			)}
			{run.error !== null && (
				<MessageBar intent="error" className={styles.message} layout="multiline">
					<MessageBarBody className={styles.error}>
						<RunErrorView error={run.error} linesMax={ERROR_LINES} />
					</MessageBarBody>
				</MessageBar>
			)}
			{isResubmitting && run.job !== null && (
				<Suspense fallback={<LoadingRows rows={4} label="Loading the form" />}>
					<ResubmitPanel run={run} job={run.job} onClose={() => setIsResubmitting(false)} />
				</Suspense>
			)}
			<RunTimeline run={run} />
		</header>
	);
}
