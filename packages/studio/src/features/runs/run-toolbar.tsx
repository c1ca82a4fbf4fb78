/** Above a list of runs: its filter, typed or pointed at, which runs and columns, groups, and the way out as CSV. */
import {
	Button,
	Menu,
	MenuButton,
	MenuDivider,
	MenuGroup,
	MenuGroupHeader,
	MenuItem,
	MenuItemCheckbox,
	MenuItemRadio,
	MenuList,
	MenuPopover,
	MenuTrigger,
	makeStyles,
	tokens,
} from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import { ArrowClockwiseRegular, ArrowDownloadRegular, DismissRegular, GroupRegular, MoreHorizontalRegular } from '../../shared/icons.ts';
import { exportAddress } from './api.ts';
import { ColumnPicker } from './column-picker.tsx';
import { FilterBuilder } from './filter-builder.tsx';
import { writtenName } from './filter-complete.ts';
import { nameOfField } from './filter-conditions.ts';
import { RunFilter } from './run-filter.tsx';
import type { LifecycleChoice, RunListSearch } from './run-search.ts';
import { fieldsOfColumns } from './use-run-columns.tsx';
import type { useRunList } from './use-run-list.ts';

const LIFECYCLE_LABELS: Readonly<Record<LifecycleChoice, string>> = {
	active: 'Not archived',
	archived: 'Archived',
	trashed: 'In the trash',
	all: 'All of them',
};
/** Params and tags that grouping is offered by. */
const OFFERED_MAX = 40;

const useStyles = makeStyles({
	toolbar: {
		display: 'flex',
		flexWrap: 'wrap',
		alignItems: 'flex-start',
		gap: tokens.spacingHorizontalS,
		padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL} ${tokens.spacingVerticalM}`,
	},
	menu: { maxHeight: '60vh', overflowY: 'auto' },
});

interface RunToolbarProps {
	readonly workspace: string;
	readonly view: RunListSearch;
	readonly list: ReturnType<typeof useRunList>;
	readonly onView: (change: Partial<RunListSearch>) => void;
	readonly children?: ReactNode;
}

export function RunToolbar({ workspace, view, list, onView, children }: RunToolbarProps) {
	const styles = useStyles();
	const { names, live, state } = list;
	const onColumns = (chosen: readonly string[] | null) => onView({ columns: list.keepColumns(chosen) });
	const lifecycle = view.lifecycle ?? 'active';
	const choose = (next: LifecycleChoice) => {
		list.selection.set([]);
		onView({ lifecycle: next });
	};
	const hasNews = live.newCount > 0 || state.isStale;
	return (
		<div className={styles.toolbar}>
			<RunFilter value={view.filter ?? ''} error={list.filterError} names={names} onChange={(filter) => onView({ filter })} />
			<FilterBuilder filter={view.filter ?? ''} names={names} onChange={(filter) => onView({ filter })} />
			{children}
			{lifecycle !== 'active' && (
				<Button
					appearance="primary"
					icon={<DismissRegular />}
					iconPosition="after"
					title="Show runs that are not archived"
					onClick={() => choose('active')}
				>
					{LIFECYCLE_LABELS[lifecycle]}
				</Button>
			)}
			<GroupMenu group={list.group} names={names} onGroup={(group) => onView({ group: group ?? '' })} />
			<ColumnPicker workspace={workspace} chosen={list.ids} onChoose={onColumns} />
			<Menu
				checkedValues={{ flat: view.flat === true ? ['flat'] : [], lifecycle: [lifecycle] }}
				onCheckedValueChange={(_, { name, checkedItems }) =>
					name === 'flat' ? onView({ flat: checkedItems.includes('flat') }) : choose(checkedItems[0] as LifecycleChoice)
				}
			>
				<MenuTrigger disableButtonEnhancement>
					<MenuButton icon={<MoreHorizontalRegular />} menuIcon={null} aria-label="More ways" />
				</MenuTrigger>
				<MenuPopover>
					<MenuList>
						<MenuGroup>
							<MenuGroupHeader>Which runs</MenuGroupHeader>
							{Object.entries(LIFECYCLE_LABELS).map(([value, label]) => (
								<MenuItemRadio key={value} name="lifecycle" value={value}>
									{label}
								</MenuItemRadio>
							))}
						</MenuGroup>
						<MenuDivider />
						<MenuItemCheckbox name="flat" value="flat">
							Child runs as rows
						</MenuItemCheckbox>
						<MenuDivider />
						<MenuItem icon={<ArrowDownloadRegular />} onClick={() => location.assign(exportAddress(list.search, shownFields(list.ids)))}>
							CSV of all, the columns shown
						</MenuItem>
						<MenuItem icon={<ArrowDownloadRegular />} onClick={() => location.assign(exportAddress(list.search, EVERY_FIELD))}>
							CSV of all, every column
						</MenuItem>
						{view.hidden !== undefined && <MenuItem onClick={() => onView({ hidden: [] })}>Show every run in charts</MenuItem>}
					</MenuList>
				</MenuPopover>
			</Menu>
			{hasNews && (
				<Button appearance="primary" icon={<ArrowClockwiseRegular />} onClick={live.showNew}>
					{live.newCount > 0 ? `${formatCount(live.newCount)} new ${live.newCount === 1 ? 'run' : 'runs'}` : 'The list has changed'}
				</Button>
			)}
		</div>
	);
}

function shownFields(ids: readonly string[]): string {
	return fieldsOfColumns(['id', ...ids.filter((id) => id !== 'id' && id !== 'tags')]);
}

/** The server writes a column for each param, metric and tag that is in use: an address of all of them would be cut on its way. */
const EVERY_FIELD =
	'id, number, displayName, experimentName, status, createdTime, startTime, endTime, durationMs, submittedBy, target, params, metrics, tags';

interface GroupMenuProps {
	readonly group: string | null;
	readonly names: { readonly params: readonly string[]; readonly tags: readonly string[] };
	readonly onGroup: (field: string | null) => void;
}

const ATTRIBUTES = ['status', 'experimentName', 'target', 'submittedBy', 'type'];

function GroupMenu({ group, names, onGroup }: GroupMenuProps) {
	const styles = useStyles();
	const fields = [
		...ATTRIBUTES,
		...names.params.slice(0, OFFERED_MAX).map((name) => `params.${writtenName(name)}`),
		...names.tags.slice(0, OFFERED_MAX).map((name) => `tags.${writtenName(name)}`),
	];
	return (
		<Menu>
			<MenuTrigger disableButtonEnhancement>
				<MenuButton icon={<GroupRegular />} appearance={group === null ? undefined : 'primary'}>
					{group === null ? 'Group' : `By ${nameOfField(group)}`}
				</MenuButton>
			</MenuTrigger>
			<MenuPopover className={styles.menu}>
				<MenuList>
					{group !== null && (
						<MenuItem icon={<DismissRegular />} onClick={() => onGroup(null)}>
							No groups
						</MenuItem>
					)}
					{fields.map((field) => (
						<MenuItem key={field} onClick={() => onGroup(field)}>
							{field}
						</MenuItem>
					))}
				</MenuList>
			</MenuPopover>
		</Menu>
	);
}
