/** How a text is looked at, as it stands in the page's address. */
import { LOG_LEVELS, type LogLevel } from '@runstead/contract';

/** Absent where it is as it is by itself. */
export interface LogView {
	/** What is sought. */
	readonly q?: string;
	readonly regex?: boolean;
	/** Only lines of this level or a graver one. */
	readonly level?: LogLevel;
	/** Only the lines that were found. */
	readonly only?: boolean;
	readonly wrap?: boolean;
	/** Run whose file of the same path stands beside it. */
	readonly beside?: string;
}

export function parseLogView(given: Record<string, unknown>): LogView {
	const { q, regex, only, wrap, beside } = given;
	const level = LOG_LEVELS.find((one) => one === given.level);
	return {
		...((typeof q === 'string' && q !== '') || typeof q === 'number' ? { q: String(q) } : {}),
		...(regex === true && { regex }),
		...(level !== undefined && { level }),
		...(only === true && { only }),
		...(wrap === true && { wrap }),
		...((typeof beside === 'string' && beside !== '') || typeof beside === 'number' ? { beside: String(beside) } : {}),
	};
}
