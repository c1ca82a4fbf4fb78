/** Assessments of traces: feedback and expectations. Group H of the calls. */
import { assessmentOf } from '../../capabilities/traces/assessment-content.ts';
import type { Capabilities } from '../../create-capabilities.ts';
import { invalidParameter, notFoundAs } from './errors.ts';
import { anyObject, type Field, message, text } from './message.ts';
import type { MlflowToolbox } from './toolbox.ts';
import { revised } from './trace-shapes.ts';

type Reach = (id: string, authorize: (about: { experiment: string }) => Promise<void>) => Promise<void>;

/** Field masks are texts with commas in protobuf's JSON; some clients write lists. */
const mask: Field<readonly string[]> = {
	read: (value) =>
		typeof value === 'string'
			? value.split(',')
			: (((value as { paths?: unknown } | null)?.paths as readonly string[] | undefined)?.map(String) ?? []),
};

const PATH = '/3.0/mlflow/traces/:trace_id/assessments';

export function serveAssessments({ serve }: MlflowToolbox, { traces }: Pick<Capabilities, 'traces'>, reach: Reach): void {
	const ofAssessment = <T>(work: Promise<T>, traceId: string, id: string): Promise<T> =>
		work.catch(notFoundAs(`Assessment with ID '${id}' not found for trace '${traceId}'`));

	serve(
		{
			method: 'POST',
			path: PATH,
			permission: 'run.write',
			message: message({ trace_id: text, assessment: anyObject }, ['trace_id', 'assessment']),
		},
		async ({ message: { trace_id, assessment }, authorize }) => {
			await reach(trace_id, authorize);
			const given = assessmentOf(assessment);
			return { assessment: await ofAssessment(traces.assess(trace_id, given), trace_id, given.overrides ?? '') };
		},
	);

	const One = message({ trace_id: text, assessment_id: text }, ['trace_id', 'assessment_id']);
	serve(
		{ method: 'GET', path: `${PATH}/:assessment_id`, permission: 'run.read', message: One },
		async ({ message: { trace_id, assessment_id }, authorize }) => {
			await reach(trace_id, authorize);
			return { assessment: await ofAssessment(traces.assessment(trace_id, assessment_id), trace_id, assessment_id) };
		},
	);

	serve(
		{
			method: 'PATCH',
			path: `${PATH}/:assessment_id`,
			permission: 'run.write',
			message: message({ trace_id: text, assessment_id: text, assessment: anyObject, update_mask: mask }, [
				'trace_id',
				'assessment_id',
				'assessment',
			]),
		},
		async ({ message: { trace_id, assessment_id, assessment, update_mask = [] }, authorize }) => {
			if (update_mask.join('') === '') throw invalidParameter("Missing value for required parameter 'update_mask'.");
			await reach(trace_id, authorize);
			const changed = traces.reassess(trace_id, assessment_id, (before) => revised(before, assessment, update_mask));
			return { assessment: await ofAssessment(changed, trace_id, assessment_id) };
		},
	);

	serve(
		{ method: 'DELETE', path: `${PATH}/:assessment_id`, permission: 'run.write', message: One },
		async ({ message: { trace_id, assessment_id }, authorize }) => {
			await reach(trace_id, authorize);
			await traces.removeAssessment(trace_id, assessment_id);
			return {};
		},
	);
}
