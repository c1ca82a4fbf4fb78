/** The experiments of a workspace to choose from; found by typing. */
import { Button, Checkbox, makeStyles, SearchBox, Text, tokens } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { experimentsQuery } from './api.ts';

const OFFERED_MAX = 100;

const useStyles = makeStyles({
	list: { display: 'flex', flexDirection: 'column', maxHeight: 'min(400px, 60vh)', overflowY: 'auto' },
	name: { overflowWrap: 'anywhere' },
	note: { color: tokens.colorNeutralForeground3 },
	foot: { display: 'flex' },
});

export interface ExperimentChoicesProps {
	readonly workspace: string;
	readonly chosen: readonly string[];
	readonly onChoose: (ids: readonly string[]) => void;
}

export function ExperimentChoices({ workspace, chosen, onChoose }: ExperimentChoicesProps) {
	const styles = useStyles();
	const list = useInfiniteQuery(experimentsQuery(workspace));
	const [sought, setSought] = useState('');
	const experiments = list.data?.pages.flatMap((page) => page.experiments) ?? [];
	const matches = experiments.filter(({ name }) => name.toLowerCase().includes(sought.trim().toLowerCase()));
	return (
		<>
			<SearchBox autoFocus size="small" placeholder="Find an experiment" value={sought} onChange={(_, { value }) => setSought(value)} />
			<div className={styles.list}>
				{matches.slice(0, OFFERED_MAX).map(({ id, name }) => (
					<Checkbox
						key={id}
						label={{ children: name, className: styles.name }}
						checked={chosen.includes(id)}
						onChange={(_, { checked }) => onChoose(checked === true ? [...chosen, id] : chosen.filter((one) => one !== id))}
					/>
				))}
				{matches.length > OFFERED_MAX && (
					<Text size={200} className={styles.note}>
						{matches.length - OFFERED_MAX} more: type to find them
					</Text>
				)}
				{matches.length === 0 && list.isSuccess && (
					<Text size={200} className={styles.note}>
						No experiment has a name like this.
					</Text>
				)}
			</div>
			{chosen.length > 0 && (
				<div className={styles.foot}>
					<Button size="small" onClick={() => onChoose([])}>
						All experiments
					</Button>
				</div>
			)}
		</>
	);
}
