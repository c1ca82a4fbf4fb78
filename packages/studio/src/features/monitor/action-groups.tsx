/** Who is told of alerts: made, changed, tested, deleted, with what was sent last. */
import { Button, Card, makeStyles, Subtitle2, tokens } from '@fluentui/react-components';
import type { ActionGroup } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { CopyableCode } from '../../shared/states/copyable-code.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { Deliveries } from './alert-panel.tsx';
import { deliveriesQuery, groupsQuery, useChangeMonitor } from './api.ts';
import { GroupForm } from './group-form.tsx';
import { RECEIVER_KINDS } from './receiver-kinds.ts';
import { TestReceiver } from './test-receiver.tsx';

const useStyles = makeStyles({
	root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, padding: tokens.spacingHorizontalL, overflowY: 'auto' },
	// Under more of them than fit, it is the page that scrolls.
	card: { flexShrink: 0 },
	head: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS },
	quiet: { color: tokens.colorNeutralForeground3 },
	bad: { color: tokens.colorPaletteRedForeground1 },
	list: { margin: 0, padding: 0, listStyleType: 'none', display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS },
	receiver: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS, overflowWrap: 'anywhere' },
});

export function ActionGroups({ workspace }: { readonly workspace: string }) {
	const styles = useStyles();
	const query = useQuery(groupsQuery(workspace));
	return (
		<div className={styles.root}>
			<NewGroup workspace={workspace} />
			<QueryState query={query} label="action groups">
				{(groups) =>
					groups.length === 0 ? (
						<span className={styles.quiet}>There are no action groups yet: alerts are shown here, and nobody is told.</span>
					) : (
						groups.map((group) => <GroupCard key={group.id} workspace={workspace} group={group} />)
					)
				}
			</QueryState>
		</div>
	);
}

function NewGroup({ workspace }: { readonly workspace: string }) {
	const styles = useStyles();
	const [made, setMade] = useState<ActionGroup | null>(null);
	return (
		<Card className={styles.card}>
			<GroupForm workspace={workspace} group={null} onSaved={setMade} />
			<Secrets group={made} />
		</Card>
	);
}

/** What the webhooks that are new sign with. */
function Secrets({ group }: { readonly group: ActionGroup | null }) {
	return group?.receivers.map(
		({ id, address, secret }) =>
			secret !== undefined && (
				<div key={id}>
					What is sent to {address} is signed with this secret. It is told this once:
					<CopyableCode code={secret} />
				</div>
			),
	);
}

function GroupCard({ workspace, group }: { readonly workspace: string; readonly group: ActionGroup }) {
	const styles = useStyles();
	const change = useChangeMonitor(workspace);
	const [isChanging, setChanging] = useState(false);
	const [saved, setSaved] = useState<ActionGroup | null>(null);
	const changeButton = useRef<HTMLButtonElement>(null);
	const close = () => {
		setChanging(false);
		changeButton.current?.focus();
	};
	const { data: deliveries } = useQuery(deliveriesQuery(workspace, group.id));
	return (
		<Card className={styles.card}>
			<div className={styles.head}>
				<Subtitle2 as="h2">{group.name}</Subtitle2>
				<Button size="small" disabled={change.isPending} onClick={() => change.mutate({ kind: 'test-group', group: group.id })}>
					Test all
				</Button>
				<Button ref={changeButton} size="small" aria-expanded={isChanging} onClick={() => setChanging(!isChanging)}>
					Change
				</Button>
				<Button
					size="small"
					appearance="subtle"
					disabled={change.isPending}
					onClick={() => confirm(`Delete ${group.name}?`) && change.mutate({ kind: 'delete-group', group: group.id })}
				>
					Delete
				</Button>
			</div>
			{isChanging ? (
				<GroupForm
					workspace={workspace}
					group={group}
					onSaved={(changed) => {
						setSaved(changed);
						close();
					}}
					onClose={close}
				/>
			) : (
				<ul className={styles.list}>
					{group.problem !== null && <li className={styles.bad}>{group.problem}</li>}
					{group.receivers.map(({ id, type, address, problem }, index) => (
						<li key={id} className={styles.receiver}>
							{RECEIVER_KINDS[type].name}: {address}
							{problem !== null && <span className={styles.bad}> {problem}</span>}
							<TestReceiver workspace={workspace} group={group.id} receiver={id} label={`Test receiver ${index + 1} of ${group.name}`} />
						</li>
					))}
				</ul>
			)}
			<Secrets group={saved} />
			{change.isError && (
				<span className={styles.bad} role="alert">
					{describeError(change.error).message}
				</span>
			)}
			{deliveries !== undefined && deliveries.length > 0 && <Deliveries deliveries={deliveries} ofGroup />}
		</Card>
	);
}
