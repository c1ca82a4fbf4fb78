/** Components that are not loaded with the page but when they are first drawn, or once the page has come to rest. */
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

/** After this, what the page itself needs has come. */
const REST_MS = 1_500;
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

// biome-ignore lint/suspicious/noExplicitAny: React's own bound of what can be lazy
type Drawn = ComponentType<any>;

export type OnDemand<Part extends Drawn> = LazyExoticComponent<Part> & {
	/** Loads it, for whoever knows that it will be drawn. */
	readonly want: () => Promise<void>;
};

/**
 * What has come before it is first drawn is drawn at once: React shows what it had to wait for 300 ms after the last of the kind, however
 * soon it came.
 * @example const Panel = onDemand(async () => (await import('./panel.tsx')).Panel);
 */
export function onDemand<Part extends Drawn>(load: () => Promise<Part>): OnDemand<Part> {
	let module: { default: Part } | null = null;
	const fetch = async (): Promise<{ default: Part }> => {
		module = { default: await load() };
		return module;
	};
	loadAtRest(fetch);
	const part = lazy(() => (module === null ? loaded(fetch) : alreadyThere(module)));
	return Object.assign(part, { want: () => fetch().then(nothing, nothing) });
}

const nothing = (): void => undefined;

/** A promise tells of its value later; what takes any that can be waited for is told of this one's at once. */
function alreadyThere<Value>(value: Value): Promise<Value> {
	// biome-ignore lint/suspicious/noThenProperty: it is meant to be waited for
	return { then: (tell: (value: Value) => void) => tell(value) } as Promise<Value>;
}
