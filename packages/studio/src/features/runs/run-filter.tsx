/** The box in which runs are filtered, with what cannot be read and where. */
import { Input, makeStyles, tokens } from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';
import { DismissRegular, FilterRegular } from '../../shared/icons.ts';
import { filterTarget } from '../../shared/keyboard/focus-filter.ts';
import type { FilterError } from './filter-error.ts';

const useStyles = makeStyles({
	root: { flexGrow: 1, minWidth: '200px', maxWidth: '720px', position: 'relative' },
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
	readonly onChange: (value: string) => void;
}

export function RunFilter({ value, error, onChange }: RunFilterProps) {
	const styles = useStyles();
	const input = useRef<HTMLInputElement>(null);
	const [typed, setTyped] = useState(value);
	useEffect(() => setTyped(value), [value]);
	// What was wrong is told until one types: then it may be mended already.
	const shownError = typed.trim() === value.trim() ? error : null;
	const apply = (next: string) => {
		if (next !== value) onChange(next);
	};
	return (
		<div className={styles.root}>
			<Input
				{...filterTarget}
				ref={input}
				className={styles.input}
				value={typed}
				aria-label="Filter runs"
				aria-invalid={shownError !== null}
				aria-describedby={shownError === null ? undefined : 'run-filter-error'}
				placeholder="Filter: metrics.mse.min < 3000 and tags.quality is not null"
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
				onChange={(_, data) => setTyped(data.value)}
				onBlur={() => apply(typed.trim())}
				onKeyDown={(event) => {
					if (event.key === 'Enter') apply(typed.trim());
					if (event.key !== 'Escape') return;
					setTyped(value);
					event.currentTarget.blur();
				}}
			/>
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
