/** Cells of a list of runs that are changed where they stand: the pencil or F2 opens one, Enter keeps, Escape leaves it as it was. */

import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { Run } from '@runstead/contract';
import { type KeyboardEvent, type ReactNode, Suspense, useState } from 'react';
import { EditRegular } from '../../shared/icons.ts';
import { onDemand } from '../../shared/on-demand.ts';
import { CellEditor } from './cell-editor.tsx';
import { EDITED_FIELDS, type EditedField } from './edited-fields.ts';
import { runTitle } from './run-link.tsx';
import type { OnEdited } from './use-row-edits.ts';

const Panel = onDemand(async () => (await import('../../shared/panel/panel.tsx')).Panel);
const RunTags = onDemand(async () => (await import('./run-tags.tsx')).RunTags);

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
	tags: { maxWidth: '420px' },
});

interface TextEditorProps {
	readonly run: Run;
	readonly field: EditedField;
	readonly onEdited: OnEdited;
	/** The cell as it is read, given the pencil that opens it. */
	readonly children: (pencil: ReactNode) => ReactNode;
}

export function EditableCell({ run, field, onEdited, children }: TextEditorProps) {
	const [isOpen, setIsOpen] = useState(false);
	if (isOpen) return <CellEditor run={run} field={field} onEdited={onEdited} onClose={() => setIsOpen(false)} />;
	return children(<Pencil label={`Edit the ${EDITED_FIELDS[field].label} of ${runTitle(run)}`} onClick={() => setIsOpen(true)} />);
}

interface PencilProps {
	readonly label: string;
	/** At the right end of its cell. */
	readonly isLast?: boolean;
	readonly onClick: (pencil: HTMLElement) => void;
}

function Pencil({ label, isLast = false, onClick }: PencilProps) {
	const styles = useStyles();
	return (
		<button
			type="button"
			data-edit=""
			className={mergeClasses(styles.pencil, isLast && styles.last)}
			aria-label={label}
			title="Edit (F2)"
			onClick={(event) => onClick(event.currentTarget)}
		>
			<EditRegular />
		</button>
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
	/** Beside which the box stands open; null while it does not. */
	const [target, setTarget] = useState<HTMLElement | null>(null);
	return (
		<>
			{children}
			<Pencil isLast label={`Edit the tags of ${runTitle(run)}`} onClick={setTarget} />
			{target !== null && (
				<Suspense>
					<Panel label={`Tags of ${runTitle(run)}`} target={target} className={styles.tags} onClose={() => setTarget(null)}>
						<RunTags run={run} onEdited={onEdited} />
					</Panel>
				</Suspense>
			)}
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
