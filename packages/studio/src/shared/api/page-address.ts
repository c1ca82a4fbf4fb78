/** Addresses of the studio's own pages; a proxy prefix may stand before them. */

/** Path that every page of the studio begins with: `/`, or `/prefix/`. */
export function basePath(): string {
	return new URL(document.baseURI).pathname;
}

/** `pageAddress('w', 'lab', 'runs', 'a/b')` -> `/w/lab/runs/a%2Fb` */
export function pageAddress(...parts: readonly string[]): string {
	return basePath() + parts.map(encodeURIComponent).join('/');
}

const PRINTED_RUN = /^#\/experiments\/[^/]+\/runs\/([^/?#]+)/;

/** Where the address that MLflow's client prints for a run leads: `#/experiments/1/runs/a` -> `/runs/a`; null for any other. */
export function addressOfPrintedRunOrNull(hash: string): string | null {
	const id = PRINTED_RUN.exec(hash)?.[1];
	return id === undefined ? null : pageAddress('runs', decodeURIComponent(id));
}
