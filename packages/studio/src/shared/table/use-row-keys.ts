/** Keys of a table: up, down, page, home and end move between rows, right and left open and close them, Enter goes to one. */
import type { Virtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type RefCallback, useRef, useState } from 'react';
import type { ModelRow, RowActions } from './table-row.tsx';

const PAGE_ROWS = 10;

interface RowKeysOptions<Row> {
	readonly rows: readonly ModelRow<Row>[];
	readonly virtualizer: Virtualizer<HTMLDivElement, Element>;
	readonly actions: RowActions<Row>;
}

interface RowKeys {
	/** The one row that the Tab key reaches. */
	readonly activeIndex: number;
	readonly rowProps: (index: number) => { onFocus: () => void; focusRef: RefCallback<HTMLElement> | undefined };
	readonly onKeyDown: (event: KeyboardEvent) => void;
}

export function useRowKeys<Row>({ rows, virtualizer, actions }: RowKeysOptions<Row>): RowKeys {
	const [active, setActive] = useState(0);
	/** Set until the row it names is drawn and has taken the focus. */
	const wanted = useRef<number | null>(null);
	const activeIndex = Math.min(active, Math.max(0, rows.length - 1));

	const moveTo = (index: number) => {
		const target = Math.max(0, Math.min(rows.length - 1, index));
		wanted.current = target;
		setActive(target);
		virtualizer.scrollToIndex(target);
	};
	const takeFocus: RefCallback<HTMLElement> = (element) => {
		if (element === null || wanted.current !== activeIndex) return;
		wanted.current = null;
		element.focus({ preventScroll: true });
	};
	const onKeyDown = (event: KeyboardEvent) => {
		const row = rows[activeIndex];
		if (row === undefined || !isOnRow(event.target)) return;
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
				return () => moveTo(rows.length - 1);
			case 'ArrowRight':
				return row.getCanExpand() && !row.getIsExpanded() ? () => actions.expand(row) : null;
			case 'ArrowLeft':
				return () => (row.getIsExpanded() ? actions.expand(row) : moveTo(parentIndex(rows, index)));
			case 'Enter':
				return () => actions.open(row);
			default:
				return null;
		}
	};
	return {
		activeIndex,
		rowProps: (index) => ({ onFocus: () => setActive(index), focusRef: index === activeIndex ? takeFocus : undefined }),
		onKeyDown,
	};
}

/** Keys pressed in a link or button of a cell are its own, but for up and down, which a link has no use for. */
function isOnRow(target: EventTarget): boolean {
	return target instanceof HTMLElement && target.getAttribute('role') === 'row';
}

/** The row that holds this one; itself at the top. */
function parentIndex<Row>(rows: readonly ModelRow<Row>[], index: number): number {
	const depth = rows[index]?.depth ?? 0;
	for (let above = index - 1; above >= 0; above -= 1) if ((rows[above]?.depth ?? 0) < depth) return above;
	return index;
}
