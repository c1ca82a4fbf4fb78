/** What can be done with the chosen runs: below the table, while any is chosen. */
import { Button, Input, makeStyles, ProgressBar, tokens } from '@fluentui/react-components';
import { isTerminal, type Run } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
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
import { Confirmed } from '../../shared/panel/confirmed.tsx';
import { PanelButton } from '../../shared/panel/panel-button.tsx';
import { COMPARED_RUNS_MAX } from '../compare/compare-search.ts';
import { type RunSearch, summaryQuery } from './api.ts';
import { parseTag } from './parse-tag.ts';
import { type Selection, useSelected } from './selection.ts';
import { type Progress, useBulkChanges } from './use-bulk-changes.ts';

const useStyles = makeStyles({
	root: {
		display: 'flex',
		flexWrap: 'wrap',
		alignItems: 'center',
		gap: tokens.spacingHorizontalS,
		padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
		borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
		backgroundColor: tokens.colorNeutralBackground2,
		// At the foot of the page, also where the chosen runs have left the list.
		marginTop: 'auto',
		position: 'sticky',
		bottom: 0,
		zIndex: 3,
	},
	count: { fontWeight: tokens.fontWeightSemibold, marginRight: tokens.spacingHorizontalS },
	progress: { flexGrow: 1, maxWidth: '400px' },
	panel: { maxWidth: '340px' },
});

export interface BulkBarProps {
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

/** Ids in the address of a CSV file; more would be cut on its way. */
const EXPORTED_MAX = 150;

export function BulkBar({ workspace, selection, runOf, search, exportAddress, onChanged }: BulkBarProps) {
	const styles = useStyles();
	const navigate = useNavigate();
	const selected = useSelected(selection);
	const changes = useBulkChanges({ workspace, selection, search, runOf, onChanged });
	const summary = useQuery({ ...summaryQuery(search), enabled: selected.size > 0 });
	const ids = [...selected];
	const { lifecycle } = search;
	const runs = ids.flatMap((id) => runOf(id) ?? []);
	const canCancel = runs.length < ids.length || runs.some((run) => !isTerminal(run.status));
	const total = summary.data?.runCount ?? 0;
	if (changes.progress !== null) return <Working progress={changes.progress} onStop={changes.stop} />;
	if (ids.length === 0) return null;
	return (
		<section className={styles.root} aria-label="Chosen runs">
			<span className={styles.count}>{formatCount(ids.length)} selected</span>
			{selection.whole === null && total > ids.length && (
				<Button size="small" appearance="subtle" onClick={() => void changes.selectAll(total)}>
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
				dismissal="Keep running"
				onConfirm={() => void changes.cancel(ids)}
			/>
			<TagButton onTag={(key, value) => void changes.tag(ids, key, value)} />
			{lifecycle !== 'archived' && lifecycle !== 'trashed' && (
				<Button size="small" icon={<ArchiveRegular />} onClick={() => void changes.move(ids, 'archived')}>
					Archive
				</Button>
			)}
			{lifecycle !== 'active' && (
				<Button size="small" icon={<ArchiveArrowBackRegular />} onClick={() => void changes.move(ids, 'active')}>
					Restore
				</Button>
			)}
			{lifecycle !== 'trashed' && (
				<Button size="small" icon={<DeleteRegular />} onClick={() => void changes.move(ids, 'trashed')}>
					Delete
				</Button>
			)}
			{lifecycle === 'trashed' && (
				<Confirmed
					label="Purge"
					icon={<DeleteRegular />}
					question={`Delete ${formatCount(ids.length)} ${ids.length === 1 ? 'run' : 'runs'} for good, with metrics, files and logs? This cannot be taken back.`}
					action="Delete for good"
					onConfirm={() => void changes.purge(ids)}
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

type OnTag = (key: string, value: string | null) => void;

function TagButton({ onTag }: { readonly onTag: OnTag }) {
	const styles = useStyles();
	return (
		<PanelButton
			label="Tag"
			positioning="above-start"
			className={styles.panel}
			button={{ size: 'small', icon: <TagRegular />, children: 'Tag' }}
		>
			{(close) => (
				<TagForm
					onTag={(key, value) => {
						close();
						onTag(key, value);
					}}
				/>
			)}
		</PanelButton>
	);
}

function TagForm({ onTag }: { readonly onTag: OnTag }) {
	const [draft, setDraft] = useState('');
	const tag = parseTag(draft);
	const apply = () => tag !== null && onTag(tag.key, tag.value);
	return (
		<>
			<Input
				autoFocus
				value={draft}
				aria-label="Tag of the chosen runs"
				placeholder="quality = good"
				onChange={(_, { value }) => setDraft(value)}
				onKeyDown={(event) => event.key === 'Enter' && apply()}
			/>
			<Button appearance="primary" onClick={apply} disabled={tag === null}>
				Tag them
			</Button>
		</>
	);
}
