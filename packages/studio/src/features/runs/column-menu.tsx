/** What can be done with one column: order by it, pin, move, change its statistic, group by it, take it away. */
import { Menu, MenuDivider, MenuItem, MenuItemRadio, MenuList, MenuPopover } from '@fluentui/react-components';
import { METRIC_STATISTICS } from '@runstead/contract';
import {
	ArrowLeftRegular,
	ArrowRightRegular,
	ArrowSortDownRegular,
	ArrowSortUpRegular,
	DismissRegular,
	GroupRegular,
	PinOffRegular,
	PinRegular,
} from '../../shared/icons.ts';
import { fieldOfColumn, METRIC_COLUMN, TEXT_COLUMN } from './run-search.ts';

const GROUPABLE = new Set(['status', 'experiment', 'target', 'type', 'origin', 'submittedBy']);

/** Whether runs can be shown by what they have in common there. */
function isGroupable(id: string): boolean {
	return GROUPABLE.has(id) || TEXT_COLUMN.test(id);
}

export interface ColumnMenuProps {
	readonly id: string;
	readonly target: HTMLElement;
	readonly ids: readonly string[];
	readonly isPinned: boolean;
	readonly canOrder: boolean;
	readonly sparkMetric: string | null;
	readonly metrics: readonly string[];
	readonly onClose: () => void;
	readonly onOrder: (isAscending: boolean) => void;
	readonly onPin: (count: number) => void;
	readonly onColumns: (ids: readonly string[]) => void;
	readonly onGroup: (field: string) => void;
	readonly onSpark: (metric: string) => void;
}

const METRICS_OFFERED = 30;

export function ColumnMenu(props: ColumnMenuProps) {
	const { id, target, ids, isPinned, canOrder, onClose, onOrder, onPin, onColumns, onGroup } = props;
	const place = ids.indexOf(id);
	const moved = (to: number) => onColumns(ids.toSpliced(place, 1).toSpliced(to, 0, id));
	const metric = METRIC_COLUMN.exec(id);
	const field = fieldOfColumn(id);
	return (
		<Menu
			open
			positioning={{ target, position: 'below', align: 'start' }}
			onOpenChange={(_, { open }) => !open && onClose()}
			checkedValues={{ statistic: [metric?.[2] ?? ''], spark: [props.sparkMetric ?? ''] }}
			onCheckedValueChange={(_, { name, checkedItems }) => {
				const chosen = checkedItems[0];
				if (name === 'statistic' && chosen && metric) onColumns(ids.with(place, `metrics.${metric[1]}.${chosen}`));
				if (name === 'spark' && chosen) props.onSpark(chosen);
			}}
		>
			<MenuPopover>
				<MenuList>
					{canOrder && (
						<>
							<MenuItem icon={<ArrowSortUpRegular />} onClick={() => onOrder(true)}>
								Order ascending
							</MenuItem>
							<MenuItem icon={<ArrowSortDownRegular />} onClick={() => onOrder(false)}>
								Order descending
							</MenuItem>
						</>
					)}
					{isGroupable(id) && field !== null && (
						<MenuItem icon={<GroupRegular />} onClick={() => onGroup(field)}>
							Group by this
						</MenuItem>
					)}
					{metric && (
						<>
							<MenuDivider />
							{METRIC_STATISTICS.map((statistic) => (
								<MenuItemRadio key={statistic} name="statistic" value={statistic}>
									{statistic} value
								</MenuItemRadio>
							))}
						</>
					)}
					{id === 'spark' &&
						props.metrics.slice(0, METRICS_OFFERED).map((name) => (
							<MenuItemRadio key={name} name="spark" value={name}>
								{name}
							</MenuItemRadio>
						))}
					<MenuDivider />
					<MenuItem icon={isPinned ? <PinOffRegular /> : <PinRegular />} onClick={() => onPin(isPinned ? place : place + 1)}>
						{isPinned ? 'Unpin from here on' : 'Pin up to here'}
					</MenuItem>
					{place > 1 && (
						<MenuItem icon={<ArrowLeftRegular />} onClick={() => moved(place - 1)}>
							Move left
						</MenuItem>
					)}
					{place > 0 && place < ids.length - 1 && (
						<MenuItem icon={<ArrowRightRegular />} onClick={() => moved(place + 1)}>
							Move right
						</MenuItem>
					)}
					{place > 0 && (
						<MenuItem icon={<DismissRegular />} onClick={() => onColumns(ids.filter((one) => one !== id))}>
							Take away
						</MenuItem>
					)}
				</MenuList>
			</MenuPopover>
		</Menu>
	);
}
