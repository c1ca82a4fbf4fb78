/** JSON in which numbers stay as they were written: 1.0 is no integer to those who read it, and 64 bits are kept. */

/** A number that JavaScript would write otherwise; `JSON.stringify` writes it as it was. */
interface RawNumber {
	readonly rawJSON: string;
}

/** The JSON of newer JavaScript than TypeScript describes. */
const newer = JSON as unknown as {
	parse(text: string, revive: (key: string, value: unknown, context: { readonly source?: string }) => unknown): unknown;
	rawJSON(text: string): RawNumber;
	isRawJSON(value: unknown): value is RawNumber;
};

/** Whether a number may be written otherwise than JavaScript writes it: with a fraction that ends in 0, an exponent, many digits. */
const PERHAPS_OTHERWISE = /\.\d*0(?!\d)|\d[eE]|\d{16}|-0|\.\d{15}/;

/** Nested deeper than a few thousand, it takes more room than there is. @throws {SyntaxError} for what is no JSON. */
export function parseExactJson(text: string): unknown {
	if (!PERHAPS_OTHERWISE.test(text)) return JSON.parse(text);
	return newer.parse(text, (_key, value, { source }) =>
		typeof value === 'number' && source !== undefined && String(value) !== source ? newer.rawJSON(source) : value,
	);
}

export function isRawNumber(value: unknown): value is RawNumber {
	return newer.isRawJSON(value);
}
