/** What is wrong with a query, and where. */

/** `syntax` and `semantic` are the parser's; `unsupported` is Kusto that is not translated; `data` came up while it ran; `limit` is one of ours. */
export type QueryErrorKind = 'syntax' | 'semantic' | 'unsupported' | 'data' | 'limit';

/** Of a query that is too deep for the stack: where, nobody can say then. */
export const NESTS_TOO_DEEPLY = 'The query nests too deeply: give parts of it a name with let.';

export class QueryError extends Error {
	override readonly name = 'QueryError';
	readonly kind: QueryErrorKind;
	/** In characters from the start of the query. */
	readonly start: number;
	readonly length: number;
	/** The parser's own code, such as KS142. */
	readonly kustoCode: string | null;

	constructor(kind: QueryErrorKind, message: string, start = 0, length = 0, kustoCode: string | null = null) {
		super(message);
		this.kind = kind;
		this.start = start;
		this.length = length;
		this.kustoCode = kustoCode;
	}

	/** The same at another place. */
	at(placeOf: (start: number) => number): QueryError {
		const start = placeOf(this.start);
		return new QueryError(this.kind, this.message, start, Math.max(0, placeOf(this.start + this.length) - start), this.kustoCode);
	}
}
