/** Refusals as the query clients of Azure Monitor expect them. */
import type { RunsteadError } from '@runstead/contract';

export interface AzureError {
	readonly code: string;
	readonly message: string;
	readonly correlationId: string;
	readonly innererror?: AzureInnerError;
}

interface AzureInnerError {
	readonly code: string;
	readonly message: string;
	readonly innererror?: AzureInnerError & { readonly line: number; readonly pos: number };
}

const CODES: Readonly<Record<number, string>> = {
	401: 'AuthorizationRequiredError',
	403: 'InsufficientAccessError',
	404: 'PathNotFoundError',
	503: 'ServiceUnavailable',
};

/** What is wrong with a query stands inside, with its place. */
export function azureError(error: RunsteadError, correlationId: string): AzureError {
	const { code, details, message, status } = error;
	if (code !== 'invalid-query') return { code: CODES[status] ?? 'BadArgumentError', message, correlationId };
	const isSyntax = details.kind === 'syntax';
	const place = { line: Number(details.line), pos: Number(details.character) - 1 };
	const inner = { code: isSyntax ? 'SYN0002' : 'SEM0100', message: String(details.reason), ...place };
	return {
		code: 'BadArgumentError',
		message: 'The request had some invalid properties',
		correlationId,
		innererror: {
			code: isSyntax ? 'SyntaxError' : 'SemanticError',
			message: 'A recognition error occurred in the query.',
			innererror: inner,
		},
	};
}
