/** The tables as Kysely sees them, by what they are of. Times are integers: microseconds since 1970 in UTC. Flags are 0 or 1. JSON is text. */

import type { AlertTables } from './tables/alerts.ts';
import type { ComputeTables } from './tables/compute.ts';
import type { RegisteredDatasetTables } from './tables/datasets.ts';
import type { EvaluationDatasetTables } from './tables/evaluation-datasets.ts';
import type { EventTables } from './tables/events.ts';
import type { FileTables } from './tables/files.ts';
import type { ImportMarkTables } from './tables/import-marks.ts';
import type { JobTables } from './tables/jobs.ts';
import type { MetricTables } from './tables/metrics.ts';
import type { ModelTables } from './tables/models.ts';
import type { MonitorTables } from './tables/monitor.ts';
import type { RunTables } from './tables/runs.ts';
import type { TraceTables } from './tables/traces.ts';
import type { WebhookTables } from './tables/webhooks.ts';
import type { WorkspaceTables } from './tables/workspaces.ts';

export type * from './tables/alerts.ts';
export type * from './tables/compute.ts';
export type * from './tables/datasets.ts';
export type * from './tables/evaluation-datasets.ts';
export type * from './tables/events.ts';
export type * from './tables/files.ts';
export type * from './tables/import-marks.ts';
export type * from './tables/jobs.ts';
export type * from './tables/metrics.ts';
export type * from './tables/models.ts';
export type * from './tables/monitor.ts';
export type * from './tables/runs.ts';
export type * from './tables/traces.ts';
export type * from './tables/webhooks.ts';
export type * from './tables/workspaces.ts';

export interface Tables
	extends WorkspaceTables,
		RunTables,
		MetricTables,
		EventTables,
		ComputeTables,
		JobTables,
		FileTables,
		ModelTables,
		RegisteredDatasetTables,
		EvaluationDatasetTables,
		TraceTables,
		MonitorTables,
		AlertTables,
		WebhookTables,
		ImportMarkTables {}
