/** The columns that a list of runs can have: what every run has, and whatever any of them logged, found by typing. */
import { Button, Checkbox, makeStyles, SearchBox, Text, ToggleButton, tokens } from '@fluentui/react-components';
import { METRIC_STATISTICS } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { fieldsQuery } from './api.ts';
import { ATTRIBUTE_CHOICES } from './run-columns.tsx';

/** Names of a kind that are shown at once. */
const SHOWN_MAX = 100;

const useStyles = makeStyles({
	list: { display: 'flex', flexDirection: 'column', maxHeight: 'min(440px, 60vh)', overflowY: 'auto' },
	group: { color: tokens.colorNeutralForeground3, paddingTop: tokens.spacingVerticalS },
	metric: { display: 'flex', alignItems: 'center', gap: '2px', minHeight: '32px', paddingLeft: tokens.spacingHorizontalS },
	name: { flexGrow: 1, minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
	statistic: { minWidth: 0, padding: '0 6px' },
	foot: { display: 'flex', justifyContent: 'space-between' },
	set: { border: 'none', margin: 0, padding: 0, display: 'contents' },
});

export interface ColumnChoicesProps {
	readonly workspace: string;
	readonly chosen: readonly string[];
	/** `null` goes back to the usual ones. */
	readonly onChoose: (chosen: readonly string[] | null) => void;
}

export function ColumnChoices({ workspace, chosen, onChoose }: ColumnChoicesProps) {
	const styles = useStyles();
	const [search, setSearch] = useState('');
	const sought = useDeferredValue(search.trim());
	const all = useQuery(fieldsQuery(workspace, null));
	// More names than one answer holds are looked for by the server.
	const found = useQuery({ ...fieldsQuery(workspace, null, sought), enabled: all.data?.truncated === true && sought !== '' });
	const names = (all.data?.truncated === true && sought !== '' ? found.data : all.data)?.names;
	const matches = (name: string) => name.toLowerCase().includes(sought.toLowerCase());
	const toggle = (id: string, isOn: boolean) => onChoose(isOn ? [...chosen, id] : chosen.filter((one) => one !== id));
	const metrics = (names?.metrics ?? []).filter(matches);
	const texts = [
		{ group: 'Params', kind: 'params', keys: (names?.params ?? []).filter(matches) },
		{ group: 'Tags', kind: 'tags', keys: (names?.tags ?? []).filter(matches) },
		{ group: 'Properties', kind: 'properties', keys: (names?.properties ?? []).filter(matches) },
	];
	const attributes = [...ATTRIBUTE_CHOICES, { id: 'spark', label: 'Course of a metric' }].filter(({ label }) => matches(label));
	return (
		<>
			<SearchBox size="small" placeholder="Find a column" value={search} onChange={(_, { value }) => setSearch(value)} />
			<div className={styles.list}>
				{attributes.length > 0 && (
					<Group name="Run">
						{attributes.map(({ id, label }) => (
							<Checkbox key={id} label={label} checked={chosen.includes(id)} onChange={(_, { checked }) => toggle(id, checked === true)} />
						))}
					</Group>
				)}
				{metrics.length > 0 && (
					<Group name="Metrics" more={metrics.length - SHOWN_MAX}>
						{metrics.slice(0, SHOWN_MAX).map((name) => (
							<MetricChoice key={name} name={name} chosen={chosen} onToggle={toggle} />
						))}
					</Group>
				)}
				{texts.map(({ group, kind, keys }) =>
					keys.length === 0 ? null : (
						<Group key={group} name={group} more={keys.length - SHOWN_MAX}>
							{keys.slice(0, SHOWN_MAX).map((key) => (
								<Checkbox
									key={key}
									label={key}
									checked={chosen.includes(`${kind}.${key}`)}
									onChange={(_, { checked }) => toggle(`${kind}.${key}`, checked === true)}
								/>
							))}
						</Group>
					),
				)}
			</div>
			<div className={styles.foot}>
				<Button size="small" onClick={() => onChoose(null)}>
					Back to the usual columns
				</Button>
			</div>
		</>
	);
}

function Group({ name, more = 0, children }: { readonly name: string; readonly more?: number; readonly children: ReactNode }) {
	const styles = useStyles();
	return (
		<fieldset className={styles.set} aria-label={name}>
			<Text as="strong" size={200} className={styles.group}>
				{name}
			</Text>
			{children}
			{more > 0 && (
				<Text size={200} className={styles.group}>
					{more} more: type to find them
				</Text>
			)}
		</fieldset>
	);
}

interface MetricChoiceProps {
	readonly name: string;
	readonly chosen: readonly string[];
	readonly onToggle: (id: string, isOn: boolean) => void;
}

function MetricChoice({ name, chosen, onToggle }: MetricChoiceProps) {
	const styles = useStyles();
	return (
		// biome-ignore lint/a11y/useSemanticElements: a row of five buttons within a fieldset
		<div className={styles.metric} role="group" aria-label={name}>
			<span className={styles.name} title={name}>
				{name}
			</span>
			{METRIC_STATISTICS.map((statistic) => {
				const id = `metrics.${name}.${statistic}`;
				const isOn = chosen.includes(id);
				return (
					<ToggleButton
						key={statistic}
						size="small"
						appearance={isOn ? 'primary' : 'subtle'}
						className={styles.statistic}
						checked={isOn}
						aria-label={`${statistic} of ${name}`}
						onClick={() => onToggle(id, !isOn)}
					>
						{statistic}
					</ToggleButton>
				);
			})}
		</div>
	);
}
