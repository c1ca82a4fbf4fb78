/** A run as MLflow shows it: its name, note and parent are tags, a row's columns are metrics of their own, texts are tags. */
import type { MetricSummary, Run, WireValue } from '@runstead/contract';
import type { RunRecord } from '../../capabilities/runs/service.ts';
import { lifecycleStage } from './lifecycle.ts';
import { isToldWhole, mlflowStatus } from './status.ts';
import { millisOf } from './times.ts';

/** Tags that are something of a run's own everywhere else. */
export const NAME_TAG = 'mlflow.runName';
export const NOTE_TAG = 'mlflow.note.content';
export const PARENT_TAG = 'mlflow.parentRunId';
/** Says what the five statuses do not. */
const STATUS_TAG = 'runstead.status';
/** Who a client said that it is, where that is not who it is known to be. */
export const USER_PROPERTY = 'mlflow.user';

/** Part of a run that other capabilities keep. */
export interface RunExtras {
	readonly inputs?: object;
	readonly outputs?: object;
}

export function presentRun(run: Run, { inputs = {}, outputs = {} }: RunExtras = {}): object {
	const { metrics, texts } = latestOf(Object.values(run.metrics));
	const params = Object.entries(run.params).map(([key, value]) => ({ key, value }));
	const tags = Object.entries({ ...texts, ...run.tags, ...ownTags(run) }).map(([key, value]) => ({ key, value: value ?? '' }));
	return {
		info: presentInfo(run),
		data: { ...(metrics.length > 0 && { metrics }), ...(params.length > 0 && { params }), ...(tags.length > 0 && { tags }) },
		inputs,
		outputs,
	};
}

function presentInfo(run: Run): object {
	return infoOf({
		...run,
		startMillis: Date.parse(run.startTime ?? run.createdTime),
		endMillis: run.endTime === null ? null : Date.parse(run.endTime),
	});
}

/** The head of a run from its record alone, for replies to those who have just written it. */
export function presentRecord(record: RunRecord, experimentId: string, properties: Readonly<Record<string, string>>): object {
	return infoOf({
		id: record.id,
		displayName: record.display_name,
		experimentId,
		submittedBy: record.submitted_by,
		properties,
		status: record.status,
		startMillis: millisOf(record.start_time ?? record.created_time),
		endMillis: record.end_time === null ? null : millisOf(record.end_time),
		lifecycle: record.lifecycle,
	});
}

interface InfoSource extends Pick<Run, 'id' | 'displayName' | 'experimentId' | 'submittedBy' | 'properties' | 'status' | 'lifecycle'> {
	readonly startMillis: number;
	readonly endMillis: number | null;
}

function infoOf(run: InfoSource): object {
	const { id, displayName, experimentId, submittedBy, properties, status, startMillis, endMillis, lifecycle } = run;
	return {
		run_uuid: id,
		run_id: id,
		run_name: displayName,
		experiment_id: experimentId,
		user_id: properties[USER_PROPERTY] ?? submittedBy,
		status: mlflowStatus(status),
		start_time: startMillis,
		...(endMillis !== null && { end_time: endMillis }),
		artifact_uri: artifactUriOf(run),
		lifecycle_stage: lifecycleStage(lifecycle),
	};
}

/** Where its artifacts are: here, unless its experiment says where clients put them. */
export function artifactUriOf({ id, experimentId, properties }: Pick<Run, 'id' | 'experimentId' | 'properties'>): string {
	return properties[ARTIFACT_URI_PROPERTY] ?? `mlflow-artifacts:/${experimentId}/${id}/artifacts`;
}

/** Set where artifacts of a run do not come here. */
export const ARTIFACT_URI_PROPERTY = 'mlflow.artifactUri';

function ownTags({ displayName, description, parentId, status }: Run): Record<string, string> {
	return {
		[NAME_TAG]: displayName,
		...(description !== '' && { [NOTE_TAG]: description }),
		...(parentId !== null && { [PARENT_TAG]: parentId }),
		...(!isToldWhole(status) && { [STATUS_TAG]: status }),
	};
}

interface Latest {
	readonly metrics: object[];
	readonly texts: Record<string, string>;
}

/** The last value of each column: numbers are metrics, texts are not. */
function latestOf(summaries: readonly MetricSummary[]): Latest {
	const metrics: object[] = [];
	const texts: Record<string, string> = {};
	for (const { name, columns } of summaries) {
		for (const [column, { last, lastStep, lastTime }] of Object.entries(columns)) {
			const key = column === name ? name : `${name}.${column}`;
			const value = mlflowNumber(last);
			if (value !== null) metrics.push({ key, value, timestamp: Date.parse(lastTime), step: lastStep ?? 0 });
			else if (typeof last === 'string') texts[key] = last;
		}
	}
	return { metrics, texts };
}

const GREATEST = Number.MAX_VALUE;

/** A number as MLflow's JSON has it: NaN is a text, and infinite ones are the greatest there are; null for what is none. */
function mlflowNumber(value: WireValue): number | 'NaN' | null {
	if (typeof value === 'number') return value;
	if (typeof value === 'boolean') return value ? 1 : 0;
	if (typeof value !== 'object' || value === null) return null;
	return doubleOf('integer' in value ? Number(value.integer) : Number(value.number));
}

export function doubleOf(number: number): number | 'NaN' {
	if (Number.isFinite(number)) return number;
	return Number.isNaN(number) ? 'NaN' : number > 0 ? GREATEST : -GREATEST;
}
