/** A tag as a person types it. */

/** `quality: good` is a key with a value, `worth another look` a key alone. */
export function parseTag(text: string): { key: string; value: string | null } | null {
	const at = text.search(/[:=]/);
	const key = (at < 0 ? text : text.slice(0, at)).trim();
	if (key === '') return null;
	return { key, value: at < 0 ? null : text.slice(at + 1).trim() };
}
