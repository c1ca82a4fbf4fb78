/** The `/` key: moves to the filter or search of the page, wherever the reader is, unless they are typing. */
import { useEffect } from 'react';

/** Put on the field that `/` moves to: the last one on the page wins, being the most particular. */
export const filterTarget = { 'data-shortcut': 'filter' } as const;

function isTyping(target: EventTarget | null): boolean {
	return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}

export function useFocusFilter(): void {
	useEffect(() => {
		const onKeyDown = (event: KeyboardEvent) => {
			if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
			const field = [...document.querySelectorAll<HTMLElement>(`[data-shortcut='${filterTarget['data-shortcut']}']`)].at(-1);
			if (field === undefined) return;
			event.preventDefault();
			field.focus();
		};
		document.addEventListener('keydown', onKeyDown);
		return () => document.removeEventListener('keydown', onKeyDown);
	}, []);
}
