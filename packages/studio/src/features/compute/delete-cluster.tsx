/** Deleting a cluster, which cannot be undone: its name is typed first. */
import { Button, Checkbox, Field, Input, makeStyles, Text, tokens } from '@fluentui/react-components';
import type { Cluster } from '@runstead/contract';
import { useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { DeleteRegular } from '../../shared/icons.ts';
import { useChangeCompute } from './api.ts';

const useStyles = makeStyles({
	root: { display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: tokens.spacingVerticalS, maxWidth: '640px' },
	row: { display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: tokens.spacingHorizontalM },
	error: { color: tokens.colorPaletteRedForeground1 },
});

interface DeleteClusterProps {
	readonly workspace: string;
	readonly cluster: Cluster;
	readonly onDeleted: () => void;
}

export function DeleteCluster({ workspace, cluster, onDeleted }: DeleteClusterProps) {
	const styles = useStyles();
	const change = useChangeCompute(workspace);
	const [typed, setTyped] = useState('');
	const [cancelRuns, setCancelRuns] = useState(false);
	const runs = cluster.queuedRuns + cluster.activeRuns;
	const remove = () => change.mutate({ kind: 'delete', name: cluster.name, cancelRuns }, { onSuccess: onDeleted });
	return (
		<form
			className={styles.root}
			aria-label="Delete the cluster"
			onSubmit={(event) => {
				event.preventDefault();
				remove();
			}}
		>
			<Text as="h2" weight="semibold">
				Delete
			</Text>
			<Text>Its nodes leave; the runs it has had stay where they are. This cannot be undone.</Text>
			{runs > 0 && (
				<Checkbox
					label={`Cancel the ${runs} ${runs === 1 ? 'run that waits or is' : 'runs that wait or are'} at work`}
					checked={cancelRuns}
					onChange={(_, { checked }) => setCancelRuns(checked === true)}
				/>
			)}
			<div className={styles.row}>
				<Field label={`Type ${cluster.name} to delete it`}>
					<Input value={typed} onChange={(_, { value }) => setTyped(value)} />
				</Field>
				<Button
					type="submit"
					icon={<DeleteRegular />}
					disabled={typed.trim() !== cluster.name || (runs > 0 && !cancelRuns) || change.isPending}
				>
					Delete
				</Button>
			</div>
			{change.isError && (
				<span className={styles.error} role="alert">
					{describeError(change.error).message}
				</span>
			)}
		</form>
	);
}
