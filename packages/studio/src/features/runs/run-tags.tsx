/** The tags of a run, added and removed where they stand. */
import { Button, Input, makeStyles, tokens } from '@fluentui/react-components';
import type { Run } from '@runstead/contract';
import { useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { DismissRegular } from '../../shared/icons.ts';
import { ownTags } from '../../shared/text/own-tags.ts';
import { type RunChange, useChangeRun } from './api.ts';
import { parseTag } from './parse-tag.ts';
import { tagText } from './tag-list.tsx';
import type { OnEdited } from './use-row-edits.ts';

const useStyles = makeStyles({
	root: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
	tag: {
		display: 'inline-flex',
		alignItems: 'center',
		gap: '2px',
		paddingLeft: '8px',
		borderRadius: tokens.borderRadiusMedium,
		backgroundColor: tokens.colorNeutralBackground4,
		overflowWrap: 'anywhere',
	},
	input: { width: '200px' },
	error: { color: tokens.colorPaletteRedForeground1, fontSize: tokens.fontSizeBase200 },
});

export function RunTags({ run, onEdited }: { readonly run: Run; readonly onEdited?: OnEdited }) {
	const styles = useStyles();
	const change = useChangeRun(run.id);
	const [draft, setDraft] = useState('');
	const [showsAll, setShowsAll] = useState(false);
	const shown = showsAll ? run.tags : ownTags(run.tags);
	const hiddenCount = Object.keys(run.tags).length - Object.keys(shown).length;
	const save = async (wanted: RunChange) => {
		// A failure stands below the tags.
		const isDone = await change.mutateAsync(wanted).then(
			() => true,
			() => false,
		);
		if (isDone) onEdited?.(run, wanted);
	};
	const add = () => {
		const tag = parseTag(draft);
		if (tag === null) return;
		void save({ kind: 'tag', tags: { [tag.key]: tag.value } });
		setDraft('');
	};
	return (
		<div className={styles.root}>
			{Object.entries(shown).map(([key, value]) => (
				<span key={key} className={styles.tag}>
					{tagText(key, value)}
					<Button
						size="small"
						appearance="transparent"
						icon={<DismissRegular />}
						aria-label={`Remove the tag ${key}`}
						onClick={() => void save({ kind: 'untag', key })}
					/>
				</span>
			))}
			{hiddenCount > 0 && (
				<Button size="small" appearance="subtle" title="Tags that MLflow's clients write for themselves" onClick={() => setShowsAll(true)}>
					{hiddenCount} of MLflow
				</Button>
			)}
			<Input
				size="small"
				className={styles.input}
				value={draft}
				aria-label="Add a tag"
				placeholder="Add a tag: quality = good"
				onChange={(_, data) => setDraft(data.value)}
				onBlur={add}
				onKeyDown={(event) => {
					if (event.key === 'Enter') add();
					if (event.key === 'Escape') setDraft('');
				}}
			/>
			{change.isError && <span className={styles.error}>{describeError(change.error).message}</span>}
		</div>
	);
}
