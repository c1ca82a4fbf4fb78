/** What the page and the live worker say to each other. */
import type { LiveChange, LiveSignal } from '@runstead/contract';
import type { LiveStart } from './live-start.ts';

/** Whether the stream stands; `sinceMs` is when it was lost. */
export type LiveState =
	| { readonly kind: 'connecting' }
	| { readonly kind: 'connected' }
	| { readonly kind: 'lost'; readonly sinceMs: number };

export type LiveMessage =
	| { readonly kind: 'state'; readonly state: LiveState }
	| { readonly kind: 'change'; readonly change: LiveChange }
	| { readonly kind: 'signal'; readonly signal: LiveSignal }
	/** The stream stands, but some of what was said before is gone: read again what is shown. */
	| { readonly kind: 'resumed' };

/** Sent by a page to the worker: which stream it wants from when on, and the lock whose release says that the page is gone. */
export interface LiveSubscription {
	readonly url: string;
	readonly start: LiveStart | null;
	readonly lock: string | null;
}
