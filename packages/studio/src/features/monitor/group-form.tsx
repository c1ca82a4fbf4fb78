/** Writes an action group: its name, and who is told by which way. */
import { Button, Field, Input, makeStyles, tokens } from '@fluentui/react-components';
import type { ActionGroup } from '@runstead/contract';
import { useRef, useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { AddRegular } from '../../shared/icons.ts';
import { useChangeMonitor } from './api.ts';
import { canHaveMore, draftOf, newReceiver, problemOf, type ReceiverDraft, receiverOf } from './group-draft.ts';
import { ReceiverRow } from './receiver-row.tsx';

const useStyles = makeStyles({
	root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, alignItems: 'flex-start' },
	receivers: {
		border: 'none',
		margin: 0,
		padding: 0,
		minWidth: 0,
		width: '100%',
		display: 'flex',
		flexDirection: 'column',
		alignItems: 'flex-start',
		gap: tokens.spacingVerticalS,
		'& legend': { paddingBottom: tokens.spacingVerticalXS },
	},
	actions: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
	quiet: { color: tokens.colorNeutralForeground3 },
	bad: { color: tokens.colorPaletteRedForeground1 },
});

interface GroupFormProps {
	readonly workspace: string;
	/** Null: it is a new one. */
	readonly group: ActionGroup | null;
	readonly onSaved: (group: ActionGroup) => void;
	/** Absent: it stays open. */
	readonly onClose?: () => void;
}

export function GroupForm({ workspace, group, onSaved, onClose }: GroupFormProps) {
	const styles = useStyles();
	const change = useChangeMonitor(workspace);
	const [draft, setDraft] = useState(() => draftOf(group));
	const [added, setAdded] = useState<string | null>(null);
	const addButton = useRef<HTMLButtonElement>(null);
	const problem = problemOf(draft);
	const setReceiver = (next: ReceiverDraft) =>
		setDraft({ ...draft, receivers: draft.receivers.map((one) => (one.key === next.key ? next : one)) });
	const add = () => {
		if (!canHaveMore(draft)) return;
		const receiver = newReceiver(draft.receivers.at(-1)?.type);
		setDraft({ ...draft, receivers: [...draft.receivers, receiver] });
		setAdded(receiver.key);
	};
	const remove = (key: string) => {
		setDraft({ ...draft, receivers: draft.receivers.filter((one) => one.key !== key) });
		// The button that was pressed is gone with its row.
		addButton.current?.focus();
	};
	const save = () => {
		const given = { name: draft.name.trim(), receivers: draft.receivers.map(receiverOf) };
		change.mutate(group === null ? { kind: 'create-group', ...given } : { kind: 'update-group', group: group.id, ...given }, {
			onSuccess: (saved) => {
				if (group === null) setDraft(draftOf(null));
				onSaved(saved as ActionGroup);
			},
		});
	};
	const title = group === null ? 'New action group' : `Change ${group.name}`;
	return (
		<form
			className={styles.root}
			aria-label={title}
			onSubmit={(event) => {
				event.preventDefault();
				if (problem === null) save();
			}}
		>
			<Field label="Name">
				<Input autoFocus={group !== null} value={draft.name} onChange={(_, { value }) => setDraft({ ...draft, name: value })} />
			</Field>
			<fieldset className={styles.receivers}>
				<legend>Who is told</legend>
				{draft.receivers.map((receiver, index) => (
					<ReceiverRow
						key={receiver.key}
						place={index + 1}
						workspace={workspace}
						group={group}
						receiver={receiver}
						isAdded={receiver.key === added}
						onChange={setReceiver}
						onRemove={() => remove(receiver.key)}
					/>
				))}
				<Button ref={addButton} size="small" icon={<AddRegular />} disabledFocusable={!canHaveMore(draft)} onClick={add}>
					Add a receiver
				</Button>
			</fieldset>
			<div className={styles.actions}>
				<Button type="submit" appearance="primary" disabled={problem !== null || change.isPending}>
					{group === null ? 'Make the group' : 'Save'}
				</Button>
				{onClose && <Button onClick={onClose}>Cancel</Button>}
				{problem !== null && <span className={styles.quiet}>{problem}</span>}
			</div>
			{change.isError && (
				<span className={styles.bad} role="alert">
					{describeError(change.error).message}
				</span>
			)}
		</form>
	);
}
