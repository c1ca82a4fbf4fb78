/** Conditions chosen by pointing: the same filter that the field shows. */
import { Button, Combobox, Dropdown, Input, makeStyles, Option, Text, tokens } from '@fluentui/react-components';
import { type FieldNames, RUN_ATTRIBUTES, RUN_STATUSES } from '@runstead/contract';
import { useState } from 'react';
import { AddRegular, DismissRegular } from '../../shared/icons.ts';
import { writtenName } from './filter-complete.ts';
import {
	CONDITION_OPERATORS,
	type Condition,
	type ConditionOperator,
	type Conditions,
	conditionsOf,
	filterOfConditions,
	VALUELESS,
} from './filter-conditions.ts';

/** Fields offered at once; typing finds the others. */
const OFFERED_MAX = 60;

const useStyles = makeStyles({
	row: { display: 'flex', gap: tokens.spacingHorizontalXS, alignItems: 'center' },
	field: { minWidth: '120px', flexGrow: 2, width: '220px', '& input': { minWidth: 0, width: '100%' } },
	operator: { minWidth: '130px', width: '130px' },
	value: { minWidth: '90px', flexGrow: 2, width: '180px' },
	foot: { display: 'flex', justifyContent: 'space-between', gap: tokens.spacingHorizontalS },
	note: { color: tokens.colorNeutralForeground3 },
});

export interface ConditionsFormProps {
	readonly filter: string;
	readonly names: FieldNames;
	readonly onChange: (filter: string) => void;
	readonly onClose: () => void;
}

const BLANK: Condition = { field: 'status', operator: '=', value: '' };

export function ConditionsForm({ filter, names, onChange, onClose }: ConditionsFormProps) {
	const styles = useStyles();
	const read = conditionsOf(filter);
	const [draft, setDraft] = useState<Conditions>(() => withOne(read ?? { join: 'and', conditions: [] }));
	const apply = () => {
		const added = filterOfConditions(draft);
		// What the list cannot show stays as it was typed, and must hold as well.
		onChange(read !== null ? added : added === '' ? filter : `(${filter}) and ${draft.join === 'or' ? `(${added})` : added}`);
		onClose();
	};
	const change = (index: number, next: Partial<Condition>) => {
		const before = draft.conditions[index];
		if (before !== undefined) setDraft({ ...draft, conditions: draft.conditions.with(index, { ...before, ...next }) });
	};
	return (
		<>
			{read === null && (
				<Text size={200} className={styles.note}>
					The filter as it was typed says more than this list can. What is added here must hold as well.
				</Text>
			)}
			{draft.conditions.map((condition, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: conditions have no name but their place
				<div key={index} className={styles.row}>
					{index > 0 && (
						<Button
							size="small"
							appearance="subtle"
							aria-label="Change between and, or"
							onClick={() => setDraft({ ...draft, join: draft.join === 'and' ? 'or' : 'and' })}
						>
							{draft.join}
						</Button>
					)}
					<FieldPicker value={condition.field} names={names} onChange={(field) => change(index, { field })} />
					<Dropdown
						size="small"
						className={styles.operator}
						aria-label="Comparison"
						value={CONDITION_OPERATORS[condition.operator]}
						selectedOptions={[condition.operator]}
						onOptionSelect={(_, { optionValue }) => change(index, { operator: optionValue as ConditionOperator })}
					>
						{Object.entries(CONDITION_OPERATORS).map(([operator, label]) => (
							<Option key={operator} value={operator}>
								{label}
							</Option>
						))}
					</Dropdown>
					{!VALUELESS.has(condition.operator) &&
						(condition.field === 'status' ? (
							<Dropdown
								size="small"
								className={styles.value}
								aria-label="Value"
								value={condition.value}
								selectedOptions={[condition.value]}
								onOptionSelect={(_, { optionValue }) => change(index, { value: optionValue ?? '' })}
							>
								{RUN_STATUSES.map((status) => (
									<Option key={status} value={status}>
										{status}
									</Option>
								))}
							</Dropdown>
						) : (
							<Input
								size="small"
								className={styles.value}
								aria-label="Value"
								value={condition.value}
								onChange={(_, { value }) => change(index, { value })}
								onKeyDown={(event) => event.key === 'Enter' && apply()}
							/>
						))}
					<Button
						size="small"
						appearance="subtle"
						icon={<DismissRegular />}
						aria-label="Remove the condition"
						onClick={() => setDraft({ ...draft, conditions: draft.conditions.toSpliced(index, 1) })}
					/>
				</div>
			))}
			<div className={styles.foot}>
				<Button size="small" icon={<AddRegular />} onClick={() => setDraft({ ...draft, conditions: [...draft.conditions, BLANK] })}>
					Condition
				</Button>
				<Button size="small" appearance="primary" onClick={apply}>
					Apply
				</Button>
			</div>
		</>
	);
}

function withOne(conditions: Conditions): Conditions {
	return conditions.conditions.length > 0 ? conditions : { ...conditions, conditions: [BLANK] };
}

function FieldPicker({
	value,
	names,
	onChange,
}: {
	readonly value: string;
	readonly names: FieldNames;
	readonly onChange: (field: string) => void;
}) {
	const styles = useStyles();
	const [typed, setTyped] = useState<string | null>(null);
	const sought = (typed ?? '').toLowerCase();
	const offered = allFields(names)
		.filter((field) => field.toLowerCase().includes(sought))
		.slice(0, OFFERED_MAX);
	return (
		<Combobox
			size="small"
			className={styles.field}
			aria-label="Field"
			value={typed ?? value}
			selectedOptions={[value]}
			onChange={(event) => setTyped(event.target.value)}
			onBlur={() => setTyped(null)}
			onOptionSelect={(_, { optionValue }) => {
				setTyped(null);
				if (optionValue !== undefined) onChange(optionValue);
			}}
		>
			{offered.map((field) => (
				<Option key={field} value={field}>
					{field}
				</Option>
			))}
		</Combobox>
	);
}

function allFields(names: FieldNames): string[] {
	return [
		...Object.keys(RUN_ATTRIBUTES),
		...names.metrics.flatMap((name) => ['last', 'min', 'max'].map((statistic) => `metrics.${writtenName(name)}.${statistic}`)),
		...names.params.map((name) => `params.${writtenName(name)}`),
		...names.tags.map((name) => `tags.${writtenName(name)}`),
		...names.properties.map((name) => `properties.${writtenName(name)}`),
	];
}
