/** Every view of a workspace to go to, and what can be done with the one that is shown. */
import {
	Menu,
	MenuButton,
	MenuDivider,
	MenuGroup,
	MenuGroupHeader,
	MenuItem,
	MenuList,
	MenuPopover,
	MenuTrigger,
	makeStyles,
} from '@fluentui/react-components';
import type { View } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { DeleteRegular, HistoryRegular, PeopleRegular, SaveRegular, StarRegular } from '../../shared/icons.ts';
import { type ViewChange, viewsQuery } from './api.ts';
import type { ViewForm } from './view-forms.tsx';

const useStyles = makeStyles({
	name: { maxWidth: '220px', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
	popover: { maxHeight: '70vh', overflowY: 'auto' },
	item: { display: 'block', maxWidth: '260px', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
});

interface ViewMenuProps {
	readonly workspace: string;
	readonly label: string;
	readonly view: View | null;
	readonly onForm: (form: ViewForm) => void;
	readonly onUpdate: (change: ViewChange, done: string) => void;
	readonly onDelete: () => void;
}

export function ViewMenu({ workspace, label, view, onForm, onUpdate, onDelete }: ViewMenuProps) {
	const styles = useStyles();
	const navigate = useNavigate();
	const views = useQuery(viewsQuery(workspace));
	const open = (id: string) => void navigate({ to: '/w/$workspace/views/$viewId', params: { workspace, viewId: id }, search: {} });
	const of = (scope: View['scope']) => (views.data ?? []).filter((one) => one.scope === scope);
	return (
		<Menu>
			<MenuTrigger disableButtonEnhancement>
				<MenuButton appearance="subtle">
					<span className={styles.name} title={label}>
						View: {label}
					</span>
				</MenuButton>
			</MenuTrigger>
			<MenuPopover className={styles.popover}>
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
										<span className={styles.item} title={one.name}>
											{one.name}
										</span>
									</MenuItem>
								))}
							</MenuGroup>
						),
					)}
					<MenuDivider />
					<MenuItem icon={<SaveRegular />} onClick={() => onForm('save-as')}>
						Save as …
					</MenuItem>
					{view !== null && (
						<>
							<MenuItem onClick={() => onForm('rename')}>Rename …</MenuItem>
							<MenuItem icon={<HistoryRegular />} onClick={() => onForm('versions')}>
								Versions …
							</MenuItem>
							<MenuItem
								icon={<PeopleRegular />}
								onClick={() =>
									onUpdate(
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
										onUpdate(
											{ isDefault: !view.isDefault },
											view.isDefault ? 'The workspace opens with all runs now.' : 'The workspace opens with this view now.',
										)
									}
								>
									{view.isDefault ? 'Let the workspace open with all runs' : 'Let the workspace open with it'}
								</MenuItem>
							)}
							<MenuItem icon={<DeleteRegular />} onClick={() => onDelete()}>
								Delete
							</MenuItem>
						</>
					)}
				</MenuList>
			</MenuPopover>
		</Menu>
	);
}
