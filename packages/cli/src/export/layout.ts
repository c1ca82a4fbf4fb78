/** What an export is: a folder of JSON lines for what has a shape, Parquet for points, and files as they were. */
import type {
	Dataset,
	EvaluationDataset,
	Experiment,
	LoggedModel,
	Model,
	ModelVersion,
	Run,
	RunFile,
	Trace,
	View,
} from '@runstead/contract';

export const FORMAT = 'runstead-export';
/** Grows when a reader of an older one would go wrong. */
export const FORMAT_VERSION = 1;

/** Says what the folder is; written last, so that a folder with it is whole. */
export const MANIFEST = 'manifest.json';

/** One document a line; docs/guides/export.md tells each. */
export const TABLES = {
	experiments: 'experiments.jsonl',
	runs: 'runs.jsonl',
	datasets: 'datasets.jsonl',
	runModels: 'run-models.jsonl',
	files: 'files.jsonl',
	snapshots: 'snapshots.jsonl',
	models: 'models.jsonl',
	loggedModels: 'logged-models.jsonl',
	traces: 'traces.jsonl',
	evaluationDatasets: 'evaluation-datasets.jsonl',
	evaluationRecords: 'evaluation-records.jsonl',
	views: 'views.jsonl',
} as const;

/** Parquet files with the points of all runs, in the order of the runs. */
export const METRICS_FOLDER = 'metrics';

export interface Manifest {
	readonly format: string;
	readonly version: number;
	readonly workspace: string;
	readonly exportedTime: string;
	/** False: of some experiments or runs alone. */
	readonly isWhole: boolean;
	readonly counts: Record<string, number>;
}

/** What a run read: a dataset, and what for. */
export interface DatasetLine {
	readonly run: string;
	readonly dataset: Dataset;
	readonly tags: Readonly<Record<string, string>>;
}

/** Which logged models a run read, and which it made at which step. */
export interface RunModelsLine {
	readonly run: string;
	readonly modelInputs: readonly string[];
	readonly modelOutputs: readonly { readonly modelId: string; readonly step: number }[];
}

/** A file that lies in the folder: of a run, of a snapshot, of a logged model, or of a version of a model. */
interface FileLine {
	readonly path: string;
	readonly sizeBytes: number;
	/** Where it lies in the folder. */
	readonly file: string;
}

export interface RunFileLine extends FileLine, Pick<RunFile, 'kind' | 'sha256' | 'sealed' | 'contentType'> {
	readonly run: string;
}

export interface SnapshotLine {
	readonly id: string;
	readonly files: readonly (FileLine & { readonly sha256: string; readonly executable?: boolean })[];
}

export interface ModelLine extends Model {
	readonly versions: readonly (ModelVersion & { readonly files: readonly FileLine[] })[];
}

export interface LoggedModelLine extends LoggedModel {
	readonly files: readonly FileLine[];
}

export interface TraceLine {
	readonly trace: Trace;
	readonly spans: readonly Record<string, unknown>[];
}

/** A record of an evaluation dataset; numbers in it are as they were written. */
export interface EvaluationRecordLine {
	/** Id of the dataset. */
	readonly dataset: string;
	readonly record: { readonly dataset_record_id: string; readonly [field: string]: unknown };
}

export interface Lines {
	readonly experiments: Experiment;
	readonly runs: Run;
	readonly datasets: DatasetLine;
	readonly runModels: RunModelsLine;
	readonly files: RunFileLine;
	readonly snapshots: SnapshotLine;
	readonly models: ModelLine;
	readonly loggedModels: LoggedModelLine;
	readonly traces: TraceLine;
	readonly evaluationDatasets: EvaluationDataset;
	readonly evaluationRecords: EvaluationRecordLine;
	readonly views: View;
}
