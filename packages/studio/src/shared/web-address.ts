/** Addresses that others gave: a link only for what a browser opens, as whoever gave it may have said anything. */
export function webAddressOrNull(text: string | null): string | null {
	return text !== null && /^https?:\/\//i.test(text) ? text : null;
}
