/** Cells of a list of runs that are changed where they stand: the pencil or F2 opens one, Enter keeps, Escape leaves it as it was. */
import { Input, makeStyles, mergeClasses, Popover, PopoverSurface, PopoverTrigger, tokens } from '@fluentui/react-components';
import type { Run } from '@runstead/contract';
import { LIMITS } from '@runstead/contract';
import { type KeyboardEvent, type ReactNode, type Ref, useEffect, useRef, useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { EditRegular } from '../../shared/icons.ts';
import { useChangeRun } from './api.ts';
import { runTitle } from './run-link.tsx';
import { RunTags } from './run-tags.tsx';
import type { OnEdited } from './use-row-edits.ts';

const useStyles = makeStyles({
	pencil: {
		display: 'inline-flex',
		flexShrink: 0,
		padding: '4px',
		border: 'none',
		background: 'none',
		fontSize: '16px',
		color: tokens.colorNeutralForeground3,
		cursor: 'pointer',
		opacity: 0,
		'[data-row]:hover &': { opacity: 1 },
		'[data-row]:focus-within &': { opacity: 1 },
		':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, borderRadius: tokens.borderRadiusSmall },
	},
	last: { marginLeft: 'auto' },
	input: { width: '100%', minWidth: 0 },
	error: { color: tokens.colorPaletteRedForeground1, maxWidth: '320px', whiteSpace: 'normal' },
	tags: { maxWidth: '420px' },
});

const FIELDS = {
	displayName: { label: 'name', lengthMax: LIMITS.displayNameCharacters.max },
	description: { label: 'description', lengthMax: LIMITS.descriptionCharacters.max },
} as const;

interface TextEditorProps {
	readonly run: Run;
	readonly field: keyof typeof FIELDS;
	readonly onEdited: OnEdited;
	/** The cell as it is read, given the pencil that opens it. */
	readonly children: (pencil: ReactNode) => ReactNode;
}

export function EditableCell({ run, field, onEdited, children }: TextEditorProps) {
	const [isOpen, setIsOpen] = useState(false);
	if (isOpen) return <CellEditor run={run} field={field} onEdited={onEdited} onClose={() => setIsOpen(false)} />;
	return children(<Pencil label={`Edit the ${FIELDS[field].label} of ${runTitle(run)}`} onClick={() => setIsOpen(true)} />);
}

interface PencilProps {
	readonly ref?: Ref<HTMLButtonElement>;
	readonly label: string;
	/** At the right end of its cell. */
	readonly isLast?: boolean;
	readonly onClick?: () => void;
}

function Pencil({ label, isLast = false, ...rest }: PencilProps) {
	const styles = useStyles();
	return (
		<button
			type="button"
			data-edit=""
			className={mergeClasses(styles.pencil, isLast && styles.last)}
			aria-label={label}
			title="Edit (F2)"
			{...rest}
		>
			<EditRegular />
		</button>
	);
}

type CellEditorProps = Omit<TextEditorProps, 'children'> & { readonly onClose: () => void };

function CellEditor({ run, field, onEdited, onClose }: CellEditorProps) {
	const styles = useStyles();
	const { label, lengthMax } = FIELDS[field];
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
	const onKeyDown = (event: KeyboardEvent) => {
		if (event.key === 'Enter') void saveAndClose();
		if (event.key === 'Escape') close();
	};
	return (
		<>
			<Input
				ref={setInput}
				autoFocus
				size="small"
				className={styles.input}
				value={draft}
				aria-label={label}
				aria-invalid={change.isError}
				maxLength={lengthMax}
				onFocus={(event) => event.target.select()}
				onChange={(_, data) => setDraft(data.value)}
				onBlur={() => void saveAndClose()}
				onKeyDown={onKeyDown}
			/>
			<Popover open={change.isError} positioning={{ target: input, position: 'below', align: 'start' }} unstable_disableAutoFocus>
				<PopoverSurface className={styles.error} role="alert">
					{change.isError && describeError(change.error).message}
				</PopoverSurface>
			</Popover>
		</>
	);
}

/** The tags as they are read, and beside them the pencil: they are changed in a box of their own. */
export function EditableTags({
	run,
	onEdited,
	children,
}: {
	readonly run: Run;
	readonly onEdited: OnEdited;
	readonly children: ReactNode;
}) {
	const styles = useStyles();
	return (
		<>
			{children}
			<Popover trapFocus positioning="below-start">
				<PopoverTrigger disableButtonEnhancement>
					<Pencil isLast label={`Edit the tags of ${runTitle(run)}`} />
				</PopoverTrigger>
				<PopoverSurface
					className={styles.tags}
					aria-label={`Tags of ${runTitle(run)}`}
					// The arrows of the table are not for what stands in here.
					onKeyDown={(event) => event.key !== 'Escape' && event.stopPropagation()}
				>
					<RunTags run={run} onEdited={onEdited} />
				</PopoverSurface>
			</Popover>
		</>
	);
}

/** F2 on a row, or on anything in one of its cells: what can be edited there, else in the row, is opened. */
export function editOnF2(event: KeyboardEvent): void {
	if (event.key !== 'F2' || !(event.target instanceof HTMLElement) || event.target.matches('input')) return;
	const pencil = (place: string) => (event.target as HTMLElement).closest(place)?.querySelector<HTMLElement>('[data-edit]');
	const found = pencil('[role="gridcell"]') ?? pencil('[data-row]');
	if (!found) return;
	event.preventDefault();
	found.click();
}
