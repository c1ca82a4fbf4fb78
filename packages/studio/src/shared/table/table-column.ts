/** What a column of a table is: how it is headed, ordered, sized, and how a row fills it. */
import type { ReactNode } from 'react';

export interface TableColumn<Row> {
	/** Stands in addresses, so it never changes its meaning. */
	readonly id: string;
	readonly header: string;
	/** So many characters of the header that others begin with too: they are the first to go where there is no room. */
	readonly sharedStart?: number;
	/** Said on hover of the header. */
	readonly title?: string;
	readonly widthPx: number;
	/** Takes what room is left. */
	readonly grows?: boolean;
	/** Right-aligned, in figures of one width. */
	readonly isNumeric?: boolean;
	/** What the server is told to order by; absent where it cannot. */
	readonly orderBy?: string;
	/** Stays where it is: neither moved, sized nor named; for boxes and buttons before the row. */
	readonly isFixed?: boolean;
	/** In place of the words of the header. */
	readonly headerCell?: () => ReactNode;
	readonly cell: (row: Row) => ReactNode;
}

/** How the reader may arrange the columns of a table. */
export interface ColumnArranging {
	readonly onResize: (id: string, widthPx: number) => void;
	/** Puts a column before another; at the end for null. */
	readonly onMove: (id: string, beforeId: string | null) => void;
	/** Opens what can be done with a column, beside its header. */
	readonly onMenu: (id: string, target: HTMLElement) => void;
}

export interface TableOrder {
	readonly by: string;
	readonly isAscending: boolean;
}

/** Another column starts with its greatest first, as most are looked for; the same one turns round. */
export function nextOrder(order: TableOrder | null, by: string): TableOrder {
	return { by, isAscending: order?.by === by ? !order.isAscending : false };
}

/** Where pinned columns stand, in pixels from the left edge of the table. */
export function pinnedLefts(columns: readonly TableColumn<never>[], pinned: number): readonly number[] {
	let left = 0;
	return columns.slice(0, pinned).map((column) => {
		const own = left;
		left += column.widthPx;
		return own;
	});
}
