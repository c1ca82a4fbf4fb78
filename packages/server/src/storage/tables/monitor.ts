/** Workspace metrics and diagnostic settings. */
import type { DestinationKind } from '@runstead/contract';
import type { Generated } from 'kysely';

/** A workspace metric with one combination of dimension values. */
export interface WorkspaceMetricSeriesTable {
	key: Generated<number>;
	workspace_key: number;
	metric: string;
	/** As JSON, by name in their order. */
	dimensions: string;
	/** The first and the last minute that it has. */
	first_time: number;
	last_time: number;
	/** The newest sample, and the sum of all that there ever were. */
	last_value: number;
	total: number;
}

export interface WorkspaceMetricHourTable {
	series_key: number;
	hour_time: number;
	total: number;
	sample_count: number;
	minimum: number;
	maximum: number;
	/** Its minutes, packed: see the workspace metrics capability's minutes.ts. */
	minutes: Uint8Array;
}

/** How many points of a metric of a run have been taken into workspace metrics. */
export interface WorkspaceMetricUsageTable {
	series_key: number;
	point_count: number;
}

/** Which categories of a workspace are sent where; the destinations' own settings are sealed, since they hold secrets. */
export interface DiagnosticSettingTable {
	key: Generated<number>;
	id: string;
	workspace_key: number;
	name: string;
	folded_name: string;
	/** JSON. */
	categories: string;
	created_time: number;
	modified_time: number;
	modified_by: string;
}

export interface DiagnosticDestinationTable {
	key: Generated<number>;
	setting_key: number;
	kind: DestinationKind;
	/** Sealed JSON. */
	configuration: string;
	/** How far the network lets whoever gave the address. */
	reach: 'internal' | 'public';
	/** The last event that it has been through. */
	sequence: number;
	/** The end of the minutes of metrics that it has been through. */
	metrics_time: number;
	sent_time: number | null;
	error: string | null;
	error_time: number | null;
}

/** What a destination holds, by the day that it happened on. */
export interface DiagnosticVolumeTable {
	destination_key: number;
	category: string;
	/** Days since 1970. */
	day: number;
	record_count: number;
	size_bytes: number;
}

/** Which categories of a workspace Log Analytics holds, from the first event on. */
export interface LogAnalyticsCategoryTable {
	workspace_key: number;
	category: string;
	/** The last event that it holds; null: those that come, too. */
	until_sequence: number | null;
}

export interface MonitorTables {
	workspace_metric_series: WorkspaceMetricSeriesTable;
	workspace_metric_hour: WorkspaceMetricHourTable;
	workspace_metric_usage: WorkspaceMetricUsageTable;
	diagnostic_setting: DiagnosticSettingTable;
	diagnostic_destination: DiagnosticDestinationTable;
	diagnostic_volume: DiagnosticVolumeTable;
	log_analytics_category: LogAnalyticsCategoryTable;
}
