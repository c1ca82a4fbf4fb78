/** JSON that both engines keep and take apart. */

/**
 * PostgreSQL keeps no NUL, and takes no JSON apart that holds half of a surrogate pair, as a text has that was cut off in an emoji: it becomes
 * U+FFFD.
 */
export function storableJson(json: string): string {
	if (!/\\u(?:0000|d)/.test(json)) return json;
	// A backslash is passed over together with what it escapes: it may stand before the letters alone.
	return json.replace(/\\(?:u(?:0000|d[89a-f][0-9a-f]{2})|.)/g, (found) =>
		found === '\\u0000' ? '' : found.startsWith('\\ud') ? '\ufffd' : found,
	);
}
