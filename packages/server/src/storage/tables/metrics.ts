/** Metrics of runs. */
import type { Direction, MetricKind } from '@runstead/contract';
import type { Generated } from 'kysely';

export interface MetricSeriesTable {
	key: Generated<number>;
	run_key: number;
	workspace_key: number;
	name: string;
	kind: MetricKind;
	point_count: number;
	/** Points in chunks that are not sealed. */
	tail_points: number;
}

/** A column of a series with its summary: as JSON for showing, and as numbers for searching. */
export interface MetricColumnTable {
	series_key: number;
	ordinal: number;
	run_key: number;
	workspace_key: number;
	name: string;
	/** What a search calls it: the metric's name for its first column, `metric.column` for the others of a row or table. */
	search_name: string;
	summary: string;
	first_number: number | null;
	last_number: number | null;
	min_number: number | null;
	max_number: number | null;
	mean_number: number | null;
}

export interface MetricChunkTable {
	series_key: number;
	first_arrival: number;
	point_count: number;
	/** 1 once it is full: it is never written again. */
	sealed: number;
	/** Least and greatest step; null if no point has one. */
	min_step: number | null;
	max_step: number | null;
	min_time: number;
	max_time: number;
	/** The points, packed: see the metrics capability's chunk.ts. */
	data: Uint8Array;
	/** Min, max and last of every few points of a sealed chunk, for charts: see outline.ts. */
	outline: Uint8Array | null;
}

/** What is known of a metric beside its points; it may be said before the first of them. */
export interface MetricDefinitionTable {
	run_key: number;
	name: string;
	direction: Direction | null;
}

export interface MetricWriterTable {
	run_key: number;
	writer: string;
	stored: number;
}

export interface MetricTables {
	metric_series: MetricSeriesTable;
	metric_column: MetricColumnTable;
	metric_chunk: MetricChunkTable;
	metric_definition: MetricDefinitionTable;
	metric_writer: MetricWriterTable;
}
