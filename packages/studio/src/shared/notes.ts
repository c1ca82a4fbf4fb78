/** Notes to the reader that were given and not shown yet. */
const listeners = new Set<() => void>();
let waiting: Note[] = [];
let givenCount = 0;

export interface Note {
	readonly title: string;
	readonly text?: string;
	readonly intent?: 'success' | 'info' | 'warning' | 'error';
	readonly undo?: () => void;
	readonly link?: { readonly label: string; readonly href: string };
}

export function giveNote(note: Note): void {
	waiting.push(note);
	givenCount++;
	for (const listener of listeners) listener();
}

/** The notes that were given and are not shown yet; they are the caller's to show. */
export function takeNotes(): readonly Note[] {
	const taken = waiting;
	waiting = [];
	return taken;
}

export function countNotes(): number {
	return givenCount;
}

export function subscribeToNotes(listener: () => void): () => void {
	listeners.add(listener);
	return () => listeners.delete(listener);
}
