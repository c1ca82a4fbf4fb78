/** Beside the title of a list: which view it is, what was changed since, and what can be done with it. */

import {
	Badge,
	Button,
	Input,
	Menu,
	MenuButton,
	MenuDivider,
	MenuGroup,
	MenuGroupHeader,
	MenuItem,
	MenuList,
	MenuPopover,
	MenuTrigger,
	MessageBar,
	MessageBarActions,
	MessageBarBody,
	makeStyles,
	Popover,
	PopoverSurface,
	Radio,
	RadioGroup,
	tokens,
} from '@fluentui/react-components';
import { RequestError } from '@runstead/client';
import type { View } from '@runstead/contract';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { Moment } from '../../shared/format/moment.tsx';
import { DeleteRegular, HistoryRegular, PeopleRegular, SaveRegular, ShareRegular, StarRegular } from '../../shared/icons.ts';
import { useNotes } from '../../shared/toasts.tsx';
import { createView, deleteView, updateView, type ViewChange, viewKeys, viewsQuery, viewVersionsQuery } from './api.ts';

type State = View['state'];

const useStyles = makeStyles({
	root: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, marginLeft: 'auto', flexWrap: 'wrap' },
	surface: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, width: '300px' },
	name: { maxWidth: '220px', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
	versions: { display: 'flex', flexDirection: 'column', maxHeight: '320px', overflowY: 'auto', gap: '2px' },
	version: { justifyContent: 'space-between', fontWeight: tokens.fontWeightRegular },
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

type Pane = 'save-as' | 'rename' | 'versions';

export function ViewBar({ workspace, experimentId, state, view, isChanged, onState }: ViewBarProps) {
	const styles = useStyles();
	const note = useNotes();
	const queries = useQueryClient();
	const navigate = useNavigate();
	const views = useQuery(viewsQuery(workspace));
	const [pane, setPane] = useState<Pane | null>(null);
	const [theirs, setTheirs] = useState<View | null>(null);
	const anchor = useRef<HTMLDivElement>(null);

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
			setPane(null);
			note({ title: `The view ${made.name} is kept.` });
			await refresh();
			open(made.id);
		} catch (error) {
			told(error);
		}
	};
	const remove = async () => {
		if (view === null) return;
		try {
			await deleteView(view.id);
			const undo = () => void saveAs(view.name, view.scope);
			note({ title: `The view ${view.name} is deleted.`, undo });
			await refresh();
			void navigate({ to: '/w/$workspace/experiments', params: { workspace }, search: {} });
		} catch (error) {
			told(error);
		}
	};
	const share = async () => {
		await navigator.clipboard?.writeText(location.href);
		note({ title: 'The address of this page is copied.', text: 'Whoever opens it sees exactly this.' });
	};
	const of = (scope: View['scope']) => (views.data ?? []).filter((one) => one.scope === scope);
	return (
		<div ref={anchor} className={styles.root}>
			<Menu>
				<MenuTrigger disableButtonEnhancement>
					<MenuButton appearance="subtle">
						<span className={styles.name}>View: {view?.name ?? (experimentId === null ? 'All runs' : 'This experiment')}</span>
					</MenuButton>
				</MenuTrigger>
				<MenuPopover>
					<MenuList>
						<MenuItem onClick={() => void navigate({ to: '/w/$workspace/experiments', params: { workspace }, search: {} })}>
							All runs
						</MenuItem>
						{(['shared', 'personal'] as const).map((scope) =>
							of(scope).length === 0 ? null : (
								<MenuGroup key={scope}>
									<MenuGroupHeader>{scope === 'shared' ? 'Shared' : 'Mine'}</MenuGroupHeader>
									{of(scope).map((one) => (
										<MenuItem key={one.id} icon={one.isDefault ? <StarRegular /> : undefined} onClick={() => open(one.id)}>
											{one.name}
										</MenuItem>
									))}
								</MenuGroup>
							),
						)}
						<MenuDivider />
						<MenuItem icon={<SaveRegular />} onClick={() => setPane('save-as')}>
							Save as …
						</MenuItem>
						{view !== null && (
							<>
								<MenuItem onClick={() => setPane('rename')}>Rename …</MenuItem>
								<MenuItem icon={<HistoryRegular />} onClick={() => setPane('versions')}>
									Versions …
								</MenuItem>
								<MenuItem
									icon={<PeopleRegular />}
									onClick={() =>
										void update(
											{ scope: view.scope === 'shared' ? 'personal' : 'shared' },
											view.scope === 'shared' ? 'The view is yours alone now.' : 'The view is shared now.',
										)
									}
								>
									{view.scope === 'shared' ? 'Make it mine alone' : 'Share with the workspace'}
								</MenuItem>
								{view.scope === 'shared' && (
									<MenuItem
										icon={<StarRegular />}
										onClick={() =>
											void update(
												{ isDefault: !view.isDefault },
												view.isDefault ? 'The workspace opens with all runs now.' : 'The workspace opens with this view now.',
											)
										}
									>
										{view.isDefault ? 'Let the workspace open with all runs' : 'Let the workspace open with it'}
									</MenuItem>
								)}
								<MenuItem icon={<DeleteRegular />} onClick={() => void remove()}>
									Delete
								</MenuItem>
							</>
						)}
					</MenuList>
				</MenuPopover>
			</Menu>
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
			<Button size="small" appearance="subtle" icon={<ShareRegular />} onClick={() => void share()}>
				Share
			</Button>
			<Popover
				open={pane !== null}
				onOpenChange={(_, data) => !data.open && setPane(null)}
				positioning={{ target: anchor.current, position: 'below', align: 'end' }}
				trapFocus
			>
				<PopoverSurface className={styles.surface} aria-label="View">
					{pane === 'save-as' && <SaveAs onSave={(name, scope) => void saveAs(name, scope)} />}
					{pane === 'rename' && view !== null && (
						<NameField
							name={view.name}
							action="Rename"
							onDone={(name) => {
								setPane(null);
								void update({ name }, `The view is called ${name} now.`);
							}}
						/>
					)}
					{pane === 'versions' && view !== null && (
						<Versions
							view={view}
							onShow={(old) => {
								setPane(null);
								onState(old, view.version);
							}}
						/>
					)}
				</PopoverSurface>
			</Popover>
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
						<Button onClick={() => setPane('save-as')}>Save mine as …</Button>
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

function SaveAs({ onSave }: { readonly onSave: (name: string, scope: View['scope']) => void }) {
	const [scope, setScope] = useState<View['scope']>('personal');
	return (
		<>
			<RadioGroup value={scope} onChange={(_, { value }) => setScope(value as View['scope'])} aria-label="For whom">
				<Radio value="personal" label="Mine alone" />
				<Radio value="shared" label="Shared with the workspace" />
			</RadioGroup>
			<NameField name="" action="Save" onDone={(name) => onSave(name, scope)} />
		</>
	);
}

const NAME_MAX = 100;

function NameField({ name, action, onDone }: { readonly name: string; readonly action: string; readonly onDone: (name: string) => void }) {
	const [draft, setDraft] = useState(name);
	const done = () => draft.trim() !== '' && onDone(draft.trim());
	return (
		<>
			<Input
				autoFocus
				value={draft}
				maxLength={NAME_MAX}
				aria-label="Name of the view"
				placeholder="Name of the view"
				onChange={(_, { value }) => setDraft(value)}
				onKeyDown={(event) => event.key === 'Enter' && done()}
			/>
			<Button appearance="primary" disabled={draft.trim() === ''} onClick={done}>
				{action}
			</Button>
		</>
	);
}

function Versions({ view, onShow }: { readonly view: View; readonly onShow: (state: State) => void }) {
	const styles = useStyles();
	const query = useInfiniteQuery(viewVersionsQuery(view.id));
	const versions = query.data?.pages.flatMap((page) => page.versions) ?? [];
	return (
		<div className={styles.versions}>
			{versions.map((one) => (
				<Button key={one.version} appearance="subtle" className={styles.version} onClick={() => onShow(one.state)}>
					<span>
						Version {one.version} by {one.actor}
					</span>
					<Moment time={one.time} />
				</Button>
			))}
			{query.hasNextPage && <Button onClick={() => void query.fetchNextPage()}>Older ones</Button>}
		</div>
	);
}
