/** Short notes in the corner: what was done, with a way to take it back. */
import { Suspense, useSyncExternalStore } from 'react';
import { countNotes, giveNote, type Note, subscribeToNotes } from './notes.ts';
import { onDemand } from './on-demand.ts';

const ToastArea = onDemand(async () => (await import('./toast-area.tsx')).ToastArea);

export function Toasts() {
	const given = useSyncExternalStore(subscribeToNotes, countNotes);
	return <Suspense>{given > 0 && <ToastArea given={given} />}</Suspense>;
}

export function useNotes(): (note: Note) => void {
	return giveNote;
}
