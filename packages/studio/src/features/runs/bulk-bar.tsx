/** What can be done with the chosen runs: below the table, while any is chosen. */
import { Button, Input, makeStyles, Popover, PopoverSurface, PopoverTrigger, Text, tokens } from '@fluentui/react-components';
import type { Lifecycle, Run, RunsChange, Tags } from '@runstead/contract';
import { isTerminal } from '@runstead/contract';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { formatBytes } from '../../shared/format/bytes.ts';
import { formatCount } from '../../shared/format/numbers.ts';
import {
	ArchiveArrowBackRegular,
	ArchiveRegular,
	ArrowDownloadRegular,
	ColumnDoubleCompareRegular,
	DeleteRegular,
	DismissRegular,
	StopRegular,
	TagRegular,
} from '../../shared/icons.ts';
import { useNotes } from '../../shared/toasts.tsx';
import { COMPARED_RUNS_MAX } from '../compare/compare-search.ts';
import { changeRuns } from './api.ts';
import { parseTag } from './parse-tag.ts';
import { type Selection, useSelected } from './selection.ts';

const REASONS_SHOWN = 4;

const useStyles = makeStyles({
	root: {
		display: 'flex',
		flexWrap: 'wrap',
		alignItems: 'center',
		gap: tokens.spacingHorizontalS,
		padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
		borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
		backgroundColor: tokens.colorNeutralBackground2,
	},
	count: { fontWeight: tokens.fontWeightSemibold, marginRight: tokens.spacingHorizontalS },
	surface: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, maxWidth: '340px' },
});

interface BulkBarProps {
	readonly workspace: string;
	readonly selection: Selection;
	/** Those of the chosen runs that are in memory. */
	readonly runOf: (id: string) => Run | null;
	readonly lifecycle: Lifecycle | 'all';
	readonly exportAddress: (runs: readonly string[]) => string;
	/** Something was changed: the list is read again. */
	readonly onChanged: () => void;
}

const DONE: Readonly<Record<Lifecycle, string>> = { active: 'restored', archived: 'archived', trashed: 'moved to the trash' };

export function BulkBar({ workspace, selection, runOf, lifecycle, exportAddress, onChanged }: BulkBarProps) {
	const styles = useStyles();
	const note = useNotes();
	const navigate = useNavigate();
	const selected = useSelected(selection);
	const ids = [...selected];
	if (ids.length === 0) return null;
	const runs = ids.flatMap((id) => runOf(id) ?? []);

	const change = async (how: RunsChange, done: string, undo?: () => void) => {
		try {
			const { results, changed, failed, freedBytes } = await changeRuns(workspace, ids, how);
			const reasons = [...new Set(results.flatMap(({ error }) => (error === null ? [] : [`${error.message} ${error.hint}`])))];
			const freed = how.type === 'purge' ? ` ${formatBytes(freedBytes)} came free.` : '';
			note({
				title: `${formatCount(changed)} ${changed === 1 ? 'run' : 'runs'} ${done}${failed > 0 ? `, ${formatCount(failed)} not` : ''}.${freed}`,
				intent: failed > 0 ? 'warning' : 'success',
				...(reasons.length > 0 && {
					text: [...reasons.slice(0, REASONS_SHOWN), ...(reasons.length > REASONS_SHOWN ? ['…'] : [])].join('\n'),
				}),
				...(undo !== undefined && changed > 0 && { undo }),
			});
			if (how.type === 'purge' || how.type === 'lifecycle') selection.set([]);
			onChanged();
		} catch (error) {
			const { message, hint } = describeError(error);
			note({ title: message, text: hint, intent: 'error' });
		}
	};
	const again = (batches: readonly (readonly [readonly string[], RunsChange])[]) => async () => {
		for (const [some, how] of batches) if (some.length > 0) await changeRuns(workspace, some, how);
		onChanged();
	};
	const move = (to: Lifecycle) => {
		const before = (one: Lifecycle) => ids.filter((id) => (runOf(id)?.lifecycle ?? 'active') === one);
		const lifecycles: readonly Lifecycle[] = ['active', 'archived', 'trashed'];
		const back = lifecycles.filter((one) => one !== to).map((one) => [before(one), { type: 'lifecycle', lifecycle: one }] as const);
		void change({ type: 'lifecycle', lifecycle: to }, DONE[to], () => void again(back)());
	};
	const tag = (tags: Tags) => {
		const [key = ''] = Object.keys(tags);
		const back = runs.map((run): readonly [readonly string[], RunsChange] => [
			[run.id],
			key in run.tags ? { type: 'tag', tags: { [key]: run.tags[key] ?? null } } : { type: 'tag', removeTags: [key] },
		]);
		void change({ type: 'tag', tags }, 'tagged', () => void again(back)());
	};
	const canCancel = runs.some((run) => !isTerminal(run.status));
	return (
		<section className={styles.root} aria-label="Chosen runs">
			<span className={styles.count}>{formatCount(ids.length)} selected</span>
			<Button
				size="small"
				icon={<ColumnDoubleCompareRegular />}
				disabled={ids.length < 2 || ids.length > COMPARED_RUNS_MAX}
				title={ids.length > COMPARED_RUNS_MAX ? `Up to ${COMPARED_RUNS_MAX} runs can be compared` : undefined}
				onClick={() => void navigate({ to: '/w/$workspace/compare', params: { workspace }, search: { runs: ids } })}
			>
				Compare
			</Button>
			<Confirmed
				label="Cancel"
				icon={<StopRegular />}
				disabled={!canCancel}
				question={`Cancel ${formatCount(ids.length)} ${ids.length === 1 ? 'run' : 'runs'} with all below? What has ended stays as it is.`}
				action="Cancel them"
				onConfirm={() => void change({ type: 'cancel' }, 'cancelled')}
			/>
			<TagButton onTag={tag} />
			{lifecycle !== 'archived' && lifecycle !== 'trashed' && (
				<Button size="small" icon={<ArchiveRegular />} onClick={() => move('archived')}>
					Archive
				</Button>
			)}
			{lifecycle !== 'active' && (
				<Button size="small" icon={<ArchiveArrowBackRegular />} onClick={() => move('active')}>
					Restore
				</Button>
			)}
			{lifecycle !== 'trashed' && (
				<Button size="small" icon={<DeleteRegular />} onClick={() => move('trashed')}>
					Delete
				</Button>
			)}
			{lifecycle === 'trashed' && (
				<Confirmed
					label="Purge"
					icon={<DeleteRegular />}
					question={`Delete ${formatCount(ids.length)} ${ids.length === 1 ? 'run' : 'runs'} for good, with metrics, files and logs? This cannot be taken back.`}
					action="Delete for good"
					onConfirm={() => void change({ type: 'purge' }, 'deleted for good')}
				/>
			)}
			<Button size="small" as="a" href={exportAddress(ids)} download="runs.csv" icon={<ArrowDownloadRegular />}>
				CSV
			</Button>
			<Button size="small" appearance="subtle" icon={<DismissRegular />} onClick={() => selection.set([])}>
				Clear
			</Button>
		</section>
	);
}

interface ConfirmedProps {
	readonly label: string;
	readonly icon: ReactElement;
	readonly disabled?: boolean;
	readonly question: string;
	readonly action: string;
	readonly onConfirm: () => void;
}

/** For what cannot be taken back: asked where it was pressed. */
function Confirmed({ label, icon, disabled = false, question, action, onConfirm }: ConfirmedProps) {
	const styles = useStyles();
	const [isOpen, setIsOpen] = useState(false);
	return (
		<Popover open={isOpen} onOpenChange={(_, { open }) => setIsOpen(open)} trapFocus positioning="above-start">
			<PopoverTrigger disableButtonEnhancement>
				<Button size="small" icon={icon} disabled={disabled}>
					{label}
				</Button>
			</PopoverTrigger>
			<PopoverSurface className={styles.surface} aria-label={label}>
				<Text>{question}</Text>
				<Button
					appearance="primary"
					onClick={() => {
						setIsOpen(false);
						onConfirm();
					}}
				>
					{action}
				</Button>
			</PopoverSurface>
		</Popover>
	);
}

function TagButton({ onTag }: { readonly onTag: (tags: Tags) => void }) {
	const styles = useStyles();
	const [isOpen, setIsOpen] = useState(false);
	const [draft, setDraft] = useState('');
	const apply = () => {
		const tag = parseTag(draft);
		if (tag === null) return;
		setIsOpen(false);
		setDraft('');
		onTag({ [tag.key]: tag.value });
	};
	return (
		<Popover open={isOpen} onOpenChange={(_, { open }) => setIsOpen(open)} trapFocus positioning="above-start">
			<PopoverTrigger disableButtonEnhancement>
				<Button size="small" icon={<TagRegular />}>
					Tag
				</Button>
			</PopoverTrigger>
			<PopoverSurface className={styles.surface} aria-label="Tag">
				<Input
					value={draft}
					aria-label="Tag of the chosen runs"
					placeholder="quality = good"
					onChange={(_, { value }) => setDraft(value)}
					onKeyDown={(event) => event.key === 'Enter' && apply()}
				/>
				<Button appearance="primary" onClick={apply} disabled={parseTag(draft) === null}>
					Tag them
				</Button>
			</PopoverSurface>
		</Popover>
	);
}
