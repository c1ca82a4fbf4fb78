/** Queries that are kept under a name, for oneself or for the workspace: opened, kept anew, deleted with a way back. */
import { Badge, Button, makeStyles, tokens } from '@fluentui/react-components';
import type { View } from '@runstead/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { DeleteRegular, SaveRegular } from '../../shared/icons.ts';
import { onDemand } from '../../shared/on-demand.ts';
import { useNotes } from '../../shared/toasts.tsx';
import { createView, deleteView, restoreView, updateView, viewKeys, viewsQuery } from '../views/api.ts';
import { type LogsSearch, parseLogsSearch } from './logs-search.ts';

const Panel = onDemand(async () => (await import('../../shared/panel/panel.tsx')).Panel);
const SaveAs = onDemand(async () => (await import('../views/view-forms.tsx')).SaveAs);

const useStyles = makeStyles({
	panel: { width: '340px' },
	list: { margin: 0, padding: 0, listStyleType: 'none', maxHeight: '300px', overflowY: 'auto' },
	entry: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalXS },
	name: { flexGrow: 1, justifyContent: 'flex-start', fontWeight: tokens.fontWeightRegular, minWidth: 0, overflowWrap: 'anywhere' },
	said: { color: tokens.colorNeutralForeground3 },
});

interface SavedQueriesProps {
	readonly workspace: string;
	/** What would be kept: the query that is written, its time and scope. */
	readonly current: LogsSearch;
	readonly onOpen: (search: LogsSearch) => void;
}

export function SavedQueries({ workspace, current, onOpen }: SavedQueriesProps) {
	const styles = useStyles();
	const note = useNotes();
	const queries = useQueryClient();
	const [anchor, setAnchor] = useState<HTMLElement | null>(null);
	const [isOpen, setOpen] = useState(false);
	const saved = useQuery({ ...viewsQuery(workspace, 'logs'), enabled: isOpen });

	const attempt = async (work: () => Promise<unknown>, done: Parameters<typeof note>[0]) => {
		try {
			await work();
			note(done);
			await queries.invalidateQueries({ queryKey: viewKeys.all });
		} catch (error) {
			const { message, hint } = describeError(error);
			note({ title: message, text: hint, intent: 'error' });
		}
	};
	const create = (name: string, scope: View['scope'], state: View['state']) => createView(workspace, { name, scope, page: 'logs', state });
	const save = (name: string, scope: View['scope']) => {
		const before = saved.data?.find((one) => one.name === name && one.scope === scope);
		setOpen(false);
		void attempt(() => (before ? updateView(before.id, before.version, { state: { ...current } }) : create(name, scope, { ...current })), {
			title: before ? `The query ${name} is changed.` : `The query ${name} is kept.`,
		});
	};
	const remove = (view: View) => {
		// While the panel is open it alone can be reached by keys, and not what takes this back.
		setOpen(false);
		anchor?.focus();
		void attempt(() => deleteView(view.id), {
			title: `The query ${view.name} is deleted.`,
			undo: () => void attempt(() => restoreView(view.id), { title: `The query ${view.name} is back.` }),
		});
	};

	return (
		<>
			<Button ref={setAnchor} size="small" icon={<SaveRegular />} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
				Saved queries
			</Button>
			{isOpen && (
				<Suspense>
					<Panel label="Saved queries" target={anchor} className={styles.panel} onClose={() => setOpen(false)}>
						{saved.data?.length === 0 && <span className={styles.said}>None yet. Keep the one that is written:</span>}
						<ul className={styles.list}>
							{saved.data?.map((view) => (
								<li key={view.id} className={styles.entry}>
									<Button
										appearance="subtle"
										className={styles.name}
										onClick={() => {
											setOpen(false);
											onOpen(parseLogsSearch(view.state));
										}}
									>
										{view.name}
									</Button>
									{view.scope === 'shared' && (
										<Badge appearance="tint" color="informative" title={`By ${view.owner}`}>
											shared
										</Badge>
									)}
									<Button
										appearance="subtle"
										size="small"
										icon={<DeleteRegular />}
										aria-label={`Delete the query ${view.name}`}
										onClick={() => remove(view)}
									/>
								</li>
							))}
						</ul>
						<SaveAs noun="query" onSave={save} />
					</Panel>
				</Suspense>
			)}
		</>
	);
}
