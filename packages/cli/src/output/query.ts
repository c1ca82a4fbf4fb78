/** `--query`: JMESPath over what a command answers, with errors that show their place. */
import { UsageError } from '../command.ts';

/** Where in an expression the reader stopped, counted from 0; null for errors that are about values. */
function placeOrNull(error: object, expression: string): number | null {
	if ('lexerPosition' in error && typeof error.lexerPosition === 'number') {
		// Of a lone "=" the library gives the place before it.
		const found = 'lexerValue' in error ? expression.indexOf(String(error.lexerValue), error.lexerPosition) : -1;
		return found === -1 ? error.lexerPosition : found;
	}
	if ('lexPosition' in error && typeof error.lexPosition === 'number') return error.lexPosition;
	return null;
}

function reasonOf(error: Error, place: number | null): string {
	const [reason = ''] = error.message.split(' in expression: ');
	if (place === null) return reason;
	if ('tokenType' in error && error.tokenType === 'eof') return 'it ends too early';
	if ('tokenValue' in error) return `"${String(error.tokenValue)}" was not expected there`;
	return 'lexerValue' in error ? `not understood: ${String(error.lexerValue)}` : reason;
}

/**
 * An expression that stood as a bare word, whose quotes the shell took: what is compared is a text, unless it is marked as something else.
 * @example withQuotes('[?properties.author==azureml-user]') === "[?properties.author=='azureml-user']"
 */
export function withQuotes(expression: string): string {
	return expression.replace(
		/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|([=!]=\s*)([\w.+:@/-]+(?: [\w.+:@/-]+)*)(?=\s*(?:[\])]|&&|\|\|?|$))/g,
		(whole, operator: string | undefined, text: string) => (operator === undefined ? whole : `${operator}'${text}'`),
	);
}

/** A literal such as \`good\` that is no JSON is a text, as it is to the Azure CLI. Quoted texts are passed over. */
function withTextLiterals(expression: string): string {
	return expression.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`((?:[^`\\]|\\.)*)`/g, (whole, literal: string | undefined) => {
		if (literal === undefined) return whole;
		try {
			JSON.parse(literal);
			return whole;
		} catch {
			return `\`${JSON.stringify(literal.trim())}\``;
		}
	});
}

/** Only what JSON holds: undefined fields and the like are gone. */
export function asJson(value: unknown): unknown {
	return JSON.parse(JSON.stringify(value ?? null));
}

/**
 * What it takes whole is the very object of `value`, which holds only what JSON does.
 * @throws {UsageError} with the expression and a mark below the place that is not understood.
 * @example await applyQuery("[?tags.quality=='good'].id", runs)
 */
export async function applyQuery(given: string, value: unknown): Promise<unknown> {
	const expression = withTextLiterals(given);
	const { search } = await import('@aws-lambda-powertools/jmespath');
	try {
		return search(expression, value as Parameters<typeof search>[1]);
	} catch (error) {
		if (!(error instanceof Error)) throw error;
		const place = placeOrNull(error, expression);
		const reason = reasonOf(error, place);
		if (place === null) throw new UsageError(`--query ${expression}: ${reason}.`);
		throw new UsageError(
			`--query is not JMESPath at character ${place + 1}: ${reason}.\n    ${expression}\n    ${' '.repeat(place)}^\nTexts stand in single quotes, and the whole in double quotes so that the shell leaves them: --query "[?status=='Failed']"`,
		);
	}
}
