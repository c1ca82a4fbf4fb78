/** Submits a job again, as a new run from the same snapshot, with other arguments, variables or target. */
import { Button, Card, Dropdown, Field, Input, makeStyles, Option, Text, Textarea, tokens } from '@fluentui/react-components';
import { type JobDefinition, LIMITS, type Run } from '@runstead/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { client } from '../../shared/api/client.ts';
import { describeError } from '../../shared/api/describe-error.ts';
import { clustersQuery } from '../compute/api.ts';
import { readResubmit, textOfJob } from './resubmit-form.ts';
import { runTitle } from './run-link.tsx';

const LOCAL = 'local';

const useStyles = makeStyles({
	root: { margin: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalM}`, gap: tokens.spacingVerticalM },
	form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
	fields: {
		display: 'grid',
		gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 260px), 1fr))',
		gap: tokens.spacingHorizontalM,
		alignItems: 'start',
		'& textarea': { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
		'& .fui-Dropdown': { minWidth: 0 },
	},
	actions: { display: 'flex', gap: tokens.spacingHorizontalS, alignItems: 'center' },
	problem: { color: tokens.colorPaletteRedForeground1 },
	quiet: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
});

interface ResubmitPanelProps {
	readonly run: Run;
	readonly job: JobDefinition;
	readonly onClose: () => void;
}

export function ResubmitPanel({ run, job, onClose }: ResubmitPanelProps) {
	const styles = useStyles();
	const navigate = useNavigate();
	const clusters = useQuery(clustersQuery(run.workspaceName));
	const saved = textOfJob(runTitle(run), job);
	const [text, setText] = useState(saved);
	const { change, problem } = readResubmit(text, saved);
	const submit = useMutation({
		mutationFn: (body: NonNullable<typeof change>) => client.call('resubmitJob', { params: { run: run.id }, body }),
		onSuccess: ({ runId }) => {
			onClose();
			void navigate({ to: '/w/$workspace/runs/$runId', params: { workspace: run.workspaceName, runId } });
		},
	});
	const targets = [...new Set([LOCAL, ...(clusters.data ?? []).map((cluster) => cluster.name), text.target])];
	return (
		<Card appearance="outline" className={styles.root} role="region" aria-label="Submit again">
			<Text as="h2" weight="semibold">
				Submit again
			</Text>
			<form
				className={styles.form}
				onSubmit={(event) => {
					event.preventDefault();
					if (change !== null) submit.mutate(change);
				}}
			>
				<div className={styles.fields}>
					<Field label="Name">
						<Input
							value={text.displayName}
							maxLength={LIMITS.displayNameCharacters.max}
							onChange={(_, { value }) => setText({ ...text, displayName: value })}
						/>
					</Field>
					<Field label="Compute target">
						<Dropdown
							value={text.target}
							selectedOptions={[text.target]}
							onOptionSelect={(_, { optionValue }) => setText({ ...text, target: optionValue ?? text.target })}
						>
							{targets.map((target) => (
								<Option key={target} value={target}>
									{target}
								</Option>
							))}
						</Dropdown>
					</Field>
				</div>
				<div className={styles.fields}>
					<Field label="Arguments" hint="one a line">
						<Textarea resize="vertical" rows={5} value={text.args} onChange={(_, { value }) => setText({ ...text, args: value })} />
					</Field>
					<Field label="Environment variables" hint="NAME=value, one a line; covered values stay as they were">
						<Textarea
							resize="vertical"
							rows={5}
							value={text.variables}
							onChange={(_, { value }) => setText({ ...text, variables: value })}
						/>
					</Field>
				</div>
				<div className={styles.actions}>
					<Button type="submit" appearance="primary" disabled={change === null || submit.isPending}>
						Submit
					</Button>
					<Button onClick={onClose}>Close</Button>
					{problem !== null && (
						<span className={styles.problem} role="alert">
							{problem}
						</span>
					)}
					{submit.isError && (
						<span className={styles.problem} role="alert">
							{describeError(submit.error).message} {describeError(submit.error).hint}
						</span>
					)}
					<span className={styles.quiet}>The same snapshot and environment, a new run.</span>
				</div>
			</form>
		</Card>
	);
}
