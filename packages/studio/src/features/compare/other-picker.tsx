/** Chooses the run that is held against the baseline, where two are shown at once. */
import { Dropdown, makeStyles, Option, Text, tokens } from '@fluentui/react-components';
import type { Run } from '@runstead/contract';
import type { ReactNode } from 'react';
import { runTitle } from '../runs/run-link.tsx';

const useStyles = makeStyles({
	root: {
		display: 'flex',
		alignItems: 'center',
		flexWrap: 'wrap',
		gap: tokens.spacingHorizontalM,
		padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
		borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
	},
	picker: { minWidth: '220px' },
});

interface OtherPickerProps {
	readonly runs: readonly [Run, ...Run[]];
	readonly other: Run;
	readonly onOther: (run: string) => void;
	readonly children?: ReactNode;
}

export function OtherPicker({ runs: [baseline, ...others], other, onOther, children }: OtherPickerProps) {
	const styles = useStyles();
	return (
		<div className={styles.root}>
			<Text>
				<strong>{runTitle(baseline)}</strong> against
			</Text>
			<Dropdown
				className={styles.picker}
				aria-label="Against"
				value={runTitle(other)}
				selectedOptions={[other.id]}
				onOptionSelect={(_, { optionValue }) => optionValue !== undefined && onOther(optionValue)}
			>
				{others.map((run) => (
					<Option key={run.id} value={run.id} text={runTitle(run)}>
						{runTitle(run)}
					</Option>
				))}
			</Dropdown>
			{children}
		</div>
	);
}
