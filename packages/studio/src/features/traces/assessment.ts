/** What people and programs think of an answer, as MLflow's protocol has it. */
import type { Trace } from '@runstead/contract';

export interface Assessment {
	readonly id: string;
	readonly name: string;
	readonly kind: 'feedback' | 'expectation' | 'issue';
	readonly text: string;
	/** Of a program that could not judge. */
	readonly error: string | null;
	readonly rationale: string;
	/** `HUMAN ada`, `LLM_JUDGE judge-1`. */
	readonly by: string;
	readonly spanId: string | null;
	readonly time: string | null;
	/** False when another one took its place. */
	readonly isValid: boolean;
}

export function assessmentsOf({ assessments }: Pick<Trace, 'assessments'>): Assessment[] {
	return assessments.map(assessmentOf);
}

function assessmentOf(given: Readonly<Record<string, unknown>>): Assessment {
	const kind = isObject(given.expectation) ? 'expectation' : isObject(given.feedback) ? 'feedback' : 'issue';
	const said = objectOf(given[kind]);
	const source = objectOf(given.source);
	const error = objectOf(said.error);
	return {
		id: textOf(given.assessment_id),
		name: textOf(given.assessment_name),
		kind,
		text: valueText(kind === 'issue' ? said : (said.value ?? objectOf(said.serialized_value).value)),
		error: [error.error_code, error.error_message].filter((part) => typeof part === 'string').join(': ') || null,
		rationale: textOf(given.rationale),
		by: [wordsOf(textOf(source.source_type)), textOf(source.source_id)].filter((part) => part !== '' && part !== 'default').join(' '),
		spanId: textOf(given.span_id) || null,
		time: textOf(given.last_update_time) || null,
		isValid: given.valid !== false,
	};
}

/** `LLM_JUDGE` is a judge, the others are what they say. */
function wordsOf(sourceType: string): string {
	return sourceType.toLowerCase().replaceAll('_', ' ').replace('llm', 'LLM');
}

function valueText(value: unknown): string {
	if (value === undefined || value === null) return '';
	return typeof value === 'string' ? value : JSON.stringify(value);
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
	return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null;
}
