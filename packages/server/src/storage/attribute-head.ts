/** The beginning of an attribute's value, as the index holds it. */

/** Short enough for an index entry of PostgreSQL (a third of a page) in any script. */
const HEAD_CHARACTERS = 200;

/** Whether a value is all in its head: then no other value has the same one. */
export function isAllHead(value: string): boolean {
	return headOf(`${value}.`).length > value.length;
}

/** The first characters of a value; equal values have equal heads. */
export function headOf(value: string): string;
export function headOf(value: string | null): string | null;
export function headOf(value: string | null): string | null {
	return value === null ? null : [...value.slice(0, HEAD_CHARACTERS * 2)].slice(0, HEAD_CHARACTERS).join('');
}
