/** What a column of a table is: how it is headed, ordered, sized, and how a row fills it. */
import type { ReactNode } from 'react';

export interface TableColumn<Row> {
	/** Stands in addresses, so it never changes its meaning. */
	readonly id: string;
	readonly header: string;
	/** Said on hover of the header. */
	readonly title?: string;
	readonly widthPx: number;
	/** Takes what room is left. */
	readonly grows?: boolean;
	/** Right-aligned, in figures of one width. */
	readonly isNumeric?: boolean;
	/** What the server is told to order by; absent where it cannot. */
	readonly orderBy?: string;
	readonly cell: (row: Row) => ReactNode;
}

export interface TableOrder {
	readonly by: string;
	readonly isAscending: boolean;
}

/** Another column starts with its greatest first, as most are looked for; the same one turns round. */
export function nextOrder(order: TableOrder | null, by: string): TableOrder {
	return { by, isAscending: order?.by === by ? !order.isAscending : false };
}
