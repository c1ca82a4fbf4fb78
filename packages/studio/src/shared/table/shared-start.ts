/** What names have in common at their start, so that a narrow header can leave that out and keep what differs. */

/** Less than this is not worth leaving out. */
const CHARACTERS_MIN = 4;
/** Where names are made of parts. */
const PART_END = /[_/.\-\s]/;

/** Of each name how many of its first characters another one begins with too: whole parts, `training_` of `training_loss`. */
export function sharedStarts(names: readonly string[]): number[] {
	return names.map((name) => {
		const longest = Math.max(0, ...names.map((other) => (other === name ? 0 : commonLength(name, other))));
		let end = longest;
		while (end > 0 && !PART_END.test(name[end - 1] ?? '')) end -= 1;
		return end >= CHARACTERS_MIN && end < name.length ? end : 0;
	});
}

function commonLength(one: string, other: string): number {
	let length = 0;
	while (length < one.length && one[length] === other[length]) length += 1;
	return length;
}
