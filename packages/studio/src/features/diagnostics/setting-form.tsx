/** Writes a diagnostic setting: what to send, where to, and a try of it before it is saved. */
import { Button, Card, Checkbox, Dropdown, Field, Input, makeStyles, Option, Text, tokens } from '@fluentui/react-components';

import { useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { useChangeSetting, useTestSetting } from './api.ts';
import {
	ARCHIVE_FIELDS,
	type ArchiveKind,
	type DraftField,
	EVENT_HUB_FIELDS,
	type EventHubKind,
	inputOf,
	problemOf,
	type SettingDraft,
} from './setting-draft.ts';
import { TestResults } from './test-results.tsx';

const ARCHIVES: readonly (readonly [ArchiveKind, string])[] = [
	['none', 'No archive'],
	['folder', 'Folder of the server'],
	['azure-blob', 'Azure Blob storage'],
	['s3', 'Bucket of S3'],
];
const EVENT_HUBS: readonly (readonly [EventHubKind, string])[] = [
	['none', 'No stream'],
	['amqp', 'Event hub, or another AMQP 1.0 broker'],
	['kafka', 'Kafka'],
];

const useStyles = makeStyles({
	root: { gap: tokens.spacingVerticalM, flexShrink: 0 },
	form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
	columns: { display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(260px, 1fr))', gap: tokens.spacingHorizontalXXL },
	column: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, minWidth: 0 },
	categories: { display: 'flex', flexDirection: 'column' },
	name: { maxWidth: '320px' },
	narrow: { minWidth: 0 },
	actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'center' },
	error: { color: tokens.colorPaletteRedForeground1 },
	hint: { color: tokens.colorNeutralForeground3 },
});

interface SettingFormProps {
	readonly workspace: string;
	readonly begin: SettingDraft;
	readonly categories: readonly { readonly name: string; readonly description: string }[];
	readonly onClose: () => void;
}

export function SettingForm({ workspace, begin, categories, onClose }: SettingFormProps) {
	const styles = useStyles();
	const [draft, setDraft] = useState(begin);
	const change = useChangeSetting(workspace);
	const trial = useTestSetting(workspace);
	const problem = problemOf(draft);
	const isNew = begin.name === '';
	const set = (part: Partial<SettingDraft>) => setDraft({ ...draft, ...part });
	const save = (untested: boolean) =>
		change.mutate({ kind: 'save', name: draft.name.trim(), setting: inputOf(draft), untested }, { onSuccess: onClose });
	const isUnreachable = change.isError && describeError(change.error).message.includes('does not work');
	return (
		<Card appearance="outline" className={styles.root}>
			<Text as="h2" weight="semibold">
				{isNew ? 'New diagnostic setting' : `Change ${begin.name}`}
			</Text>
			<form
				className={styles.form}
				aria-label={isNew ? 'New diagnostic setting' : `Change ${begin.name}`}
				onSubmit={(event) => {
					event.preventDefault();
					if (problem === null) save(false);
				}}
			>
				{isNew && (
					<Field label="Name" className={styles.name}>
						<Input autoFocus value={draft.name} onChange={(_, { value }) => set({ name: value })} />
					</Field>
				)}
				<div className={styles.columns}>
					<fieldset className={styles.column} style={{ border: 'none', margin: 0, padding: 0 }}>
						<legend>What to send</legend>
						<Categories all={categories} chosen={draft.categories} onChange={(chosen) => set({ categories: chosen })} />
					</fieldset>
					<div className={styles.column}>
						<Checkbox
							label="To the log tables, which queries read (Log Analytics)"
							checked={draft.logAnalytics}
							onChange={(_, { checked }) => set({ logAnalytics: checked === true })}
						/>
						<Choice label="Archive" options={ARCHIVES} value={draft.archiveKind} onChange={(archiveKind) => set({ archiveKind })} />
						<Fields draft={draft} fields={ARCHIVE_FIELDS[draft.archiveKind]} onChange={(fields) => set({ fields })} />
					</div>
					<div className={styles.column}>
						<Choice label="Event hub" options={EVENT_HUBS} value={draft.eventHubKind} onChange={(eventHubKind) => set({ eventHubKind })} />
						<Fields draft={draft} fields={EVENT_HUB_FIELDS[draft.eventHubKind]} onChange={(fields) => set({ fields })} />
						{draft.eventHubKind === 'kafka' && (
							<Checkbox
								label="With TLS"
								checked={draft.fields.tls === 'true'}
								onChange={(_, { checked }) => set({ fields: { ...draft.fields, tls: checked === true ? 'true' : '' } })}
							/>
						)}
					</div>
				</div>
				{trial.data !== undefined && <TestResults tests={trial.data} />}
				<div className={styles.actions}>
					<Button type="submit" appearance="primary" disabled={problem !== null || change.isPending}>
						{change.isPending ? 'Saving…' : 'Save'}
					</Button>
					<Button
						disabled={problem !== null || trial.isPending}
						onClick={() => trial.mutate({ name: draft.name.trim(), setting: inputOf(draft) })}
					>
						{trial.isPending ? 'Testing…' : 'Test'}
					</Button>
					{isUnreachable && <Button onClick={() => save(true)}>Save it anyway</Button>}
					<Button onClick={onClose}>Close</Button>
					{problem !== null && <span className={styles.hint}>{problem}</span>}
					{[change, trial].map(
						(one, index) =>
							one.isError && (
								<span key={index === 0 ? 'save' : 'test'} className={styles.error} role="alert">
									{describeError(one.error).message}
								</span>
							),
					)}
				</div>
			</form>
		</Card>
	);
}

interface CategoriesProps {
	readonly all: SettingFormProps['categories'];
	readonly chosen: readonly string[];
	readonly onChange: (chosen: readonly string[]) => void;
}

/** With all logs chosen, single ones have nothing to add. */
function Categories({ all, chosen, onChange }: CategoriesProps) {
	const styles = useStyles();
	const hasAllLogs = chosen.includes('AllLogs');
	return (
		<div className={styles.categories}>
			{all.map(({ name, description }) => {
				const isImplied = hasAllLogs && name !== 'AllLogs' && name !== 'AllMetrics';
				return (
					<Checkbox
						key={name}
						label={<span title={description}>{name}</span>}
						checked={isImplied || chosen.includes(name)}
						disabled={isImplied}
						onChange={(_, { checked }) => onChange(checked === true ? [...chosen, name] : chosen.filter((one) => one !== name))}
					/>
				);
			})}
		</div>
	);
}

interface ChoiceProps<Kind extends string> {
	readonly label: string;
	readonly options: readonly (readonly [Kind, string])[];
	readonly value: Kind;
	readonly onChange: (kind: Kind) => void;
}

function Choice<Kind extends string>({ label, options, value, onChange }: ChoiceProps<Kind>) {
	const styles = useStyles();
	return (
		<Field label={label}>
			<Dropdown
				className={styles.narrow}
				value={options.find(([kind]) => kind === value)?.[1] ?? ''}
				selectedOptions={[value]}
				onOptionSelect={(_, { optionValue }) => onChange((optionValue ?? value) as Kind)}
			>
				{options.map(([kind, words]) => (
					<Option key={kind} value={kind}>
						{words}
					</Option>
				))}
			</Dropdown>
		</Field>
	);
}

interface FieldsProps {
	readonly draft: SettingDraft;
	readonly fields: readonly DraftField[];
	readonly onChange: (fields: SettingDraft['fields']) => void;
}

function Fields({ draft, fields, onChange }: FieldsProps) {
	return fields.map(({ name, label, hint, isSecret, isNeeded }) => (
		<Field key={name} label={label} hint={hint} required={isNeeded === true}>
			<Input
				value={draft.fields[name] ?? ''}
				type={isSecret && !(draft.fields[name] ?? '').includes('***') ? 'password' : 'text'}
				autoComplete="off"
				onChange={(_, { value }) => onChange({ ...draft.fields, [name]: value })}
			/>
		</Field>
	));
}
