/** The keys that work on every page: the palette, the page's filter, the map of the keys. None but the palette's while somebody types. */
import { useEffect } from 'react';
import { openPanel } from '../commands/open-panel.ts';
import { focusFilter } from './focus-filter.ts';
import { isTyping } from './is-typing.ts';

function actionOf(event: KeyboardEvent): (() => void) | null {
	const hasControl = event.ctrlKey || event.metaKey;
	if (hasControl && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') return () => openPanel('palette');
	if (hasControl || event.altKey || isTyping(event.target)) return null;
	if (event.key === '?') return () => openPanel('keys');
	// A page without a filter of its own is searched with everything else.
	if (event.key === '/') return () => focusFilter() || openPanel('palette');
	return null;
}

export function useShellKeys(): void {
	useEffect(() => {
		const onKeyDown = (event: KeyboardEvent) => {
			const act = actionOf(event);
			if (act === null) return;
			event.preventDefault();
			act();
		};
		document.addEventListener('keydown', onKeyDown);
		return () => document.removeEventListener('keydown', onKeyDown);
	}, []);
}
