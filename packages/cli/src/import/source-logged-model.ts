/** Logged models as MLflow writes them, whichever way they are kept. */
import type { LoggedModelStatus } from '@runstead/contract';
import type { SourceLoggedModel } from './mlflow-source.ts';

/** By the numbers that MLflow has for them. */
const STATUSES: readonly LoggedModelStatus[] = ['unspecified', 'pending', 'ready', 'failed'];

/** A number, or a name such as `LOGGED_MODEL_READY` or `READY`. */
export function loggedModelStatus(given: unknown): LoggedModelStatus {
	if (typeof given === 'number') return STATUSES[given] ?? 'unspecified';
	const word = String(given).replace('LOGGED_MODEL_', '').toLowerCase();
	return STATUSES.find((status) => word.startsWith(status)) ?? 'unspecified';
}

/** One that is still being written comes later, when it is whole. */
export function isWhole({ status }: Pick<SourceLoggedModel, 'status'>): boolean {
	return status !== 'pending';
}

export function timeOf(millis: unknown): string {
	return new Date(Number(millis ?? 0)).toISOString();
}

type Metric = SourceLoggedModel['metrics'][number];

export function loggedModelMetric(given: {
	readonly name: string;
	readonly value: number;
	readonly timeMs: unknown;
	readonly step: unknown;
	readonly runId: unknown;
	readonly datasetName?: unknown;
	readonly datasetDigest?: unknown;
}): Metric {
	const textOrNull = (text: unknown): string | null => (typeof text === 'string' && text !== '' ? text : null);
	return {
		name: given.name,
		value: Number.isFinite(given.value) ? given.value : null,
		time: timeOf(given.timeMs),
		step: Number(given.step ?? 0),
		runId: String(given.runId ?? ''),
		datasetName: textOrNull(given.datasetName),
		datasetDigest: textOrNull(given.datasetDigest),
	};
}
