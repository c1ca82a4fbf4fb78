/** Keys of a table: up, down, page, home and end move between rows, right and left open and close them, Enter goes to one. */
import type { Virtualizer } from '@tanstack/react-virtual';
import { type FocusEvent, type KeyboardEvent, type RefObject, useLayoutEffect, useRef, useState } from 'react';
import type { ModelRow, RowActions } from './table-row.tsx';

const PAGE_ROWS = 10;

interface RowKeysOptions<Row> {
	readonly rowCount: number;
	readonly rowAt: (index: number) => ModelRow<Row> | null;
	readonly virtualizer: Virtualizer<HTMLDivElement, Element>;
	readonly scroller: RefObject<HTMLElement | null>;
	readonly actions: RowActions<Row>;
}

interface RowKeys {
	/** The one row that the Tab key reaches. */
	readonly activeIndex: number;
	/** Of the whole table: the row that has the focus, or holds what has it, is the active one. */
	readonly onFocus: (event: FocusEvent) => void;
	readonly onKeyDown: (event: KeyboardEvent) => void;
}

export function useRowKeys<Row>({ rowCount, rowAt, virtualizer, scroller, actions }: RowKeysOptions<Row>): RowKeys {
	const [active, setActive] = useState(0);
	/** Set until the row it names is drawn and has taken the focus. */
	const wanted = useRef<number | null>(null);
	const activeIndex = Math.min(active, Math.max(0, rowCount - 1));

	const moveTo = (index: number) => {
		const target = Math.max(0, Math.min(rowCount - 1, index));
		wanted.current = target;
		setActive(target);
		virtualizer.scrollToIndex(target);
	};
	useLayoutEffect(() => {
		if (wanted.current === null) return;
		const element = scroller.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`);
		if (element === null || element === undefined) return;
		wanted.current = null;
		element.focus({ preventScroll: true });
	});
	const onFocus = (event: FocusEvent) => {
		const index = event.target.closest('[data-index]')?.getAttribute('data-index');
		if (index !== null && index !== undefined) setActive(Number(index));
	};
	const onKeyDown = (event: KeyboardEvent) => {
		const row = rowAt(activeIndex);
		if (row === null || !isForRow(event)) return;
		const act = actionOf(event.key, row, activeIndex);
		if (act === null) return;
		event.preventDefault();
		act();
	};
	const actionOf = (key: string, row: ModelRow<Row>, index: number): (() => void) | null => {
		switch (key) {
			case 'ArrowDown':
				return () => moveTo(index + 1);
			case 'ArrowUp':
				return () => moveTo(index - 1);
			case 'PageDown':
				return () => moveTo(index + PAGE_ROWS);
			case 'PageUp':
				return () => moveTo(index - PAGE_ROWS);
			case 'Home':
				return () => moveTo(0);
			case 'End':
				return () => moveTo(rowCount - 1);
			case 'ArrowRight':
				return row.getCanExpand() && !row.getIsExpanded() ? () => actions.expand(row) : null;
			case 'ArrowLeft':
				return () => (row.getIsExpanded() ? actions.expand(row) : moveTo(parentIndex(rowAt, index)));
			case ' ':
				return actions.select === undefined ? null : () => actions.select?.(row);
			case 'Enter':
				return () => actions.open(row);
			default:
				return null;
		}
	};
	return { activeIndex, onFocus, onKeyDown };
}

/** A link or button of a cell keeps Enter for itself, and has no use for the other keys; a field keeps all. */
function isForRow(event: KeyboardEvent): boolean {
	if (!(event.target instanceof HTMLElement)) return false;
	if (event.target.getAttribute('role') === 'row') return true;
	return event.key !== 'Enter' && event.key !== ' ' && event.target.matches('a, button');
}

/** The row that holds this one; itself at the top. */
function parentIndex<Row>(rowAt: (index: number) => ModelRow<Row> | null, index: number): number {
	const depth = rowAt(index)?.depth ?? 0;
	for (let above = index - 1; above >= 0; above -= 1) if ((rowAt(above)?.depth ?? 0) < depth) return above;
	return index;
}
