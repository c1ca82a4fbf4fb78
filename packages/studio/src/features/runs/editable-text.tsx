/** A text that is edited where it stands: click, type, Enter; Esc leaves it as it was. */
import { Button, Input, makeStyles, mergeClasses } from '@fluentui/react-components';
import { type ReactNode, useState } from 'react';
import { EditRegular } from '../../shared/icons.ts';

const useStyles = makeStyles({
	root: { display: 'inline-flex', alignItems: 'center', gap: '2px', minWidth: 0 },
	text: { minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis' },
	edit: { minWidth: '24px', opacity: 0.6, ':hover': { opacity: 1 }, ':focus-visible': { opacity: 1 } },
	input: { minWidth: '260px' },
});

interface EditableTextProps {
	readonly value: string;
	/** What it is, for the button and the field. */
	readonly label: string;
	readonly lengthMax: number;
	readonly placeholder?: string;
	readonly onSave: (value: string) => void;
	readonly className?: string;
	/** How it is shown; the value itself if absent. */
	readonly children?: ReactNode;
}

export function EditableText({ value, label, lengthMax, placeholder, onSave, className, children }: EditableTextProps) {
	const styles = useStyles();
	const [draft, setDraft] = useState<string | null>(null);
	const save = () => {
		if (draft !== null && draft.trim() !== value) onSave(draft.trim());
		setDraft(null);
	};
	if (draft === null) {
		return (
			<span className={mergeClasses(styles.root, className)}>
				<span className={styles.text} title={value}>
					{children ?? value}
				</span>
				<Button
					size="small"
					appearance="transparent"
					className={styles.edit}
					icon={<EditRegular />}
					aria-label={`Edit the ${label}`}
					onClick={() => setDraft(value)}
				/>
			</span>
		);
	}
	return (
		<Input
			autoFocus
			className={styles.input}
			value={draft}
			aria-label={label}
			placeholder={placeholder}
			maxLength={lengthMax}
			onChange={(_, data) => setDraft(data.value)}
			onBlur={save}
			onKeyDown={(event) => {
				if (event.key === 'Enter') save();
				if (event.key === 'Escape') setDraft(null);
			}}
		/>
	);
}
