/** What was asked for in cores: open requests first, with what became of the others; an owner grants or refuses. */
import { Button, makeStyles, Subtitle2, tokens } from '@fluentui/react-components';
import type { QuotaRequest } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { describeError } from '../../shared/api/describe-error.ts';
import { Moment } from '../../shared/format/moment.tsx';
import { formatCount } from '../../shared/format/numbers.ts';
import { useNotes } from '../../shared/toasts.tsx';
import { quotaRequestsQuery, useChangeCompute } from './api.ts';
import { quotaName } from './quota-name.ts';

/** Decided ones that are told. */
const DECIDED_MAX = 5;
const TEXT_MAX = 300;

const useStyles = makeStyles({
	title: { margin: `${tokens.spacingVerticalL} 0 ${tokens.spacingVerticalS}` },
	list: { margin: 0, padding: 0, listStyleType: 'none' },
	item: {
		display: 'flex',
		flexWrap: 'wrap',
		alignItems: 'center',
		gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
		padding: `${tokens.spacingVerticalS} 0`,
		borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
	},
	what: { fontVariantNumeric: 'tabular-nums', fontWeight: tokens.fontWeightSemibold },
	reason: { flexGrow: 1, minWidth: '160px', overflowWrap: 'anywhere' },
	who: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
	actions: { display: 'flex', gap: tokens.spacingHorizontalS },
});

export function QuotaRequests({ workspace }: { readonly workspace: string }) {
	const styles = useStyles();
	const { data: requests = [] } = useQuery(quotaRequestsQuery(workspace));
	const open = requests.filter(({ state }) => state === 'open');
	const decided = requests.filter(({ state }) => state !== 'open').slice(0, DECIDED_MAX);
	if (requests.length === 0) return null;
	return (
		<section aria-label="Quota requests">
			<Subtitle2 as="h3" className={styles.title} block>
				Requests
			</Subtitle2>
			<ul className={styles.list}>
				{[...open, ...decided].map((request) => (
					<RequestLine key={request.id} workspace={workspace} request={request} />
				))}
			</ul>
		</section>
	);
}

function RequestLine({ workspace, request }: { readonly workspace: string; readonly request: QuotaRequest }) {
	const styles = useStyles();
	const note = useNotes();
	const change = useChangeCompute(workspace);
	const decide = (granted: boolean) =>
		change.mutate(
			{ kind: 'decide-quota', request: request.id, granted },
			{
				onError: (error) => {
					const { message, hint } = describeError(error);
					note({ title: message, text: hint, intent: 'error' });
				},
			},
		);
	return (
		<li className={styles.item} data-quota-request={request.state}>
			<span className={styles.what}>
				{quotaName(request.quota)}: {formatCount(request.limitCoresBefore)} → {formatCount(request.limitCores)}
			</span>
			<span className={styles.reason} title={request.reason.slice(0, TEXT_MAX * 10)}>
				{request.reason.slice(0, TEXT_MAX)}
			</span>
			<span className={styles.who}>
				{request.requestedBy}, <Moment time={request.requestedTime} />
			</span>
			{request.state === 'open' ? (
				<span className={styles.actions}>
					<Button size="small" appearance="primary" disabled={change.isPending} onClick={() => decide(true)}>
						Grant
					</Button>
					<Button size="small" disabled={change.isPending} onClick={() => decide(false)}>
						Refuse
					</Button>
				</span>
			) : (
				<span className={styles.who} title={request.decisionReason ?? undefined}>
					{request.state} by {request.decidedBy}
				</span>
			)}
		</li>
	);
}
