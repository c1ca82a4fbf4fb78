/** Finds what was probably meant by a mistyped word. */
import { editDistance } from '@runstead/contract';

/** A mistyped beginning as short as this may be of many words. */
const BEGINNING_LEAST = 4;

/** A word of which only the beginning was typed is as near as that beginning, where more than a letter tells. */
function distanceTo(given: string, candidate: string): number {
	if (candidate.startsWith(given) && given.length > 1) return 0;
	const beginning = candidate
		.split('-')
		.reduce((text, part) => (text.length >= given.length - 1 ? text : text === '' ? part : `${text}-${part}`), '');
	return Math.min(
		editDistance(given, candidate),
		given.length > BEGINNING_LEAST ? editDistance(given, beginning) : Number.POSITIVE_INFINITY,
	);
}

/**
 * The candidate nearest to `given`, or null when none is near enough to be meant.
 * @example nearestOrNull('statsu', ['status', 'stop']) === 'status'
 * @example nearestOrNull('experimnt', ['experiment-name', 'status']) === 'experiment-name'
 */
export function nearestOrNull(given: string, candidates: readonly string[]): string | null {
	const allowed = Math.max(1, Math.floor(given.length / 3));
	const [best] = candidates
		.map((candidate) => ({ candidate, distance: distanceTo(given, candidate) }))
		.filter(({ distance }) => distance <= allowed)
		.toSorted((one, other) => one.distance - other.distance);
	return best?.candidate ?? null;
}
