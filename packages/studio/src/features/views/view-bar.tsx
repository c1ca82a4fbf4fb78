/** Beside the title of a list: which view it is, what was changed since, and what can be done with it. */

import { Badge, Button, MessageBar, MessageBarActions, MessageBarBody, makeStyles, tokens } from '@fluentui/react-components';
import { RequestError } from '@runstead/client';
import type { View } from '@runstead/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { SaveRegular } from '../../shared/icons.ts';
import { onDemand } from '../../shared/on-demand.ts';
import { ShareButton } from '../../shared/share-button.tsx';
import { useNotes } from '../../shared/toasts.tsx';
import { createView, deleteView, restoreView, updateView, type ViewChange, viewKeys } from './api.ts';
import type { ViewForm } from './view-forms.tsx';
import { ViewMenu } from './view-menu.tsx';

const Panel = onDemand(async () => (await import('../../shared/panel/panel.tsx')).Panel);
const ViewFormOf = onDemand(async () => (await import('./view-forms.tsx')).ViewFormOf);

type State = View['state'];

const useStyles = makeStyles({
	root: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, marginLeft: 'auto', flexWrap: 'wrap' },
	panel: { width: '300px' },
	conflict: { flexBasis: '100%' },
});

interface ViewBarProps {
	readonly workspace: string;
	readonly experimentId: string | null;
	/** What the page shows just now. */
	readonly state: State;
	/** The view it began with; null for none. */
	readonly view: View | null;
	/** What the page shows is not what the view holds. */
	readonly isChanged: boolean;
	/** Shows a state, as of a version of the view. */
	readonly onState: (state: State, version: number) => void;
}

export function ViewBar({ workspace, experimentId, state, view, isChanged, onState }: ViewBarProps) {
	const styles = useStyles();
	const note = useNotes();
	const queries = useQueryClient();
	const navigate = useNavigate();
	const [form, setForm] = useState<ViewForm | null>(null);
	const [theirs, setTheirs] = useState<View | null>(null);
	const [anchor, setAnchor] = useState<HTMLElement | null>(null);

	const open = (id: string) => void navigate({ to: '/w/$workspace/views/$viewId', params: { workspace, viewId: id }, search: {} });
	const refresh = () => queries.invalidateQueries({ queryKey: viewKeys.all });
	const told = (error: unknown) => {
		const { message, hint } = describeError(error);
		note({ title: message, text: hint, intent: 'error' });
	};
	const update = async (change: ViewChange, done: string, version = view?.version ?? 0) => {
		if (view === null) return;
		try {
			const changed = await updateView(view.id, version, change);
			queries.setQueryData(viewKeys.one(view.id), changed);
			onState(change.state ?? state, changed.version);
			setTheirs(null);
			note({ title: done });
			await refresh();
		} catch (error) {
			const current = error instanceof RequestError && error.code === 'view-changed' ? error.details.currentView : null;
			if (current) setTheirs(current as View);
			else told(error);
		}
	};
	const saveAs = async (name: string, scope: View['scope']) => {
		try {
			const made = await createView(workspace, { name, scope, experimentId, state });
			queries.setQueryData(viewKeys.one(made.id), made);
			setForm(null);
			note({ title: `The view ${made.name} is kept.` });
			await refresh();
			open(made.id);
		} catch (error) {
			told(error);
		}
	};
	const restore = async (id: string) => {
		try {
			queries.setQueryData(viewKeys.one(id), await restoreView(id));
			await refresh();
			open(id);
		} catch (error) {
			told(error);
		}
	};
	const remove = async () => {
		if (view === null) return;
		try {
			await deleteView(view.id);
			note({ title: `The view ${view.name} is deleted.`, undo: () => void restore(view.id) });
			// First of all: a page of it would read what is gone.
			await navigate({ to: '/w/$workspace/experiments', params: { workspace }, search: {} });
			await refresh();
		} catch (error) {
			told(error);
		}
	};
	return (
		<div ref={setAnchor} className={styles.root}>
			<ViewMenu
				workspace={workspace}
				label={view?.name ?? (experimentId === null ? 'All runs' : 'This experiment')}
				view={view}
				onForm={setForm}
				onUpdate={(change, done) => void update(change, done)}
				onDelete={() => void remove()}
			/>
			{view !== null && isChanged && (
				<>
					<Badge appearance="tint" color="informative">
						changed
					</Badge>
					<Button size="small" onClick={() => onState(view.state, view.version)}>
						Revert
					</Button>
					<Button
						size="small"
						appearance="primary"
						icon={<SaveRegular />}
						onClick={() => void update({ state }, `The view ${view.name} is kept.`)}
					>
						Save
					</Button>
				</>
			)}
			<ShareButton />
			{form !== null && (
				<Suspense>
					<Panel label="View" target={anchor} positioning="below-end" className={styles.panel} onClose={() => setForm(null)}>
						<ViewFormOf
							form={form}
							view={view}
							onSave={(name, scope) => void saveAs(name, scope)}
							onRename={(name) => {
								setForm(null);
								void update({ name }, `The view is called ${name} now.`);
							}}
							onShow={(old) => {
								setForm(null);
								if (view !== null) onState(old, view.version);
							}}
						/>
					</Panel>
				</Suspense>
			)}
			{theirs !== null && (
				<MessageBar intent="warning" layout="multiline" className={styles.conflict}>
					<MessageBarBody>
						{theirs.modifiedBy} has changed this view meanwhile: it is version {theirs.version} now, yours began with version{' '}
						{view?.version}. Nothing of either is lost.
					</MessageBarBody>
					<MessageBarActions>
						<Button
							onClick={() => {
								onState(theirs.state, theirs.version);
								queries.setQueryData(viewKeys.one(theirs.id), theirs);
								setTheirs(null);
							}}
						>
							Show theirs
						</Button>
						<Button onClick={() => setForm('save-as')}>Save mine as …</Button>
						<Button
							onClick={() => void update({ state }, 'Your version is kept over theirs; theirs is among the versions.', theirs.version)}
						>
							Keep mine
						</Button>
					</MessageBarActions>
				</MessageBar>
			)}
		</div>
	);
}
