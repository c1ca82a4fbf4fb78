/** An id that nothing else on this page has. The browser's own maker of ids is there on secure pages alone, and the studio may be served over plain HTTP. */
export function newId(): string {
	const [first = 0, second = 0] = crypto.getRandomValues(new Uint32Array(2));
	return first.toString(36) + second.toString(36);
}
