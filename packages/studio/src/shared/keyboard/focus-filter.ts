/** The filter or search of the page: where the `/` key goes. */

/** Put on the field that `/` moves to: the last one on the page wins, being the most particular. */
export const filterTarget = { 'data-shortcut': 'filter' } as const;

/** False where the page has none. */
export function focusFilter(): boolean {
	const field = [...document.querySelectorAll<HTMLElement>(`[data-shortcut='${filterTarget['data-shortcut']}']`)].at(-1);
	field?.focus();
	return field !== undefined;
}
