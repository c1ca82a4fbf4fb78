/** Assessments between their rows and what is told of them. */
import { randomUUID } from 'node:crypto';
import type { NewAssessment } from './new-trace.ts';
import type * as store from './store.ts';

export function assessmentRecord(
	trace: store.TraceRecord,
	{ id = `a-${randomUUID().replaceAll('-', '')}`, name, kind, value, content }: NewAssessment,
	time: number,
): store.AssessmentRecord {
	return {
		trace_key: trace.key,
		id,
		name,
		kind,
		value: JSON.stringify(value ?? null),
		valid: 1,
		created_time: time,
		content: JSON.stringify(content),
	};
}

export function presentAssessment(traceId: string, { id, valid, content }: store.AssessmentRecord): Record<string, unknown> {
	return { assessment_id: id, trace_id: traceId, ...(JSON.parse(content) as Record<string, unknown>), valid: valid === 1 };
}
