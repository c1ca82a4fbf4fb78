/** What can be done on the page on screen, said by the page itself for the command palette. */
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';

export interface Command {
	readonly id: string;
	readonly label: string;
	readonly run: () => void;
}

const commandsOfOwners = new Map<symbol, readonly Command[]>();
const listeners = new Set<() => void>();
let all: readonly Command[] = [];

function changed(): void {
	all = [...commandsOfOwners.values()].flat();
	for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
	listeners.add(listener);
	return () => listeners.delete(listener);
}

/** Offers commands for as long as the component is on screen; `offered` says which, and is one and the same where they are the same. */
export function usePageCommands(commands: readonly Command[]): void {
	const run = useEffectEvent((id: string) => commands.find((command) => command.id === id)?.run());
	const offered = JSON.stringify(commands.map(({ id, label }) => ({ id, label })));
	useEffect(() => {
		const owner = Symbol();
		const named = JSON.parse(offered) as { id: string; label: string }[];
		commandsOfOwners.set(
			owner,
			named.map(({ id, label }) => ({ id, label, run: () => run(id) })),
		);
		changed();
		return () => {
			commandsOfOwners.delete(owner);
			changed();
		};
	}, [offered]);
}

export function useCommandsOfPage(): readonly Command[] {
	return useSyncExternalStore(subscribe, () => all);
}
