/** What a trace says of itself in the tags and metadata that MLflow's clients write. */
import type { Trace } from '@runstead/contract';
import { formatCount } from '../../shared/format/numbers.ts';

export function traceName({ id, tags }: Pick<Trace, 'id' | 'tags'>): string {
	return tags['mlflow.traceName'] || id;
}

export function sessionOf({ metadata }: Pick<Trace, 'metadata'>): string {
	return metadata['mlflow.trace.session'] ?? '';
}

/** Whom the program answered; the account that it ran as is `mlflow.user`. */
export function userOf({ metadata }: Pick<Trace, 'metadata'>): string {
	return metadata['mlflow.trace.user'] ?? '';
}

/** The run that it was made in, and those that it was linked to. */
export function runsOfTrace({ metadata, runIds }: Pick<Trace, 'metadata' | 'runIds'>): string[] {
	const madeIn = metadata['mlflow.sourceRun'];
	return [...new Set([...(madeIn === undefined ? [] : [madeIn]), ...runIds])];
}

export interface TokenCounts {
	readonly total: number;
	readonly inWords: string;
}

/** Null where nobody counted. */
export function tokensOf({ metadata }: Pick<Trace, 'metadata'>): TokenCounts | null {
	const usage = objectOf(metadata['mlflow.trace.tokenUsage']);
	const { input_tokens: input, output_tokens: output, total_tokens: total } = usage;
	if (typeof total !== 'number') return null;
	const parts = [input, output].every((count) => typeof count === 'number')
		? ` (${formatCount(input as number)} in, ${formatCount(output as number)} out)`
		: '';
	return { total, inWords: formatCount(total) + parts };
}

function objectOf(text: string | undefined): Readonly<Record<string, unknown>> {
	try {
		const parsed: unknown = JSON.parse(text ?? '{}');
		return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
	} catch {
		return {};
	}
}

/** A preview that is a JSON text is shown as what it says: it may be cut, and no JSON then. */
export function previewText(preview: string | null): string {
	if (preview === null) return '';
	try {
		const parsed: unknown = JSON.parse(preview);
		return typeof parsed === 'string' ? parsed : preview;
	} catch {
		return preview;
	}
}
