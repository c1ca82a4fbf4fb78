/** Chooses one column, or a metric, of those that runs have: found by typing. */
import { Combobox, Field, Option, OptionGroup } from '@fluentui/react-components';
import { METRIC_STATISTICS } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldsQuery } from '../runs/api.ts';
import { columnTitle } from './chart-spec.ts';

const SHOWN_MAX = 60;

interface ColumnChoiceProps {
	readonly workspace: string;
	readonly label: string;
	/** `metrics`: names alone; `numbers`: what may hold numbers; `all`: whatever runs have. */
	readonly of: 'metrics' | 'numbers' | 'all';
	readonly value: string | undefined;
	/** What stands for no choice, where that is one. */
	readonly none?: string;
	readonly onChoose: (column: string | undefined) => void;
}

export function ColumnChoice({ workspace, label, of, value, none, onChoose }: ColumnChoiceProps) {
	const [typed, setTyped] = useState<string | null>(null);
	const { data } = useQuery(fieldsQuery(workspace, null, typed ?? ''));
	const names = data?.names ?? { metrics: [], params: [], tags: [], properties: [] };
	const sought = (typed ?? '').toLowerCase();
	const found = (columns: readonly string[]) => columns.filter((column) => column.toLowerCase().includes(sought)).slice(0, SHOWN_MAX);
	const groups =
		of === 'metrics'
			? [{ name: 'Metrics', columns: names.metrics }]
			: [
					{ name: 'Params', columns: names.params.map((name) => `params.${name}`) },
					{
						name: 'Metrics',
						columns: names.metrics.flatMap((name) => METRIC_STATISTICS.map((statistic) => `metrics.${name}.${statistic}`)),
					},
					...(of === 'all'
						? [
								{ name: 'Tags', columns: names.tags.map((name) => `tags.${name}`) },
								{ name: 'Run', columns: ['name', 'status', 'experiment', 'target', 'submittedBy', 'number', 'duration', 'started'] },
							]
						: [{ name: 'Run', columns: ['duration', 'number', 'started', 'created'] }]),
				];
	const title = (column: string) => (of === 'metrics' ? column : columnTitle(column));
	return (
		<Field label={label} size="small">
			<Combobox
				size="small"
				value={typed ?? (value === undefined ? (none ?? '') : title(value))}
				selectedOptions={value === undefined ? [] : [value]}
				onInput={(event) => setTyped(event.currentTarget.value)}
				onOpenChange={(_, { open }) => !open && setTyped(null)}
				onOptionSelect={(_, { optionValue }) => {
					setTyped(null);
					onChoose(optionValue === '' ? undefined : optionValue);
				}}
			>
				{none !== undefined && sought === '' && (
					<Option value="" text={none}>
						{none}
					</Option>
				)}
				{groups.map(({ name, columns }) => {
					const shown = found(columns);
					return shown.length === 0 ? null : (
						<OptionGroup key={name} label={name}>
							{shown.map((column) => (
								<Option key={column} value={column} text={title(column)}>
									{title(column)}
								</Option>
							))}
						</OptionGroup>
					);
				})}
			</Combobox>
		</Field>
	);
}
