import { expect, it } from 'vitest';
import { assessmentsOf } from './assessment.ts';

const given = { assessment_id: 'a-1', assessment_name: 'helpful', last_update_time: '2026-01-02T03:04:05Z' };
const shown = { id: 'a-1', name: 'helpful', error: null, rationale: '', by: '', spanId: null, time: '2026-01-02T03:04:05Z', isValid: true };

it.each([
	[
		{ feedback: { value: false }, source: { source_type: 'LLM_JUDGE', source_id: 'judge-1' }, rationale: 'No.' },
		{ kind: 'feedback', text: 'false', by: 'LLM judge judge-1', rationale: 'No.' },
	],
	[
		{ expectation: { value: 'yes' }, span_id: 'b2', valid: false },
		{ kind: 'expectation', text: 'yes', spanId: 'b2', isValid: false },
	],
	[
		{ expectation: { serialized_value: { value: '{"a":1}' } }, source: { source_type: 'HUMAN', source_id: 'default' } },
		{ kind: 'expectation', text: '{"a":1}', by: 'human' },
	],
	[
		{ feedback: { error: { error_code: 'TIMEOUT', error_message: 'too long' } } },
		{ kind: 'feedback', text: '', error: 'TIMEOUT: too long' },
	],
	[{ issue: { kind: 'slow' } }, { kind: 'issue', text: '{"kind":"slow"}' }],
])('of %o is shown %o', (part, expected) => {
	expect(assessmentsOf({ assessments: [{ ...given, ...part }] })).toEqual([{ ...shown, ...expected }]);
});
