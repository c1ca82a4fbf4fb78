/** A small choice of the reader that this browser keeps, shared by every tab. */

export interface Stored<Value> {
	readonly get: () => Value;
	readonly set: (value: Value) => void;
	readonly subscribe: (listener: () => void) => () => void;
}

/** `parse` turns what was kept into a value, or null where it is not one any more; then, and without storage, `initial` holds. */
export function stored<Value>(key: string, initial: Value, parse: (value: unknown) => Value | null): Stored<Value> {
	const listeners = new Set<() => void>();
	let current = read();

	function read(): Value {
		try {
			const text = localStorage.getItem(key);
			return text === null ? initial : (parse(JSON.parse(text)) ?? initial);
		} catch {
			return initial;
		}
	}
	function change(value: Value): void {
		current = value;
		for (const listener of listeners) listener();
	}

	addEventListener('storage', (event) => {
		if (event.key === key) change(read());
	});
	return {
		get: () => current,
		set(value) {
			change(value);
			try {
				localStorage.setItem(key, JSON.stringify(value));
			} catch {
				// A browser that keeps nothing still shows the choice until the tab is closed.
			}
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}
