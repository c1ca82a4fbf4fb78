/** Components that are not loaded with the page but when they are first drawn, or once the page has come to rest. */
import { type ComponentProps, type ComponentType, createElement, type ReactNode, useEffect, useSyncExternalStore } from 'react';

/** After this, what the page itself needs has come. */
const REST_MS = 3_000;
const TRIES = 20;
const BETWEEN_TRIES_MS = 1_000;

const waiting = new Set<() => Promise<unknown>>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** While the server is away a part is asked for again: it was there a moment ago. */
async function loaded<Part>(load: () => Promise<Part>): Promise<Part> {
	for (let tried = 1; ; tried++) {
		try {
			return await load();
		} catch (error) {
			if (tried === TRIES) throw error;
			await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES_MS));
		}
	}
}

/** What a page may open is fetched before it is asked for, so that it opens at once, and though the server be away. */
function loadAtRest(load: () => Promise<unknown>): void {
	waiting.add(load);
	clearTimeout(timer);
	timer = setTimeout(async () => {
		for (const part of waiting) {
			waiting.delete(part);
			await part().catch(() => undefined);
		}
	}, REST_MS);
}

type State<Part> = { readonly part: Part } | { readonly error: unknown } | null;

/** The state of a part: not there, there, or not to be had. */
class OnDemandPart<Part> {
	readonly #load: () => Promise<Part>;
	readonly #listeners = new Set<() => void>();
	#state: State<Part> = null;
	#isAsked = false;

	constructor(load: () => Promise<Part>) {
		this.#load = load;
	}

	readonly state = (): State<Part> => this.#state;

	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};

	readonly want = async (): Promise<void> => {
		if (this.#isAsked) return;
		this.#isAsked = true;
		try {
			this.#change({ part: await loaded(this.#load) });
		} catch (error) {
			this.#isAsked = false;
			this.#change({ error });
		}
	};

	/** Without a word of what goes wrong: nobody has asked yet. */
	readonly fetch = async (): Promise<void> => {
		if (!this.#isAsked) this.#change({ part: await this.#load() });
	};

	#change(state: State<Part>): void {
		this.#state = state;
		for (const listener of this.#listeners) listener();
	}
}

// biome-ignore lint/suspicious/noExplicitAny: as of `ComponentProps`
export interface OnDemand<Part extends ComponentType<any>> {
	(props: ComponentProps<Part>): ReactNode;
	/** Loads it, for whoever knows that it will be drawn. */
	readonly want: () => Promise<void>;
}

/**
 * A component that is drawn as soon as it is there, and until then as `drawWaiting` says: nothing, if absent. It is no `lazy` in a
 * `Suspense`, which React shows 300 ms after the last one, however soon it came.
 * @example const Panel = onDemand(async () => (await import('./panel.tsx')).Panel);
 */
// biome-ignore lint/suspicious/noExplicitAny: React's own bound of what can be lazy
export function onDemand<Part extends ComponentType<any>>(
	load: () => Promise<Part>,
	drawWaiting: (props: ComponentProps<Part>) => ReactNode = () => null,
): OnDemand<Part> {
	const part = new OnDemandPart(load);
	loadAtRest(part.fetch);
	const draw = (props: ComponentProps<Part>): ReactNode => {
		const state = useSyncExternalStore(part.subscribe, part.state);
		useEffect(() => void part.want(), []);
		if (state === null) return drawWaiting(props);
		if ('error' in state) throw state.error;
		return createElement(state.part, props);
	};
	return Object.assign(draw, { want: part.want });
}
