/** The box in which runs are filtered, with what cannot be read and where. */
import { Input, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { FieldNames } from '@runstead/contract';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { DismissRegular, FilterRegular } from '../../shared/icons.ts';
import { filterTarget } from '../../shared/keyboard/focus-filter.ts';
import { type Completion, completionsAt } from './filter-complete.ts';
import type { FilterError } from './filter-error.ts';

const useStyles = makeStyles({
	root: { flexGrow: 1, flexBasis: '240px', minWidth: '200px', maxWidth: '900px', position: 'relative' },
	list: {
		position: 'absolute',
		top: '34px',
		left: 0,
		zIndex: 5,
		minWidth: '320px',
		maxWidth: '100%',
		maxHeight: '320px',
		overflowY: 'auto',
		margin: 0,
		padding: '4px',
		listStyleType: 'none',
		backgroundColor: tokens.colorNeutralBackground1,
		borderRadius: tokens.borderRadiusMedium,
		boxShadow: tokens.shadow16,
	},
	option: {
		display: 'flex',
		justifyContent: 'space-between',
		gap: tokens.spacingHorizontalL,
		padding: '4px 8px',
		borderRadius: tokens.borderRadiusSmall,
		fontFamily: tokens.fontFamilyMonospace,
		fontSize: tokens.fontSizeBase200,
		cursor: 'pointer',
		overflowWrap: 'anywhere',
		':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
	},
	active: { backgroundColor: tokens.colorNeutralBackground1Selected },
	detail: { color: tokens.colorNeutralForeground3, fontFamily: tokens.fontFamilyBase, flexShrink: 0 },
	input: { width: '100%', fontFamily: tokens.fontFamilyMonospace },
	clear: {
		display: 'inline-flex',
		padding: 0,
		border: 'none',
		background: 'none',
		color: tokens.colorNeutralForeground3,
		cursor: 'pointer',
	},
	error: {
		display: 'block',
		marginTop: tokens.spacingVerticalXS,
		fontSize: tokens.fontSizeBase200,
		color: tokens.colorPaletteRedForeground1,
	},
	text: { fontFamily: tokens.fontFamilyMonospace, color: tokens.colorNeutralForeground2, whiteSpace: 'pre-wrap' },
	place: { backgroundColor: tokens.colorPaletteRedBackground2, color: tokens.colorPaletteRedForeground2, borderRadius: '2px' },
});

interface RunFilterProps {
	readonly value: string;
	readonly error: FilterError | null;
	/** What may be completed. */
	readonly names: FieldNames;
	readonly onChange: (value: string) => void;
}

const LIST_ID = 'run-filter-completions';

export function RunFilter({ value, error, names, onChange }: RunFilterProps) {
	const styles = useStyles();
	const input = useRef<HTMLInputElement>(null);
	const [typed, setTyped] = useState(value);
	const [isOpen, setIsOpen] = useState(false);
	const [active, setActive] = useState(-1);
	const [caret, setCaret] = useState(0);
	const completions = isOpen ? completionsAt(typed, caret, names) : [];
	const chosen = completions[active];
	useEffect(() => setTyped(value), [value]);
	const complete = (completion: Completion) => {
		const next = typed.slice(0, completion.from) + completion.text + typed.slice(caret);
		setTyped(next);
		setActive(-1);
		const place = completion.from + completion.text.length;
		requestAnimationFrame(() => {
			input.current?.focus();
			input.current?.setSelectionRange(place, place);
		});
		setCaret(place);
		setIsOpen(true);
	};
	// What was wrong is told until one types: then it may be mended already.
	const shownError = typed.trim() === value.trim() ? error : null;
	const apply = (next: string) => {
		if (next !== value) onChange(next);
	};
	const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		if (step !== undefined && completions.length > 0) {
			event.preventDefault();
			setActive((active + step + completions.length + (active < 0 && step < 0 ? 1 : 0)) % completions.length);
			return;
		}
		if ((event.key === 'Enter' || event.key === 'Tab') && chosen !== undefined) {
			event.preventDefault();
			complete(chosen);
			return;
		}
		if (event.key === ' ' && event.ctrlKey) {
			event.preventDefault();
			setIsOpen(true);
		}
		if (event.key === 'Enter') {
			setIsOpen(false);
			apply(typed.trim());
		}
		if (event.key !== 'Escape') return;
		if (completions.length > 0) {
			setIsOpen(false);
			return;
		}
		setTyped(value);
		event.currentTarget.blur();
	};
	return (
		<div className={styles.root}>
			<Input
				{...filterTarget}
				ref={input}
				className={styles.input}
				value={typed}
				aria-label="Filter runs"
				role="combobox"
				aria-autocomplete="list"
				aria-expanded={completions.length > 0}
				aria-controls={completions.length > 0 ? LIST_ID : undefined}
				aria-activedescendant={chosen === undefined ? undefined : `${LIST_ID}-${active}`}
				aria-invalid={shownError !== null}
				aria-describedby={shownError === null ? undefined : 'run-filter-error'}
				placeholder="Filter: metrics.acc > 0.9 and params.alpha = '0.1' and tags.quality is not null"
				spellCheck={false}
				autoComplete="off"
				contentBefore={<FilterRegular />}
				contentAfter={
					typed === '' ? null : (
						<button
							type="button"
							className={styles.clear}
							aria-label="Clear the filter"
							onClick={() => {
								setTyped('');
								apply('');
								input.current?.focus();
							}}
						>
							<DismissRegular />
						</button>
					)
				}
				onChange={(event, data) => {
					setTyped(data.value);
					setCaret(event.target.selectionStart ?? data.value.length);
					setIsOpen(true);
					setActive(-1);
				}}
				onBlur={() => {
					setIsOpen(false);
					apply(typed.trim());
				}}
				onKeyDown={onKeyDown}
				onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
				onClick={() => setActive(-1)}
			/>
			{completions.length > 0 && (
				// The focus stays in the field: the pressed button of the mouse must not take it.
				<div
					id={LIST_ID}
					role="listbox"
					tabIndex={-1}
					aria-label="Completions"
					className={styles.list}
					onMouseDown={(event) => event.preventDefault()}
				>
					{completions.map((completion, index) => (
						// biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field
						<div
							key={`${completion.label} ${completion.detail}`}
							id={`${LIST_ID}-${index}`}
							role="option"
							tabIndex={-1}
							aria-selected={index === active}
							className={mergeClasses(styles.option, index === active && styles.active)}
							ref={index === active ? (element) => element?.scrollIntoView({ block: 'nearest' }) : undefined}
							onClick={() => complete(completion)}
						>
							<span>{completion.label}</span>
							<span className={styles.detail}>{completion.detail}</span>
						</div>
					))}
				</div>
			)}
			{shownError !== null && <FilterErrorText id="run-filter-error" typed={value} error={shownError} />}
		</div>
	);
}

function FilterErrorText({ id, typed, error }: { readonly id: string; readonly typed: string; readonly error: FilterError }) {
	const styles = useStyles();
	const { position } = error;
	return (
		<span id={id} role="alert" className={styles.error} title={error.hint}>
			<code className={styles.text}>
				{typed.slice(0, position)}
				<mark className={styles.place}>{typed.slice(position, position + 1) || '␣'}</mark>
				{typed.slice(position + 1)}
			</code>{' '}
			{error.reason}
		</span>
	);
}
