/** One alert: what was measured, what became of it, who was told; acknowledged, commented, closed here. */
import { Button, makeStyles, Subtitle2, Textarea, tokens } from '@fluentui/react-components';
import { type AlertDelivery, type AlertHistoryEntry, type AlertState, conditionText } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { Moment } from '../../shared/format/moment.tsx';
import { DismissRegular } from '../../shared/icons.ts';
import { QueryState } from '../../shared/states/query-state.tsx';
import { SeverityBadge, stateInWords } from './alert-words.tsx';
import { alertQuery, useChangeMonitor } from './api.ts';

const useStyles = makeStyles({
	root: {
		display: 'flex',
		flexDirection: 'column',
		gap: tokens.spacingVerticalM,
		width: '400px',
		flexShrink: 0,
		overflowY: 'auto',
		padding: tokens.spacingHorizontalL,
		borderLeft: `1px solid ${tokens.colorNeutralStroke2}`,
		'@media (max-width: 860px)': { width: 'auto', maxHeight: '50%' },
	},
	head: { display: 'flex', alignItems: 'flex-start', justifyContent: 'space-between', gap: tokens.spacingHorizontalS },
	facts: {
		display: 'grid',
		gridTemplateColumns: 'auto 1fr',
		gap: `2px ${tokens.spacingHorizontalM}`,
		margin: 0,
		'& dt': { color: tokens.colorNeutralForeground3 },
		'& dd': { margin: 0, overflowWrap: 'anywhere' },
	},
	actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
	list: { margin: 0, padding: 0, listStyleType: 'none', display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS },
	quiet: { color: tokens.colorNeutralForeground3 },
	bad: { color: tokens.colorPaletteRedForeground1 },
	link: { color: tokens.colorBrandForegroundLink },
});

export function AlertPanel({
	workspace,
	alert: id,
	onClose,
}: {
	readonly workspace: string;
	readonly alert: string;
	readonly onClose: () => void;
}) {
	const styles = useStyles();
	const query = useQuery(alertQuery(workspace, id));
	const change = useChangeMonitor(workspace);
	const [comment, setComment] = useState('');
	const set = (state?: AlertState): void =>
		change.mutate(
			{ kind: 'change-alert', workspace, alert: id, ...(state && { state }), ...(comment.trim() !== '' && { comment: comment.trim() }) },
			{ onSuccess: () => setComment('') },
		);
	return (
		<aside className={styles.root} aria-label="The alert">
			<QueryState query={query} label="the alert">
				{({ alert, history, deliveries }) => (
					<>
						<div className={styles.head}>
							<Subtitle2 as="h2">{alert.ruleName}</Subtitle2>
							<Button size="small" appearance="subtle" icon={<DismissRegular />} aria-label="Close the panel" onClick={onClose} />
						</div>
						<div>
							<SeverityBadge severity={alert.severity} /> {stateInWords(alert)}
						</div>
						<div>{alert.summary}</div>
						<dl className={styles.facts}>
							<dt>Rule</dt>
							<dd>{conditionText(alert.condition)}</dd>
							{Object.entries(alert.dimensions).map(([name, value]) => (
								<Fact key={name} name={name} value={value || '(none)'} />
							))}
							<dt>Fired</dt>
							<dd>
								<Moment time={alert.firedTime} />
							</dd>
							{alert.resolvedTime !== null && (
								<>
									<dt>Resolved</dt>
									<dd>
										<Moment time={alert.resolvedTime} />
									</dd>
								</>
							)}
						</dl>
						<div className={styles.actions}>
							{alert.runId !== null && (
								<Link to="/w/$workspace/runs/$runId" params={{ workspace, runId: alert.runId }} className={styles.link}>
									The run
								</Link>
							)}
							{alert.condition.type === 'metric' && alert.windowEndTime !== null && (
								<Link
									to="/w/$workspace/monitor/metrics"
									params={{ workspace }}
									search={{
										metrics: [
											{ metric: alert.condition.metric, aggregation: alert.condition.aggregation, split: alert.condition.splitBy?.[0] },
										],
										from: Date.parse(alert.windowEndTime) - 3_600_000,
										to: Date.parse(alert.windowEndTime) + 3_600_000,
									}}
									className={styles.link}
								>
									The metric then
								</Link>
							)}
						</div>
						<Textarea
							aria-label="Comment"
							placeholder="What is known of it"
							value={comment}
							onChange={(_, { value }) => setComment(value)}
						/>
						<div className={styles.actions}>
							{alert.state === 'fired' && (
								<Button size="small" appearance="primary" disabled={change.isPending} onClick={() => set('acknowledged')}>
									Acknowledge
								</Button>
							)}
							{alert.state !== 'closed' && (
								<Button size="small" disabled={change.isPending} onClick={() => set('closed')}>
									Close
								</Button>
							)}
							{alert.state === 'closed' && (
								<Button size="small" disabled={change.isPending} onClick={() => set('fired')}>
									Reopen
								</Button>
							)}
							<Button size="small" appearance="subtle" disabled={change.isPending || comment.trim() === ''} onClick={() => set()}>
								Comment
							</Button>
						</div>
						{change.isError && (
							<span className={styles.bad} role="alert">
								{describeError(change.error).message}
							</span>
						)}
						<History entries={history} />
						<Deliveries deliveries={deliveries} />
					</>
				)}
			</QueryState>
		</aside>
	);
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
	return (
		<>
			<dt>{name}</dt>
			<dd>{value}</dd>
		</>
	);
}

function History({ entries }: { readonly entries: readonly AlertHistoryEntry[] }) {
	const styles = useStyles();
	return (
		<section aria-label="History">
			<Subtitle2 as="h3">History</Subtitle2>
			<ol className={styles.list}>
				{entries.map(({ time, actor, what, comment }, index) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: entries are only added at the end
					<li key={index}>
						{what} <span className={styles.quiet}>by {actor},</span> <Moment time={time} />
						{comment !== null && <div>{comment}</div>}
					</li>
				))}
			</ol>
		</section>
	);
}

/** Of an alert, or of a group, where each is told with the rule that it is of. */
export function Deliveries({ deliveries, ofGroup = false }: { readonly deliveries: readonly AlertDelivery[]; readonly ofGroup?: boolean }) {
	const styles = useStyles();
	if (deliveries.length === 0) return <span className={styles.quiet}>Nobody was told.</span>;
	return (
		<section aria-label="Deliveries">
			<Subtitle2 as="h3">Who was told</Subtitle2>
			<ul className={styles.list}>
				{deliveries.map(({ id, what, ruleName, receiverType, address, state, attempts, error, lastTime }) => (
					<li key={id}>
						{ofGroup && ruleName !== null && `${ruleName} `}
						{what}: {receiverType} {address} <strong>{state}</strong>
						{attempts > 1 && ` after ${attempts} attempts`} {lastTime !== null && <Moment time={lastTime} />}
						{error !== null && <div className={styles.bad}>{error}</div>}
					</li>
				))}
			</ul>
		</section>
	);
}
