/** Values in spans, as OpenTelemetry's JSON in snake case has them: one field says which type a value is. */

export type SpanValue = Readonly<Record<string, unknown>>;
export interface SpanAttribute {
	readonly key: string;
	readonly value?: SpanValue;
}

/** A value that says nothing may be left out. */
export function isSpanAttribute(given: unknown): given is SpanAttribute {
	const { key, value = {} } = (given ?? {}) as { key?: unknown; value?: unknown };
	return typeof key === 'string' && typeof value === 'object' && value !== null;
}

/** The value as JSON has it; null for one that says nothing, or is none. */
export function plainSpanValue(value: unknown): unknown {
	if (typeof value !== 'object' || value === null) return null;
	if ('array_value' in value) return valuesIn(value.array_value).map(plainSpanValue);
	if ('kvlist_value' in value)
		return Object.fromEntries(
			valuesIn(value.kvlist_value)
				.filter(isSpanAttribute)
				.map((one) => [one.key, plainSpanValue(one.value)]),
		);
	if ('int_value' in value) return Number(value.int_value);
	return Object.values(value)[0] ?? null;
}

function valuesIn(list: unknown): unknown[] {
	const { values } = (list ?? {}) as { values?: unknown };
	return Array.isArray(values) ? values : [];
}
