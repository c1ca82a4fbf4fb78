/** A rule is written, with what it would have done in the last day beside it. */
import { Button, Card, Checkbox, Dropdown, Field, Input, makeStyles, Option, tokens } from '@fluentui/react-components';
import {
	ALERT_FREQUENCIES_SECONDS,
	ALERT_OPERATORS,
	ALERT_SEVERITIES,
	ALERT_WINDOWS_SECONDS,
	type AlertRule,
	OPERATOR_SIGNS,
	RUN_STATUSES,
} from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useDeferredValue, useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { onDemand } from '../../shared/on-demand.ts';
import { groupsQuery, metricDefinitionsQuery, useChangeMonitor } from './api.ts';
import { MetricPicker } from './metric-row.tsx';
import { grainInWords } from './range-controls.tsx';
import {
	CONDITION_KINDS,
	type ConditionKind,
	type DraftFaults,
	draftOf,
	faultsOf,
	NEW_RULE,
	type RuleDraft,
	ruleOf,
} from './rule-draft.ts';
import { RulePreview } from './rule-preview.tsx';
import { SEVERITY_NAMES } from './severity-names.ts';

const QueryEditor = onDemand(async () => (await import('../logs/query-editor.tsx')).QueryEditor);

const useStyles = makeStyles({
	root: {
		margin: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalM}`,
		gap: tokens.spacingVerticalM,
		flexShrink: 0,
		maxHeight: '70%',
		overflowY: 'auto',
	},
	fields: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM, alignItems: 'flex-end' },
	wide: { width: '260px', minWidth: 0, '& input': { minWidth: 0 }, '& button': { minWidth: 0 } },
	short: {
		width: '130px',
		minWidth: 0,
		'& input': { minWidth: 0, width: '100%' },
		'& button': { minWidth: 0 },
		'& .fui-Input': { minWidth: 0 },
	},
	query: { flexBasis: '100%' },
	actions: { display: 'flex', gap: tokens.spacingHorizontalS, alignItems: 'center' },
	hint: { color: tokens.colorNeutralForeground3 },
	bad: { color: tokens.colorPaletteRedForeground1 },
});

interface RuleFormProps {
	readonly workspace: string;
	/** Null: a new one. */
	readonly rule: AlertRule | null;
	readonly onClose: () => void;
}

export function RuleForm({ workspace, rule, onClose }: RuleFormProps) {
	const styles = useStyles();
	const [draft, setDraft] = useState<RuleDraft>(() => (rule === null ? NEW_RULE : draftOf(rule)));
	const change = useChangeMonitor(workspace);
	const { data: groups = [] } = useQuery(groupsQuery(workspace));
	const set = (fields: Partial<RuleDraft>): void => setDraft((before) => ({ ...before, ...fields }));
	const made = ruleOf(draft);
	const tried = useDeferredValue(made);
	const faults = faultsOf(draft);
	const isWhole = Object.keys(faults).length === 0;
	const save = (): void => {
		if (made === null) return;
		change.mutate(rule === null ? { kind: 'create-rule', rule: made } : { kind: 'update-rule', rule: rule.id, change: made }, {
			onSuccess: onClose,
		});
	};
	return (
		<Card className={styles.root}>
			<div className={styles.fields}>
				<Field label="Name" required>
					<Input value={draft.name} onChange={(_, { value }) => set({ name: value })} />
				</Field>
				<Choice
					label="Watches"
					className={styles.wide}
					value={draft.kind}
					options={Object.entries(CONDITION_KINDS)}
					onPick={(kind) => set({ kind: kind as ConditionKind })}
				/>
				<Choice
					label="Severity"
					className={styles.short}
					value={String(draft.severity)}
					options={ALERT_SEVERITIES.map((severity) => [String(severity), SEVERITY_NAMES[severity]])}
					onPick={(severity) => set({ severity: ALERT_SEVERITIES.find((one) => String(one) === severity) ?? 3 })}
				/>
			</div>
			<div className={styles.fields}>
				<ConditionFields draft={draft} faults={faults} onChange={set} />
			</div>
			<div className={styles.fields}>
				{(draft.kind === 'metric' || draft.kind === 'logQuery') && (
					<Seconds
						label="Over the last"
						value={draft.windowSeconds}
						options={ALERT_WINDOWS_SECONDS}
						onPick={(windowSeconds) => set({ windowSeconds })}
					/>
				)}
				{draft.kind !== 'runStatus' && (
					<Seconds
						label="Looks every"
						value={draft.frequencySeconds}
						options={ALERT_FREQUENCIES_SECONDS}
						onPick={(frequencySeconds) => set({ frequencySeconds })}
					/>
				)}
				<Field label="Then quiet for (min)" validationMessage={faults.suppressMinutes}>
					<Input
						className={styles.short}
						type="number"
						min={0}
						value={draft.suppressMinutes}
						onChange={(_, { value }) => set({ suppressMinutes: value })}
					/>
				</Field>
				<Checkbox
					label="Resolves by itself"
					checked={draft.autoResolve}
					onChange={(_, { checked }) => set({ autoResolve: checked === true })}
				/>
				<Field label="Tells">
					<Dropdown
						multiselect
						className={styles.wide}
						placeholder="nobody"
						value={draft.actionGroups.join(', ')}
						selectedOptions={[...draft.actionGroups]}
						onOptionSelect={(_, { selectedOptions }) => set({ actionGroups: selectedOptions })}
					>
						{groups.map(({ id, name }) => (
							<Option key={id}>{name}</Option>
						))}
					</Dropdown>
				</Field>
			</div>
			{tried !== null && <RulePreview workspace={workspace} rule={tried} />}
			<div className={styles.actions}>
				<Button appearance="primary" disabled={!isWhole || change.isPending} onClick={save}>
					{rule === null ? 'Make the rule' : 'Save'}
				</Button>
				<Button onClick={onClose}>Close</Button>
				{!isWhole && <span className={styles.hint}>{faults.name ?? 'What is marked above is not right yet.'}</span>}
				{change.isError && (
					<span className={styles.bad} role="alert">
						{describeError(change.error).message}
					</span>
				)}
			</div>
		</Card>
	);
}

interface ConditionFieldsProps {
	readonly draft: RuleDraft;
	readonly faults: DraftFaults;
	readonly onChange: (fields: Partial<RuleDraft>) => void;
}

function ConditionFields({ draft, faults, onChange }: ConditionFieldsProps) {
	const styles = useStyles();
	const { data: definitions = [] } = useQuery(metricDefinitionsQuery);
	const definition = definitions.find(({ name }) => name === draft.metric);
	const hasThreshold = draft.kind === 'metric' || draft.kind === 'runMetric' || draft.kind === 'logQuery';
	return (
		<>
			{draft.kind === 'metric' && (
				<>
					<Choice
						label="Aggregation"
						className={styles.short}
						value={draft.aggregation}
						options={(definition?.aggregations ?? []).map((name) => [name, name])}
						onPick={(aggregation) => onChange({ aggregation: aggregation as RuleDraft['aggregation'] })}
					/>
					<Field label="Metric">
						<MetricPicker
							size="medium"
							className={styles.wide}
							definitions={definitions.filter(({ namespace }) => !namespace.includes('onlineEndpoints'))}
							metric={draft.metric}
							onPick={(metric) =>
								onChange({
									metric,
									splitBy: '',
									aggregation: definitions.find(({ name }) => name === metric)?.primaryAggregation ?? 'average',
								})
							}
						/>
					</Field>
				</>
			)}
			{(draft.kind === 'runMetric' || draft.kind === 'runNotANumber') && (
				<Field label={draft.kind === 'runMetric' ? 'Metric of the run' : 'Metric (any if empty)'} validationMessage={faults.runMetric}>
					<Input value={draft.runMetric} onChange={(_, { value }) => onChange({ runMetric: value })} />
				</Field>
			)}
			{draft.kind === 'logQuery' && (
				<>
					<Field label="Query" className={styles.query} validationMessage={faults.query}>
						<Suspense fallback={null}>
							<QueryEditor heightPx={60} initialText={draft.query} onText={(query: string) => onChange({ query })} />
						</Suspense>
					</Field>
					<Field label="Column of numbers (rows if empty)">
						<Input value={draft.measure} onChange={(_, { value }) => onChange({ measure: value })} />
					</Field>
					<Field label="An alert for each (column)">
						<Input value={draft.splitBy} onChange={(_, { value }) => onChange({ splitBy: value })} />
					</Field>
				</>
			)}
			{draft.kind === 'runStatus' && (
				<Field label="Statuses" validationMessage={faults.statuses}>
					<Dropdown
						multiselect
						className={styles.wide}
						value={draft.statuses.join(', ')}
						selectedOptions={[...draft.statuses]}
						onOptionSelect={(_, { selectedOptions }) => onChange({ statuses: selectedOptions })}
					>
						{RUN_STATUSES.map((status) => (
							<Option key={status}>{status}</Option>
						))}
					</Dropdown>
				</Field>
			)}
			{draft.kind === 'runStalled' && (
				<Field label="Logs nothing for (min)" validationMessage={faults.stalledMinutes}>
					<Input
						className={styles.short}
						type="number"
						min={1}
						value={draft.stalledMinutes}
						onChange={(_, { value }) => onChange({ stalledMinutes: value })}
					/>
				</Field>
			)}
			{hasThreshold && (
				<>
					<Choice
						label="Is"
						className={styles.short}
						value={draft.operator}
						options={ALERT_OPERATORS.map((operator) => [operator, OPERATOR_SIGNS[operator]])}
						onPick={(operator) => onChange({ operator: ALERT_OPERATORS.find((one) => one === operator) ?? 'greaterThan' })}
					/>
					<Field label="Threshold" validationMessage={faults.threshold}>
						<Input className={styles.short} value={draft.threshold} onChange={(_, { value }) => onChange({ threshold: value })} />
					</Field>
				</>
			)}
			{draft.kind === 'metric' ? (
				<Choice
					label="An alert for each"
					className={styles.wide}
					value={draft.splitBy}
					options={[['', '(all together)'], ...(definition?.dimensions ?? []).map((name): [string, string] => [name, name])]}
					onPick={(splitBy) => onChange({ splitBy })}
				/>
			) : (
				draft.kind !== 'logQuery' && (
					<Field label="Experiment (any if empty)">
						<Input value={draft.experiment} onChange={(_, { value }) => onChange({ experiment: value })} />
					</Field>
				)
			)}
		</>
	);
}

interface ChoiceProps {
	readonly label: string;
	readonly className: string;
	readonly value: string;
	readonly options: readonly (readonly [value: string, text: string])[];
	readonly onPick: (value: string) => void;
}

function Choice({ label, className, value, options, onPick }: ChoiceProps) {
	return (
		<Field label={label}>
			<Dropdown
				className={className}
				value={options.find(([one]) => one === value)?.[1] ?? value}
				selectedOptions={[value]}
				onOptionSelect={(_, { optionValue }) => optionValue !== undefined && onPick(optionValue)}
			>
				{options.map(([one, text]) => (
					<Option key={one} value={one}>
						{text}
					</Option>
				))}
			</Dropdown>
		</Field>
	);
}

interface SecondsProps {
	readonly label: string;
	readonly value: number;
	readonly options: readonly number[];
	readonly onPick: (seconds: number) => void;
}

function Seconds({ label, value, options, onPick }: SecondsProps) {
	const styles = useStyles();
	return (
		<Choice
			label={label}
			className={styles.short}
			value={String(value)}
			options={options.map((seconds) => [String(seconds), grainInWords(seconds)])}
			onPick={(seconds) => onPick(Number(seconds))}
		/>
	);
}
