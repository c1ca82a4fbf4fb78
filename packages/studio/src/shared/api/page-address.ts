/** Addresses of the studio's own pages; a proxy prefix may stand before them. */

/** Path that every page of the studio begins with: `/`, or `/prefix/`. */
export function basePath(): string {
	return new URL(document.baseURI).pathname;
}

/** `pageAddress('w', 'lab', 'runs', 'a/b')` -> `/w/lab/runs/a%2Fb` */
export function pageAddress(...parts: readonly string[]): string {
	return basePath() + parts.map(encodeURIComponent).join('/');
}

const PRINTED = /^#\/experiments\/([^/?#]+)(?:\/runs\/([^/?#]+))?/;

/**
 * Where the addresses that MLflow's client prints lead: `#/experiments/1/runs/a` -> `/runs/a`, `#/experiments/1` -> `/experiments/1`; the
 * server knows their workspace. Null for any other.
 */
export function addressOfPrintedOrNull(hash: string): string | null {
	const [, experiment, run] = PRINTED.exec(hash) ?? [];
	if (run !== undefined) return pageAddress('runs', decodeURIComponent(run));
	return experiment === undefined ? null : pageAddress('experiments', decodeURIComponent(experiment));
}
