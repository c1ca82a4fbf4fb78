/** What can be done with the chosen runs: below the table, while any is chosen. */
import { Button, Input, makeStyles, Popover, PopoverSurface, PopoverTrigger, ProgressBar, Text, tokens } from '@fluentui/react-components';
import { isTerminal, type Lifecycle, type Run, type RunsChange, type Tags } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useRef, useState } from 'react';
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
import { changeRuns, type RunSearch, readAllIds, summaryQuery } from './api.ts';
import { changeMany } from './change-many.ts';
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
	progress: { flexGrow: 1, maxWidth: '400px' },
	surface: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, maxWidth: '340px' },
});

interface BulkBarProps {
	readonly workspace: string;
	readonly selection: Selection;
	/** Those of the chosen runs that are in memory. */
	readonly runOf: (id: string) => Run | null;
	/** Of the list: what "all" means. */
	readonly search: RunSearch;
	/** Of these runs; of all that match the search for null. */
	readonly exportAddress: (search: RunSearch, runs: readonly string[] | null) => string;
	/** Something was changed: the list is read again. */
	readonly onChanged: () => void;
}

interface Progress {
	readonly title: string;
	readonly done: number;
	readonly total: number;
}

/** Ids in the address of a CSV file; more would be cut on its way. */
const EXPORTED_MAX = 150;

const DONE: Readonly<Record<Lifecycle, string>> = { active: 'restored', archived: 'archived', trashed: 'moved to the trash' };

export function BulkBar({ workspace, selection, runOf, search, exportAddress, onChanged }: BulkBarProps) {
	const styles = useStyles();
	const note = useNotes();
	const navigate = useNavigate();
	const selected = useSelected(selection);
	const [progress, setProgress] = useState<Progress | null>(null);
	const isStopped = useRef(false);
	const summary = useQuery({ ...summaryQuery(search), enabled: selected.size > 0 });
	const ids = [...selected];
	if (ids.length === 0) return null;
	const { lifecycle } = search;
	const runs = ids.flatMap((id) => runOf(id) ?? []);

	const fail = (error: unknown) => {
		const { message, hint } = describeError(error);
		note({ title: message, text: hint, intent: 'error' });
	};
	const working = async <T,>(title: string, total: number, work: (onProgress: (done: number) => void) => Promise<T>): Promise<T> => {
		isStopped.current = false;
		setProgress({ title, done: 0, total });
		try {
			return await work((done) => setProgress({ title, done, total }));
		} finally {
			setProgress(null);
		}
	};
	const selectAll = async (total: number) => {
		try {
			const all = await working('Choosing', total, (onProgress) => readAllIds(search, onProgress, () => isStopped.current));
			selection.set(all, isStopped.current ? null : search);
		} catch (error) {
			fail(error);
		}
	};
	const send = (how: RunsChange, some: readonly string[]) =>
		working('Changing', some.length, (onProgress) =>
			changeMany(
				some,
				(batch) => changeRuns(workspace, batch, how),
				onProgress,
				() => isStopped.current,
			),
		);
	const change = async (how: RunsChange, done: string, undo?: readonly (readonly [readonly string[], RunsChange])[]) => {
		const { changed, failed, freedBytes, reasons, moved, error, leftCount } = await send(how, ids);
		const freed = how.type === 'purge' ? ` ${formatBytes(freedBytes)} came free.` : '';
		const left = leftCount > 0 ? `, ${formatCount(leftCount)} left as they are` : '';
		const back: typeof undo =
			how.type === 'lifecycle' ? [...moved].map(([from, some]) => [some, { type: 'lifecycle', lifecycle: from, alone: true }]) : undo;
		note({
			title: `${formatCount(changed)} ${changed === 1 ? 'run' : 'runs'} ${done}${failed > 0 ? `, ${formatCount(failed)} not` : ''}${left}.${freed}`,
			intent: failed > 0 || leftCount > 0 ? 'warning' : 'success',
			...(reasons.length > 0 && {
				text: [...reasons.slice(0, REASONS_SHOWN), ...(reasons.length > REASONS_SHOWN ? ['…'] : [])].join('\n'),
			}),
			...(back !== undefined && changed > 0 && { undo: () => void takeBack(back) }),
		});
		if (error !== null) fail(error);
		else if (how.type === 'purge' || how.type === 'lifecycle') selection.set([]);
		onChanged();
	};
	const takeBack = async (batches: readonly (readonly [readonly string[], RunsChange])[]) => {
		for (const [some, how] of batches) {
			const { error } = await send(how, some);
			if (error === null) continue;
			fail(error);
			break;
		}
		onChanged();
	};
	const move = (to: Lifecycle) => void change({ type: 'lifecycle', lifecycle: to }, DONE[to]);
	const tag = (tags: Tags) => {
		const [key = ''] = Object.keys(tags);
		const back = runs.map((run): readonly [readonly string[], RunsChange] => [
			[run.id],
			key in run.tags ? { type: 'tag', tags: { [key]: run.tags[key] ?? null } } : { type: 'tag', removeTags: [key] },
		]);
		// What is not in memory is not known as it was.
		void change({ type: 'tag', tags }, 'tagged', runs.length === ids.length ? back : undefined);
	};
	const canCancel = runs.length < ids.length || runs.some((run) => !isTerminal(run.status));
	const total = summary.data?.runCount ?? 0;
	if (progress !== null) return <Working progress={progress} onStop={() => (isStopped.current = true)} />;
	return (
		<section className={styles.root} aria-label="Chosen runs">
			<span className={styles.count}>{formatCount(ids.length)} selected</span>
			{selection.whole === null && total > ids.length && (
				<Button size="small" appearance="subtle" onClick={() => void selectAll(total)}>
					Select all {formatCount(total)} that match
				</Button>
			)}
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
			{selection.whole === null && ids.length > EXPORTED_MAX ? (
				<Button size="small" disabled icon={<ArrowDownloadRegular />} title={`Up to ${EXPORTED_MAX} chosen runs, or all that match`}>
					CSV
				</Button>
			) : (
				<Button
					size="small"
					as="a"
					href={exportAddress(selection.whole ?? search, selection.whole === null ? ids : null)}
					download="runs.csv"
					icon={<ArrowDownloadRegular />}
				>
					CSV
				</Button>
			)}
			<Button size="small" appearance="subtle" icon={<DismissRegular />} onClick={() => selection.set([])}>
				Clear
			</Button>
		</section>
	);
}

function Working({ progress, onStop }: { readonly progress: Progress; readonly onStop: () => void }) {
	const styles = useStyles();
	const { title, done, total } = progress;
	return (
		<section className={styles.root} aria-label="Chosen runs">
			<span className={styles.count} role="status">
				{title} {formatCount(done)} of {formatCount(total)} …
			</span>
			<ProgressBar className={styles.progress} value={done} max={Math.max(1, total)} aria-label={title} />
			<Button size="small" onClick={onStop}>
				Stop
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
