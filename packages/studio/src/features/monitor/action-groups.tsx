/** Who is told of alerts: made, tested, deleted, with what was sent last. */
import { Button, Card, Dropdown, Field, Input, makeStyles, Option, Subtitle2, tokens } from '@fluentui/react-components';
import type { ActionGroup, ActionReceiver, ReceiverType } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { CopyableCode } from '../../shared/states/copyable-code.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { Deliveries } from './alert-panel.tsx';
import { deliveriesQuery, groupsQuery, useChangeMonitor } from './api.ts';

const KINDS: Readonly<Record<ReceiverType, string>> = { webhook: 'Webhook', slack: 'Slack', email: 'Mail' };

const useStyles = makeStyles({
	root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, padding: tokens.spacingHorizontalL, overflowY: 'auto' },
	fields: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM, alignItems: 'flex-end' },
	address: { width: '380px', '& input': { minWidth: 0 } },
	head: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS },
	quiet: { color: tokens.colorNeutralForeground3 },
	bad: { color: tokens.colorPaletteRedForeground1 },
	list: { margin: 0, paddingLeft: tokens.spacingHorizontalL },
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
	const change = useChangeMonitor(workspace);
	const [name, setName] = useState('');
	const [type, setType] = useState<ReceiverType>('webhook');
	const [address, setAddress] = useState('');
	const made = change.data as ActionGroup | undefined;
	const secret = made?.receivers.find((receiver) => receiver.secret !== undefined)?.secret;
	const create = (): void => {
		const receiver: ActionReceiver =
			type === 'email' ? { type, to: address.split(/[\s,;]+/).filter((one) => one !== '') } : { type, url: address.trim() };
		change.mutate(
			{ kind: 'create-group', name: name.trim(), receivers: [receiver] },
			{
				onSuccess: () => {
					setName('');
					setAddress('');
				},
			},
		);
	};
	return (
		<Card>
			<div className={styles.fields}>
				<Field label="Name">
					<Input value={name} onChange={(_, { value }) => setName(value)} />
				</Field>
				<Field label="By">
					<Dropdown
						value={KINDS[type]}
						selectedOptions={[type]}
						onOptionSelect={(_, { optionValue }) => setType(optionValue as ReceiverType)}
					>
						{Object.entries(KINDS).map(([value, text]) => (
							<Option key={value} value={value}>
								{text}
							</Option>
						))}
					</Dropdown>
				</Field>
				<Field label={type === 'email' ? 'Addresses' : 'Address'}>
					<Input
						className={styles.address}
						value={address}
						placeholder={type === 'email' ? 'ada@example.org, bob@example.org' : 'https://example.org/hook'}
						onChange={(_, { value }) => setAddress(value)}
					/>
				</Field>
				<Button disabled={name.trim() === '' || address.trim() === '' || change.isPending} onClick={create}>
					Make the group
				</Button>
			</div>
			{change.isError && (
				<span className={styles.bad} role="alert">
					{describeError(change.error).message}
				</span>
			)}
			{secret !== undefined && (
				<div>
					What it sends is signed with this secret. It is told this once:
					<CopyableCode code={secret} />
				</div>
			)}
		</Card>
	);
}

function GroupCard({ workspace, group }: { readonly workspace: string; readonly group: ActionGroup }) {
	const styles = useStyles();
	const change = useChangeMonitor(workspace);
	const { data: deliveries } = useQuery(deliveriesQuery(workspace, group.id));
	return (
		<Card>
			<div className={styles.head}>
				<Subtitle2 as="h2">{group.name}</Subtitle2>
				<Button size="small" disabled={change.isPending} onClick={() => change.mutate({ kind: 'test-group', group: group.id })}>
					Test
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
			<ul className={styles.list}>
				{group.receivers.map(({ id, type, address }) => (
					<li key={id}>
						{KINDS[type]}: {address}
					</li>
				))}
			</ul>
			{change.isError && (
				<span className={styles.bad} role="alert">
					{describeError(change.error).message}
				</span>
			)}
			{deliveries !== undefined && deliveries.length > 0 && <Deliveries deliveries={deliveries} ofGroup />}
		</Card>
	);
}
