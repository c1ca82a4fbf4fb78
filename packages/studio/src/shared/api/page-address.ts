/** Addresses of the studio's own pages; a proxy prefix may stand before them. */

/** Path that every page of the studio begins with: `/`, or `/prefix/`. */
export function basePath(): string {
	return new URL(document.baseURI).pathname;
}

/** `pageAddress('w', 'lab', 'runs', 'a/b')` -> `/w/lab/runs/a%2Fb` */
export function pageAddress(...parts: readonly string[]): string {
	return basePath() + parts.map(encodeURIComponent).join('/');
}
