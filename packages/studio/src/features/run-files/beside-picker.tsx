/** Chooses the run whose file of the same path is put beside the one on screen. */
import { Button, Combobox, makeStyles, Option, tokens } from '@fluentui/react-components';
import type { Run } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { LayoutColumnTwoRegular } from '../../shared/icons.ts';
import { recentRunsQuery } from '../runs/api.ts';
import { runTitle } from '../runs/run-link.tsx';

const useStyles = makeStyles({
	root: { display: 'inline-flex', alignItems: 'center', gap: tokens.spacingHorizontalXS },
	field: { minWidth: '200px' },
});

export function BesidePicker({ run, onChoose }: { readonly run: Run; readonly onChoose: (run: string) => void }) {
	const styles = useStyles();
	const [isOpen, setIsOpen] = useState(false);
	const query = useQuery({ ...recentRunsQuery(run.workspaceName, run.experimentId), enabled: isOpen });
	if (!isOpen) {
		return (
			<Button size="small" appearance="subtle" icon={<LayoutColumnTwoRegular />} onClick={() => setIsOpen(true)}>
				Compare
			</Button>
		);
	}
	const others = (query.data?.runs ?? []).filter((other) => other.id !== run.id);
	return (
		<span className={styles.root}>
			<Combobox
				size="small"
				autoFocus
				freeform
				defaultOpen
				className={styles.field}
				aria-label="Run to compare with"
				placeholder="A run, or its id"
				onOptionSelect={(_, { optionValue }) => optionValue !== undefined && onChoose(optionValue)}
				onKeyDown={(event) => {
					if (event.key === 'Escape') setIsOpen(false);
					if (event.key !== 'Enter') return;
					// What was typed whole is meant, whichever option is marked; without a marked one it is an id.
					const typed = event.currentTarget.value.trim();
					const named = others.find((other) => other.id === typed || runTitle(other) === typed);
					const hasMarked = event.currentTarget.getAttribute('aria-activedescendant') !== null;
					if (named !== undefined) onChoose(named.id);
					else if (typed !== '' && !hasMarked) onChoose(typed);
				}}
			>
				{others.map((other) => (
					<Option key={other.id} value={other.id} text={runTitle(other)}>
						{`${runTitle(other)} (${other.number})`}
					</Option>
				))}
			</Combobox>
		</span>
	);
}
