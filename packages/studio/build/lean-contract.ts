/**
 * Leaves of the contract what a browser needs: of each route what it takes to call it, of the schemas those that something reads. The
 * rest, which grows with every capability, stays with the server.
 */
import { API_ROUTES, type RouteDefinition } from '@runstead/contract';
import type { Plugin } from 'vite';

const CONTRACT_FILE = /\/packages\/contract\/src\/[\w-]+\.ts$/;
const LIMITS_FILE = /\/packages\/contract\/src\/limits\.ts$/;
const ROUTES_FILE = /\/packages\/contract\/src\/routes\.ts$/;
/** What makes schemas and routes; these calls do nothing else. */
const MAKERS = /(?<!function |[\w.])(?:Type\.\w+|route|Nullable)(?:<[^()]*>)?\(/g;

/** Why a limit is what it is: for the reference, not for a page. */
const REASONS = /, reason: (?:'[^'\\]*'|"[^"\\]*")/g;

/** What the client reads of a route. */
function calledWith({ method, path, requestStream, response }: RouteDefinition) {
	return { method, path, ...(requestStream !== undefined && { requestStream }), ...(response !== undefined && { response: {} }) };
}

export function leanContract(): Plugin {
	return {
		name: 'runstead:lean-contract',
		enforce: 'pre',
		load(id) {
			if (!ROUTES_FILE.test(id)) return null;
			const routes = Object.entries(API_ROUTES).map(([operation, route]) => [operation, calledWith(route)]);
			return `export const API_ROUTES = ${JSON.stringify(Object.fromEntries(routes))};`;
		},
		transform(code, id) {
			if (!CONTRACT_FILE.test(id)) return null;
			const lean = LIMITS_FILE.test(id) ? code.replace(REASONS, '') : code;
			return { code: lean.replace(MAKERS, '/* @__PURE__ */ $&'), map: null };
		},
	};
}
