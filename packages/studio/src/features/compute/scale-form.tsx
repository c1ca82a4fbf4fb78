/** The size of a cluster set by hand: least and greatest number of nodes, how long one may idle, how many runs at once. */
import { Button, Field, Input, makeStyles, tokens } from '@fluentui/react-components';
import type { Cluster } from '@runstead/contract';
import { useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { useChangeCompute } from './api.ts';
import { readScale, type ScaleText } from './read-scale.ts';

const useStyles = makeStyles({
	root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, maxWidth: '640px' },
	fields: {
		'& input': { minWidth: 0, width: '100%' },
		'& .fui-Input': { minWidth: 0 },
		'& .fui-Combobox': { minWidth: 0 },
		display: 'flex',
		flexWrap: 'wrap',
		gap: tokens.spacingHorizontalM,
		alignItems: 'flex-start',
	},
	field: { width: '144px' },
	error: { color: tokens.colorPaletteRedForeground1 },
	saved: { color: tokens.colorNeutralForeground3 },
	actions: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM },
});

const SCALE_FIELDS = [
	['minNodes', 'Minimum nodes'],
	['maxNodes', 'Maximum nodes'],
	['idleSeconds', 'Idle seconds'],
	['concurrent', 'Runs at once'],
] as const satisfies readonly (readonly [keyof ScaleText, string])[];

export function ScaleForm({ workspace, cluster }: { readonly workspace: string; readonly cluster: Cluster }) {
	const styles = useStyles();
	const change = useChangeCompute(workspace);
	const saved = textOf(cluster);
	const [draft, setDraft] = useState<ScaleText | null>(null);
	const text = draft ?? saved;
	const read = readScale(text);
	const isChanged = draft !== null && SCALE_FIELDS.some(([key]) => draft[key] !== saved[key]);
	const save = () => {
		if (read.scale === null) return;
		change.mutate({ kind: 'scale', name: cluster.name, scale: read.scale }, { onSuccess: () => setDraft(null) });
	};
	return (
		<form
			className={styles.root}
			aria-label="Scale"
			onSubmit={(event) => {
				event.preventDefault();
				save();
			}}
		>
			<div className={styles.fields}>
				{SCALE_FIELDS.map(([key, label]) => (
					<Field
						key={key}
						label={label}
						className={styles.field}
						hint={key === 'concurrent' ? 'empty: as many as nodes' : undefined}
						validationMessage={read.problems[key]}
					>
						<Input inputMode="numeric" value={text[key]} onChange={(_, { value }) => setDraft({ ...text, [key]: value })} />
					</Field>
				))}
			</div>
			<div className={styles.actions}>
				<Button type="submit" appearance="primary" disabled={!isChanged || read.scale === null || change.isPending}>
					Save
				</Button>
				{isChanged && <Button onClick={() => setDraft(null)}>Leave as it was</Button>}
				{change.isSuccess && !isChanged && (
					<span className={styles.saved} role="status">
						Saved: nodes come and go to match.
					</span>
				)}
				{change.isError && (
					<span className={styles.error} role="alert">
						{describeError(change.error).message}
					</span>
				)}
			</div>
		</form>
	);
}

function textOf(cluster: Cluster): ScaleText {
	return {
		minNodes: String(cluster.minNodes),
		maxNodes: String(cluster.maxNodes),
		idleSeconds: String(cluster.idleSecondsBeforeScaleDown),
		concurrent: cluster.maxConcurrentRuns === null ? '' : String(cluster.maxConcurrentRuns),
	};
}
