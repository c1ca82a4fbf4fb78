/** One metric of the explorer: which, how its samples are put together, a filter, a split. */
import { Button, Combobox, Dropdown, makeStyles, Option, OptionGroup, tokens } from '@fluentui/react-components';
import type { MetricAggregation, WorkspaceMetricDefinition } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { DismissRegular } from '../../shared/icons.ts';
import { dimensionValuesQuery } from './api.ts';
import type { ShownMetric } from './metrics-search.ts';
import type { MonitorScope } from './monitor-scope.ts';

export type Definition = WorkspaceMetricDefinition;

const NONE = '(none)';
const TOPS = [5, 10, 20, 50, 100];
/** Those of endpoints are another resource's. */
const OF_ENDPOINTS = 'onlineEndpoints';

const useStyles = makeStyles({
	root: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
	metric: { width: '260px', minWidth: 0 },
	short: { width: '130px', minWidth: 0, '& button': { minWidth: 0 } },
	value: { width: '180px', minWidth: 0, '& input': { minWidth: 0 } },
	word: { color: tokens.colorNeutralForeground3 },
});

interface MetricRowProps {
	readonly workspace: string;
	readonly scope: MonitorScope;
	readonly definitions: readonly Definition[];
	readonly shown: ShownMetric;
	readonly onChange: (next: ShownMetric) => void;
	readonly onRemove: (() => void) | undefined;
}

export function MetricRow({ workspace, scope, definitions, shown, onChange, onRemove }: MetricRowProps) {
	const styles = useStyles();
	const offered = definitions.filter(({ namespace }) => !namespace.includes(OF_ENDPOINTS));
	const definition = offered.find(({ name }) => name === shown.metric);
	const dimensions = [...(definition?.dimensions ?? []), ...(scope === 'all' ? ['WorkspaceName'] : [])];
	return (
		<div className={styles.root}>
			<MetricPicker className={styles.metric} definitions={offered} metric={shown.metric} onPick={(metric) => onChange({ metric })} />
			<Dropdown
				aria-label="Aggregation"
				size="small"
				className={styles.short}
				value={shown.aggregation ?? definition?.primaryAggregation ?? ''}
				selectedOptions={[shown.aggregation ?? definition?.primaryAggregation ?? '']}
				onOptionSelect={(_, { optionValue }) => onChange({ ...shown, aggregation: optionValue as MetricAggregation })}
			>
				{(definition?.aggregations ?? []).map((aggregation) => (
					<Option key={aggregation} value={aggregation}>
						{aggregation}
					</Option>
				))}
			</Dropdown>
			<span className={styles.word}>where</span>
			<Dropdown
				aria-label="Filter by dimension"
				size="small"
				className={styles.short}
				value={shown.filter?.[0] ?? NONE}
				selectedOptions={[shown.filter?.[0] ?? NONE]}
				onOptionSelect={(_, { optionValue = NONE }) =>
					onChange({ ...shown, filter: optionValue === NONE ? undefined : [optionValue, '*'] })
				}
			>
				{[NONE, ...dimensions].map((name) => (
					<Option key={name}>{name}</Option>
				))}
			</Dropdown>
			{shown.filter && (
				<ValuePicker
					key={`${shown.metric} ${shown.filter[0]}`}
					className={styles.value}
					workspace={workspace}
					metric={shown.metric}
					dimension={shown.filter[0]}
					value={shown.filter[1]}
					onPick={(value) => onChange({ ...shown, filter: [(shown.filter as readonly [string, string])[0], value] })}
				/>
			)}
			<span className={styles.word}>split by</span>
			<Dropdown
				aria-label="Split by dimension"
				size="small"
				className={styles.short}
				value={shown.split ?? NONE}
				selectedOptions={[shown.split ?? NONE]}
				onOptionSelect={(_, { optionValue = NONE }) => onChange({ ...shown, split: optionValue === NONE ? undefined : optionValue })}
			>
				{[NONE, ...dimensions].map((name) => (
					<Option key={name}>{name}</Option>
				))}
			</Dropdown>
			{shown.split && (
				<Dropdown
					aria-label="Series at most"
					size="small"
					className={styles.short}
					value={`top ${shown.top ?? 10}`}
					selectedOptions={[String(shown.top ?? 10)]}
					onOptionSelect={(_, { optionValue }) => onChange({ ...shown, top: Number(optionValue) })}
				>
					{TOPS.map((top) => (
						<Option key={top} value={String(top)}>{`top ${top}`}</Option>
					))}
				</Dropdown>
			)}
			{onRemove && (
				<Button size="small" appearance="subtle" icon={<DismissRegular />} aria-label={`Remove ${shown.metric}`} onClick={onRemove} />
			)}
		</div>
	);
}

interface MetricPickerProps {
	readonly className?: string;
	readonly size?: 'small' | 'medium';
	readonly definitions: readonly Definition[];
	readonly metric: string;
	readonly onPick: (metric: string) => void;
}

/** Typed into to narrow it; by category. */
export function MetricPicker({ className, size = 'small', definitions, metric, onPick }: MetricPickerProps) {
	const [typed, setTyped] = useState<string | null>(null);
	const sought = typed?.toLowerCase() ?? '';
	const groups = Map.groupBy(
		definitions.filter(({ name }) => name.toLowerCase().includes(sought)),
		({ category }) => category,
	);
	return (
		<Combobox
			aria-label="Metric"
			size={size}
			className={className}
			value={typed ?? metric}
			selectedOptions={[metric]}
			onChange={(event) => setTyped(event.target.value)}
			onBlur={() => setTyped(null)}
			onOptionSelect={(_, { optionValue }) => {
				setTyped(null);
				if (optionValue !== undefined) onPick(optionValue);
			}}
		>
			{[...groups].map(([category, some]) => (
				<OptionGroup key={category} label={category}>
					{some.map(({ name, source }) => (
						<Option key={name} value={name} text={name}>
							{source === null ? `${name} (nothing measures it yet)` : name}
						</Option>
					))}
				</OptionGroup>
			))}
		</Combobox>
	);
}

interface ValuePickerProps {
	readonly className?: string;
	readonly workspace: string;
	readonly metric: string;
	readonly dimension: string;
	readonly value: string;
	readonly onPick: (value: string) => void;
}

function ValuePicker({ className, workspace, metric, dimension, value, onPick }: ValuePickerProps) {
	const { data: values = [] } = useQuery(dimensionValuesQuery(workspace, metric, dimension));
	const [typed, setTyped] = useState(value);
	return (
		<Combobox
			aria-label={`Value of ${dimension}`}
			size="small"
			freeform
			className={className}
			value={typed}
			selectedOptions={[value]}
			onChange={(event) => setTyped(event.target.value)}
			onBlur={() => typed !== value && onPick(typed === '' ? '*' : typed)}
			onKeyDown={(event) => event.key === 'Enter' && onPick(typed === '' ? '*' : typed)}
			onOptionSelect={(_, { optionValue }) => {
				if (optionValue === undefined) return;
				setTyped(optionValue);
				onPick(optionValue);
			}}
		>
			{['*', ...values].map((one) => (
				<Option key={one}>{one}</Option>
			))}
		</Combobox>
	);
}
