/** Which experiments the runs of the list are of; found by typing. */
import { Combobox, makeStyles, Option } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { experimentsQuery } from './api.ts';

const OFFERED_MAX = 100;

const useStyles = makeStyles({ root: { minWidth: '100px', width: '160px', '& input': { minWidth: 0, width: '100%' } } });

interface ExperimentPickerProps {
	readonly workspace: string;
	readonly chosen: readonly string[];
	readonly onChoose: (ids: readonly string[]) => void;
}

export function ExperimentPicker({ workspace, chosen, onChoose }: ExperimentPickerProps) {
	const styles = useStyles();
	const list = useInfiniteQuery(experimentsQuery(workspace));
	const [typed, setTyped] = useState<string | null>(null);
	const experiments = list.data?.pages.flatMap((page) => page.experiments) ?? [];
	const names = chosen.map((id) => experiments.find((one) => one.id === id)?.name ?? id);
	const offered = experiments.filter(({ name }) => name.toLowerCase().includes((typed ?? '').toLowerCase())).slice(0, OFFERED_MAX);
	return (
		<Combobox
			className={styles.root}
			aria-label="Experiments"
			multiselect
			placeholder="All experiments"
			value={typed ?? names.join(', ')}
			selectedOptions={[...chosen]}
			onChange={(event) => setTyped(event.target.value)}
			onBlur={() => setTyped(null)}
			onOpenChange={(_, { open }) => setTyped(open ? '' : null)}
			onOptionSelect={(_, { selectedOptions }) => onChoose(selectedOptions)}
		>
			{offered.map(({ id, name }) => (
				<Option key={id} value={id} text={name}>
					{name}
				</Option>
			))}
		</Combobox>
	);
}
