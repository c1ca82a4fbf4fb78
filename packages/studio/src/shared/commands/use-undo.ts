/** Takes back, and does again, what was changed of how a page shows things: Ctrl Z and Ctrl Shift Z outside fields, and from the palette. */
import { useEffect, useEffectEvent, useState } from 'react';
import { isTyping } from '../keyboard/is-typing.ts';
import { usePageCommands } from './page-commands.ts';
import { emptyHistory, redone, undone, withChange } from './undo-history.ts';

/** `state` is what the page shows, as text; `restore` shows another. */
export function useUndo(state: string, restore: (state: string) => void): void {
	const [history, setHistory] = useState(() => emptyHistory(state));
	const [shown, setShown] = useState(state);
	// What is restored is shown a moment later: until then nothing has changed.
	if (shown !== state) {
		setShown(state);
		if (history.current !== state) setHistory(withChange(history, state, performance.now()));
	}
	const go = (next: typeof history | null) => {
		if (next === null) return;
		setHistory(next);
		restore(next.current);
	};
	const [back, forth] = [undone(history), redone(history)];
	const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
		if (!(event.ctrlKey || event.metaKey) || event.altKey || isTyping(event.target)) return;
		const key = event.key.toLowerCase();
		const isBack = key === 'z' && !event.shiftKey;
		const isForth = (key === 'z' && event.shiftKey) || key === 'y';
		if (!isBack && !isForth) return;
		event.preventDefault();
		go(isBack ? back : forth);
	});
	useEffect(() => {
		const listener = (event: KeyboardEvent) => onKeyDown(event);
		document.addEventListener('keydown', listener);
		return () => document.removeEventListener('keydown', listener);
	}, []);
	usePageCommands([
		...(back === null ? [] : [{ id: 'undo-layout', label: 'Undo the last change of this page', run: () => go(back) }]),
		...(forth === null ? [] : [{ id: 'redo-layout', label: 'Do it again', run: () => go(forth) }]),
	]);
}
