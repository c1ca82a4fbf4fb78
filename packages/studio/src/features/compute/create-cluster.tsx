/** A new cluster: its name, the size of its nodes, and how many there may be. */
import { Button, Card, Combobox, Dropdown, Field, Input, makeStyles, Option, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { type NewCluster, useChangeCompute, vmSizesQuery } from './api.ts';
import { readScale } from './read-scale.ts';

const DEFAULT_SIZE = 'STANDARD_D2_V2';
const DEFAULT_IDLE_SECONDS = 1_800;
const PRIORITIES = { dedicated: 'Dedicated', lowpriority: 'Low priority' } as const;

const useStyles = makeStyles({
	root: { margin: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalM}`, gap: tokens.spacingVerticalM },
	fields: {
		'& input': { minWidth: 0, width: '100%' },
		'& .fui-Input': { minWidth: 0 },
		'& .fui-Combobox': { minWidth: 0 },
		display: 'flex',
		flexWrap: 'wrap',
		gap: tokens.spacingHorizontalM,
		alignItems: 'flex-start',
	},
	name: { width: '200px' },
	size: { width: '260px' },
	priority: { width: '160px' },
	number: { width: '120px' },
	actions: { display: 'flex', gap: tokens.spacingHorizontalS, alignItems: 'center' },
	error: { color: tokens.colorPaletteRedForeground1 },
});

interface CreateClusterProps {
	readonly workspace: string;
	readonly onCreated: (name: string) => void;
	readonly onClose: () => void;
}

export function CreateCluster({ workspace, onCreated, onClose }: CreateClusterProps) {
	const styles = useStyles();
	const sizes = useQuery(vmSizesQuery);
	const change = useChangeCompute(workspace);
	const [name, setName] = useState('');
	const [typedSize, setTypedSize] = useState(DEFAULT_SIZE);
	const [minNodes, setMinNodes] = useState('0');
	const [maxNodes, setMaxNodes] = useState('1');
	const wanted = typedSize.trim().toUpperCase();
	const known = sizes.data ?? [];
	const size = known.find((one) => one.name === wanted);
	const [idleSeconds, setIdleSeconds] = useState(String(DEFAULT_IDLE_SECONDS));
	const [concurrent, setConcurrent] = useState('');
	const [priority, setPriority] = useState<NewCluster['vmPriority']>('dedicated');
	const { scale, problems } = readScale({ minNodes, maxNodes, idleSeconds, concurrent });
	const save = () => {
		if (scale === null) return;
		const fields: NewCluster = { name: name.trim(), vmSize: wanted, vmPriority: priority, ...scale };
		change.mutate({ kind: 'create', fields }, { onSuccess: () => onCreated(fields.name) });
	};
	return (
		<Card appearance="outline" className={styles.root}>
			<Text as="h2" weight="semibold">
				New cluster
			</Text>
			<form
				onSubmit={(event) => {
					event.preventDefault();
					save();
				}}
			>
				<div className={styles.fields}>
					<Field label="Name" className={styles.name} hint="2 to 24 letters, digits and hyphens">
						<Input autoFocus value={name} onChange={(_, { value }) => setName(value)} />
					</Field>
					<Field
						label="Size of a node"
						className={styles.size}
						hint={size ? `${size.cores} cores, ${size.memoryGiB} GiB${size.gpus > 0 ? `, ${size.gpus} GPU` : ''}` : undefined}
						validationMessage={size === undefined && sizes.isSuccess ? 'no size of that name' : undefined}
					>
						<Combobox
							freeform
							value={typedSize}
							selectedOptions={[wanted]}
							onChange={(event) => setTypedSize(event.target.value)}
							onOptionSelect={(_, { optionValue }) => setTypedSize(optionValue ?? typedSize)}
						>
							{known
								.filter((one) => size !== undefined || one.name.includes(wanted))
								.map((one) => (
									<Option key={one.name} value={one.name}>
										{one.name}
									</Option>
								))}
						</Combobox>
					</Field>
					<Field label="Priority" className={styles.priority}>
						<Dropdown
							value={PRIORITIES[priority]}
							selectedOptions={[priority]}
							onOptionSelect={(_, { optionValue }) => setPriority(optionValue === 'lowpriority' ? 'lowpriority' : 'dedicated')}
						>
							{Object.entries(PRIORITIES).map(([value, words]) => (
								<Option key={value} value={value}>
									{words}
								</Option>
							))}
						</Dropdown>
					</Field>
					<Field label="Minimum nodes" className={styles.number} validationMessage={problems.minNodes}>
						<Input inputMode="numeric" value={minNodes} onChange={(_, { value }) => setMinNodes(value)} />
					</Field>
					<Field label="Maximum nodes" className={styles.number} validationMessage={problems.maxNodes}>
						<Input inputMode="numeric" value={maxNodes} onChange={(_, { value }) => setMaxNodes(value)} />
					</Field>
					<Field label="Idle seconds" className={styles.number} hint="before a node is let go" validationMessage={problems.idleSeconds}>
						<Input inputMode="numeric" value={idleSeconds} onChange={(_, { value }) => setIdleSeconds(value)} />
					</Field>
					<Field label="Runs at once" className={styles.number} hint="empty: as many as nodes" validationMessage={problems.concurrent}>
						<Input inputMode="numeric" value={concurrent} onChange={(_, { value }) => setConcurrent(value)} />
					</Field>
				</div>
				<div className={styles.actions}>
					<Button
						type="submit"
						appearance="primary"
						disabled={name.trim() === '' || scale === null || size === undefined || change.isPending}
					>
						Create
					</Button>
					<Button onClick={onClose}>Close</Button>
					{change.isError && (
						<span className={styles.error} role="alert">
							{describeError(change.error).message}
						</span>
					)}
				</div>
			</form>
		</Card>
	);
}
