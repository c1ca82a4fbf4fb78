/** The box in which traces are filtered, with conditions to begin with, and what cannot be read. */
import { Button, Input, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, makeStyles, tokens } from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { AddRegular, DismissRegular, FilterRegular } from '../../shared/icons.ts';
import { filterTarget } from '../../shared/keyboard/focus-filter.ts';

const CONDITIONS: readonly (readonly [condition: string, meaning: string])[] = [
	["state = 'ERROR'", 'OK, ERROR or IN_PROGRESS'],
	['execution_time > 1000', 'in milliseconds'],
	["name = 'answer'", 'of the trace, as its program calls it'],
	["trace.text ILIKE '%word%'", 'anywhere in its spans'],
	["tags.release = 'v2'", 'a tag'],
	["metadata.`mlflow.trace.session` = 'session'", 'one conversation'],
	["metadata.`mlflow.trace.user` = 'ada'", 'one user'],
	["feedback.helpful = 'false'", 'an assessment'],
	["expectation.answer = '42'", 'what was expected'],
	["span.type = 'LLM'", 'a span within it; also span.name and span.status'],
	["trace_id = 'tr-…'", 'one trace'],
];

const ERROR_ID = 'trace-filter-error';

const useStyles = makeStyles({
	root: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, flexGrow: 1, maxWidth: '900px' },
	field: { flexGrow: 1, flexBasis: '240px', minWidth: '200px' },
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
	condition: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, overflowWrap: 'anywhere' },
	meaning: { display: 'block', color: tokens.colorNeutralForeground3, fontFamily: tokens.fontFamilyBase },
	menu: { maxWidth: '420px' },
});

interface TraceFilterProps {
	readonly value: string;
	/** Why the filter that is applied finds nothing at all. */
	readonly error: unknown;
	readonly onChange: (filter: string) => void;
}

export function TraceFilter({ value, error, onChange }: TraceFilterProps) {
	const styles = useStyles();
	const input = useRef<HTMLInputElement>(null);
	const [typed, setTyped] = useState(value);
	useEffect(() => setTyped(value), [value]);
	const apply = (next: string) => {
		if (next.trim() !== value) onChange(next.trim());
	};
	const add = (condition: string) => {
		setTyped(typed.trim() === '' ? condition : `${typed.trim()} and ${condition}`);
		requestAnimationFrame(() => input.current?.focus());
	};
	const shownError = error !== null && typed.trim() === value ? describeError(error) : null;
	return (
		<div className={styles.root}>
			<div className={styles.field}>
				<Input
					{...filterTarget}
					ref={input}
					className={styles.input}
					value={typed}
					aria-label="Filter traces"
					aria-invalid={shownError !== null}
					aria-describedby={shownError === null ? undefined : ERROR_ID}
					placeholder="Filter: state = 'ERROR' and execution_time > 1000"
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
					onKeyDown={(event) => {
						if (event.key === 'Enter') apply(typed);
						if (event.key === 'Escape') setTyped(value);
					}}
				/>
				{shownError !== null && (
					<span id={ERROR_ID} role="alert" className={styles.error}>
						{shownError.message} {shownError.hint}
					</span>
				)}
			</div>
			<Menu>
				<MenuTrigger disableButtonEnhancement>
					<Button appearance="subtle" icon={<AddRegular />}>
						Condition
					</Button>
				</MenuTrigger>
				<MenuPopover className={styles.menu}>
					<MenuList>
						{CONDITIONS.map(([condition, meaning]) => (
							<MenuItem key={condition} onClick={() => add(condition)}>
								<span className={styles.condition}>{condition}</span>
								<span className={styles.meaning}>{meaning}</span>
							</MenuItem>
						))}
					</MenuList>
				</MenuPopover>
			</Menu>
		</div>
	);
}
