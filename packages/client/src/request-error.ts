/** What a failed request throws: the server's error as the catalogue words it, or why there was no answer at all. */
import type { ErrorCode } from '@runstead/contract';

/** `unreachable`: nothing answered. `unreadable`: something answered that is not a Runstead server, or not whole. */
export type RequestErrorCode = ErrorCode | 'unreachable' | 'unreadable';

interface RequestErrorFields {
	code: RequestErrorCode;
	/** HTTP status; 0 when nothing answered. */
	status: number;
	message: string;
	hint: string;
	details: Record<string, unknown>;
}

export class RequestError extends Error {
	override readonly name = 'RequestError';
	readonly code: RequestErrorCode;
	readonly status: number;
	readonly hint: string;
	readonly details: Record<string, unknown>;

	constructor(fields: RequestErrorFields, options?: ErrorOptions) {
		super(fields.message, options);
		this.code = fields.code;
		this.status = fields.status;
		this.hint = fields.hint;
		this.details = fields.details;
	}
}

/** The error that a reply which is not 2xx carries. */
export async function errorOfReply(reply: Response): Promise<RequestError> {
	const text = await reply.text().catch(() => '');
	try {
		const { error } = JSON.parse(text) as { error: Omit<RequestErrorFields, 'status'> };
		const { code, message, hint, details } = error;
		return new RequestError({ code, status: reply.status, message, hint, details });
	} catch {
		return new RequestError({
			code: 'unreadable',
			status: reply.status,
			message: `${reply.url} answered ${reply.status} ${reply.statusText}, not in the way of a Runstead server.`,
			hint: 'Check the address, and whatever stands between (a proxy?).',
			details: { body: text.slice(0, 1_000) },
		});
	}
}

export function unreachable(address: string, cause: unknown): RequestError {
	const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
	const reason = inner instanceof Error ? inner.message || inner.name : String(inner);
	// What fetch says of a port that the Fetch standard forbids it.
	const isForbidden = reason === 'bad port';
	return new RequestError(
		{
			code: 'unreachable',
			status: 0,
			message: isForbidden
				? `${address} was not asked: its port is of another protocol, and browsers and other web clients refuse to use it.`
				: `No answer from ${address}: ${reason}.`,
			hint: isForbidden
				? 'Check the port in the address; a server that does listen there needs another one.'
				: 'Check that the server is running there, and that the address is right.',
			details: { address },
		},
		{ cause },
	);
}
