/** A description, laid out from its Markdown, and edited as it was written: Ctrl Enter keeps it, Esc leaves it as it was. */
import { Button, makeStyles, Textarea, tokens } from '@fluentui/react-components';
import { LIMITS } from '@runstead/contract';
import { Suspense, useState } from 'react';
import { EditRegular } from '../../shared/icons.ts';
import { onDemand } from '../../shared/on-demand.ts';

const Markdown = onDemand(async () => (await import('../../shared/text/markdown.tsx')).Markdown);

const useStyles = makeStyles({
	shown: {
		display: 'flex',
		alignItems: 'flex-start',
		gap: '2px',
		'& p:first-child': { marginTop: 0 },
		'& p:last-child': { marginBottom: 0 },
	},
	edit: { minWidth: '24px', opacity: 0.6, ':hover': { opacity: 1 }, ':focus-visible': { opacity: 1 } },
	editing: { display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: tokens.spacingVerticalXS },
	text: { width: '100%' },
	hint: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
});

/** Pictures that it names lie nowhere. */
const noPicture = () => null;

export function EditableDescription({ value, onSave }: { readonly value: string; readonly onSave: (value: string) => void }) {
	const styles = useStyles();
	const [draft, setDraft] = useState<string | null>(null);
	const save = () => {
		if (draft !== null && draft.trim() !== value) onSave(draft.trim());
		setDraft(null);
	};
	if (draft === null)
		return (
			<div className={styles.shown}>
				{value === '' ? (
					'–'
				) : (
					<Suspense fallback={value}>
						<Markdown text={value} findPicture={noPicture} />
					</Suspense>
				)}
				<Button
					size="small"
					appearance="transparent"
					className={styles.edit}
					icon={<EditRegular />}
					aria-label="Edit the description"
					onClick={() => setDraft(value)}
				/>
			</div>
		);
	return (
		<div className={styles.editing}>
			<Textarea
				autoFocus
				className={styles.text}
				value={draft}
				rows={Math.min(12, Math.max(3, draft.split('\n').length))}
				resize="vertical"
				aria-label="description"
				placeholder="What this run is about"
				maxLength={LIMITS.descriptionCharacters.max}
				onChange={(_, data) => setDraft(data.value)}
				onBlur={save}
				onKeyDown={(event) => {
					if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
					if (event.key === 'Escape') setDraft(null);
				}}
			/>
			<span className={styles.hint}>Markdown. Ctrl Enter keeps it, Esc leaves it as it was.</span>
		</div>
	);
}
