/** The command palette: type a word, choose an answer, go there or do it. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { Modal } from '../../shared/commands/modal.tsx';
import { SearchRegular } from '../../shared/icons.ts';
import { groupItems, type PaletteItem } from './palette-item.ts';
import { usePaletteItems } from './use-palette-items.ts';

/** The server is asked when the keys rest so long. */
const REST_MS = 150;
/** Longer than any name that is looked for. */
const TYPED_MAX = 200;

const useStyles = makeStyles({
	field: {
		display: 'flex',
		alignItems: 'center',
		gap: tokens.spacingHorizontalS,
		padding: `0 ${tokens.spacingHorizontalL}`,
		borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
		fontSize: '20px',
		color: tokens.colorNeutralForeground3,
	},
	input: {
		flexGrow: 1,
		minWidth: 0,
		height: '52px',
		border: 'none',
		outlineStyle: 'none',
		backgroundColor: 'transparent',
		color: tokens.colorNeutralForeground1,
		font: 'inherit',
		fontSize: tokens.fontSizeBase400,
	},
	list: { margin: 0, padding: tokens.spacingHorizontalS, overflowY: 'auto' },
	group: {
		padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalS} 2px`,
		color: tokens.colorNeutralForeground3,
		fontSize: tokens.fontSizeBase200,
	},
	item: {
		display: 'flex',
		alignItems: 'baseline',
		gap: tokens.spacingHorizontalM,
		padding: `6px ${tokens.spacingHorizontalS}`,
		borderRadius: tokens.borderRadiusMedium,
		cursor: 'pointer',
	},
	active: {
		backgroundColor: tokens.colorNeutralBackground1Selected,
		outline: `1px solid ${tokens.colorNeutralStroke1Selected}`,
		outlineOffset: '-1px',
	},
	label: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
	detail: {
		marginLeft: 'auto',
		flexShrink: 0,
		maxWidth: '50%',
		overflow: 'hidden',
		textOverflow: 'ellipsis',
		whiteSpace: 'nowrap',
		color: tokens.colorNeutralForeground3,
		fontSize: tokens.fontSizeBase200,
	},
	note: {
		padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL} ${tokens.spacingVerticalM}`,
		color: tokens.colorNeutralForeground3,
	},
});

/** What was typed, once the keys have rested. */
function useRested(text: string): string {
	const [rested, setRested] = useState(text);
	useEffect(() => {
		const timer = setTimeout(() => setRested(text), REST_MS);
		return () => clearTimeout(timer);
	}, [text]);
	return rested;
}

export function Palette({ workspace, onClose }: { readonly workspace: string; readonly onClose: () => void }) {
	const styles = useStyles();
	const listId = useId();
	const list = useRef<HTMLDivElement>(null);
	const [typed, setTyped] = useState('');
	const [chosen, setChosen] = useState(0);
	const text = typed.trim();
	const { items, isSearching, error } = usePaletteItems(workspace, text, useRested(text));
	const groups = groupItems(items);
	const shown = groups.flatMap(([, members]) => members);
	const active = Math.min(chosen, shown.length - 1);
	const optionId = (index: number) => `${listId}-${index}`;

	useEffect(() => {
		list.current?.querySelector(`[data-option="${active}"]`)?.scrollIntoView({ block: 'nearest' });
	}, [active]);
	const take = (item: PaletteItem | undefined) => {
		if (item === undefined) return;
		onClose();
		item.act();
	};
	const onKeyDown = (event: KeyboardEvent) => {
		if (event.key === 'Enter') take(shown[active]);
		else if (event.key === 'ArrowDown') setChosen((active + 1) % Math.max(1, shown.length));
		else if (event.key === 'ArrowUp') setChosen((active - 1 + shown.length) % Math.max(1, shown.length));
		else return;
		event.preventDefault();
	};
	return (
		<Modal label="Search everything" onClose={onClose}>
			<div className={styles.field}>
				<SearchRegular aria-hidden="true" />
				<input
					// biome-ignore lint/a11y/noAutofocus: the panel was opened to type in it
					autoFocus
					className={styles.input}
					role="combobox"
					aria-label="Search everything"
					aria-expanded={shown.length > 0}
					aria-controls={listId}
					aria-activedescendant={active >= 0 ? optionId(active) : undefined}
					placeholder="A run, experiment, view, cluster, page or action"
					maxLength={TYPED_MAX}
					value={typed}
					onChange={(event) => {
						setTyped(event.target.value);
						setChosen(0);
					}}
					onKeyDown={onKeyDown}
				/>
			</div>
			<div ref={list} id={listId} role="listbox" aria-label="Answers" className={styles.list} hidden={shown.length === 0}>
				{groups.map(([group, members]) => (
					// biome-ignore lint/a11y/useSemanticElements: a fieldset may not stand in a listbox
					<div key={group} role="group" aria-label={group}>
						<div className={styles.group} aria-hidden="true">
							{group}
						</div>
						{members.map((item) => {
							const index = shown.indexOf(item);
							return (
								// biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys, as a combobox does
								// biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field
								<div
									key={item.id}
									id={optionId(index)}
									data-option={index}
									role="option"
									aria-selected={index === active}
									className={mergeClasses(styles.item, index === active && styles.active)}
									onMouseMove={() => setChosen(index)}
									onClick={() => take(item)}
								>
									<span className={styles.label}>{item.label}</span>
									{item.detail !== undefined && <span className={styles.detail}>{item.detail}</span>}
								</div>
							);
						})}
					</div>
				))}
			</div>
			<div className={styles.note} role="status" hidden={shown.length > 0 && error === null}>
				{error !== null ? describeError(error).message : isSearching ? 'Searching…' : `Nothing is called “${text}”.`}
			</div>
		</Modal>
	);
}
