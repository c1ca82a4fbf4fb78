/** Pages whose script is loaded when they are first gone to; while the server is away they are waited for. */
import { lazyRouteComponent, type RouteComponent } from '@tanstack/react-router';

const BETWEEN_TRIES_MS = 1_000;

async function isServerThere(): Promise<boolean> {
	try {
		return (await fetch(new URL('health', document.baseURI), { cache: 'no-store' })).ok;
	} catch {
		return false;
	}
}

/**
 * Loads a script as soon as the server can give it. @throws when the server is there and has no such script: it is of another version
 * than this page, which the router then loads anew.
 */
export async function loadedFromServer<Module>(load: () => Promise<Module>, isThere = isServerThere): Promise<Module> {
	for (;;) {
		try {
			return await load();
		} catch {
			// It may have come back a moment ago.
			if (await isThere()) return load();
			await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES_MS));
		}
	}
}

/** @example component: lazyPage(() => import('./features/models/models-page.tsx'), 'ModelsPage') */
export function lazyPage<Module extends Record<string, unknown>, Name extends keyof Module>(
	load: () => Promise<Module>,
	name: Name,
): RouteComponent {
	return lazyRouteComponent(() => loadedFromServer(load), name);
}
