/** What is imported from MLflow, whichever way it is kept: behind a server, in a database, in a folder. */

import type { EvaluationDataset, LoggedModel, ModelVersion, Trace } from '@runstead/contract';

export interface SourceExperiment {
	readonly id: string;
	readonly name: string;
	readonly tags: Readonly<Record<string, string>>;
	readonly isDeleted: boolean;
}

export interface SourceDataset {
	readonly name: string;
	readonly digest: string;
	readonly sourceType: string;
	readonly source: string;
	readonly schema: string | null;
	readonly profile: string | null;
	readonly tags: Readonly<Record<string, string>>;
}

export interface SourceRun {
	readonly id: string;
	readonly name: string;
	readonly status: 'RUNNING' | 'SCHEDULED' | 'FINISHED' | 'FAILED' | 'KILLED';
	readonly startTimeMs: number | null;
	readonly endTimeMs: number | null;
	readonly isDeleted: boolean;
	readonly user: string;
	readonly params: Readonly<Record<string, string>>;
	readonly tags: Readonly<Record<string, string>>;
	/** What tells, by metric, whether it has points that it had not before: their number, or the last of them. */
	readonly metrics: Readonly<Record<string, string>>;
	readonly datasets: readonly SourceDataset[];
	/** As far as a list of runs tells. */
	readonly models: RunModels;
	readonly artifactUri: string;
}

/** Logged models of a run. */
export interface RunModels {
	/** Ids of those that it read. */
	readonly inputs: readonly string[];
	/** Those that it made. */
	readonly outputs: readonly SourceModelOutput[];
}

export interface SourceModelOutput {
	readonly modelId: string;
	readonly step: number;
}

export interface SourcePoint {
	readonly value: number;
	readonly timeMs: number;
	readonly step: number;
}

export interface SourceFile {
	/** Below the folder that was asked for. */
	readonly path: string;
	/** Null: the source does not say. */
	readonly sizeBytes: number | null;
	open(): Promise<NonNullable<RequestInit['body']>>;
}

export interface SourceModelVersion {
	readonly version: number;
	readonly description: string | null;
	readonly stage: string;
	readonly source: string;
	/** Where its files are, if not at `source`. */
	readonly location: string | null;
	readonly runId: string | null;
	readonly tags: Readonly<Record<string, string>>;
	readonly createdTimeMs: number;
	/** What MLflow has not. */
	readonly more?: Pick<ModelVersion, 'properties' | 'framework' | 'frameworkVersion' | 'details' | 'createdTime'>;
}

export interface SourceModel {
	readonly name: string;
	readonly description: string | null;
	readonly tags: Readonly<Record<string, string>>;
	readonly aliases: Readonly<Record<string, number>>;
	/** Null: the source does not say. */
	readonly createdTime: string | null;
	/** By number. */
	readonly versions: readonly SourceModelVersion[];
}

/** As the server takes it, its files apart. */
export interface SourceLoggedModel extends Omit<LoggedModel, 'experimentId' | 'deleted'> {
	/** Null where this cannot reach them. */
	files(): Promise<readonly SourceFile[] | null>;
	readonly place: string;
}

/** As the server takes it, its spans apart. */
export interface SourceTrace extends Omit<Trace, 'experimentId'> {
	/** What of it cannot come, in sentences. */
	readonly problems: readonly string[];
	/** As OpenTelemetry's JSON has them, in snake case; null where this cannot reach them. */
	spans(): Promise<readonly Readonly<Record<string, unknown>>[] | null>;
}

export interface SourceEvaluationRecord {
	readonly id: string;
	/** As the server takes it. */
	readonly json: string;
	readonly modifiedTimeMs: number;
}

/** As the server takes it, its records apart. */
export interface SourceEvaluationDataset extends Omit<EvaluationDataset, 'schema'> {
	/** In the order in which they came. */
	records(): AsyncIterable<SourceEvaluationRecord>;
}

/** A source refuses one part of what it has. */
export class SourceRefusal extends Error {
	override readonly name = 'SourceRefusal';
}

export interface MlflowSource {
	/** As a person knows it. */
	readonly name: string;
	countRuns(): Promise<number>;
	experiments(): Promise<readonly SourceExperiment[]>;
	/** Those of an experiment, deleted ones too, the earliest first. */
	runs(experimentId: string): AsyncIterable<SourceRun>;
	/** All logged models of a run, which may take a call of its own. */
	modelsOf(run: SourceRun): Promise<RunModels>;
	/** The whole history of a metric in the order in which it was kept, in portions. */
	points(runId: string, metric: string): AsyncIterable<readonly SourcePoint[]>;
	/** The files below a place; null where this cannot reach them. */
	files(
		uri: string,
		of: { readonly runId?: string; readonly model?: { readonly name: string; readonly version: number } },
	): Promise<readonly SourceFile[] | null>;
	models(): Promise<readonly SourceModel[]>;
	/** Those of an experiment that are whole and not deleted; none where the source keeps no such. @throws {SourceRefusal} */
	loggedModels(experimentId: string): AsyncIterable<SourceLoggedModel>;
	/** Those of an experiment; none where the source keeps no such. @throws {SourceRefusal} */
	traces(experimentId: string): AsyncIterable<SourceTrace>;
	/** Those of all experiments and of none; none where the source keeps no such. @throws {SourceRefusal} */
	evaluationDatasets(): AsyncIterable<SourceEvaluationDataset>;
	/** What it looked for in vain, in sentences; told when all is done. */
	problems(): readonly string[];
	close(): Promise<void>;
}

export const PORTION_POINTS = 25_000;

/** Cuts what comes one by one into portions. */
export function* portions(points: Iterable<SourcePoint>): Generator<SourcePoint[]> {
	let portion: SourcePoint[] = [];
	for (const point of points) {
		portion.push(point);
		if (portion.length < PORTION_POINTS) continue;
		yield portion;
		portion = [];
	}
	if (portion.length > 0) yield portion;
}
