/** A cell while it is changed: Enter keeps what was typed, Escape leaves it as it was. */
import { Input, makeStyles, Tooltip } from '@fluentui/react-components';
import type { Run } from '@runstead/contract';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { useChangeRun } from './api.ts';
import { EDITED_FIELDS, type EditedField } from './edited-fields.ts';
import { runTitle } from './run-link.tsx';
import type { OnEdited } from './use-row-edits.ts';

const useStyles = makeStyles({
	input: { width: '100%', minWidth: 0 },
});

interface CellEditorProps {
	readonly run: Run;
	readonly field: EditedField;
	readonly onEdited: OnEdited;
	readonly onClose: () => void;
}

export function CellEditor({ run, field, onEdited, onClose }: CellEditorProps) {
	const styles = useStyles();
	const { label, lengthMax } = EDITED_FIELDS[field];
	const value = field === 'displayName' ? runTitle(run) : run.description;
	const change = useChangeRun(run.id);
	const [draft, setDraft] = useState(value);
	/** Decided: what comes after, like the loss of the focus, changes nothing more. */
	const isOver = useRef(false);
	const [input, setInput] = useState<HTMLInputElement | null>(null);

	const save = async (): Promise<boolean> => {
		const text = draft.trim();
		if (isOver.current || text === value) return true;
		isOver.current = true;
		const wanted = field === 'displayName' ? ({ kind: field, displayName: text } as const) : ({ kind: field, description: text } as const);
		try {
			await change.mutateAsync(wanted);
		} catch {
			// It stands beside the field.
			isOver.current = false;
			return false;
		}
		onEdited(run, wanted);
		return true;
	};
	const close = () => {
		isOver.current = true;
		const row = input?.closest<HTMLElement>('[data-index]');
		const hadFocus = input !== null && input === document.activeElement;
		onClose();
		if (hadFocus) row?.focus();
	};
	const saveAndClose = async () => {
		if (await save()) close();
	};
	// A row that is scrolled away takes its field with it, not what was typed into it.
	const saveLast = useRef(save);
	saveLast.current = save;
	useEffect(() => () => void saveLast.current(), []);
	// Not by autoFocus: what stands around the field does not listen yet when that comes.
	useEffect(() => {
		input?.focus();
		input?.select();
	}, [input]);
	const onKeyDown = (event: KeyboardEvent) => {
		if (event.key === 'Enter') void saveAndClose();
		if (event.key === 'Escape') close();
	};
	return (
		<Tooltip
			relationship="inaccessible"
			positioning={{ position: 'below', align: 'start' }}
			visible={change.isError}
			content={<span role="alert">{change.isError && describeError(change.error).message}</span>}
		>
			<Input
				ref={setInput}
				size="small"
				className={styles.input}
				value={draft}
				aria-label={label}
				aria-invalid={change.isError}
				maxLength={lengthMax}
				onChange={(_, data) => setDraft(data.value)}
				onBlur={() => void saveAndClose()}
				onKeyDown={onKeyDown}
			/>
		</Tooltip>
	);
}
