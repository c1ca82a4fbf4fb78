/** Migrations: numbered, one transaction each, a backup first, and a newer database is refused. */
import { foundation } from './migrations/0001-foundation.ts';
import { compute } from './migrations/0002-compute.ts';
import { jobParts } from './migrations/0003-job-parts.ts';
import { computeEvents } from './migrations/0004-compute-events.ts';
import { views } from './migrations/0005-views.ts';
import { quotas } from './migrations/0006-quotas.ts';
import { environments } from './migrations/0007-environments.ts';
import { joinedNodes } from './migrations/0008-joined-nodes.ts';
import { nodeShares } from './migrations/0009-node-shares.ts';
import { preemption } from './migrations/0010-preemption.ts';
import { datastores } from './migrations/0011-datastores.ts';
import { accessTokens } from './migrations/0012-access-tokens.ts';
import { logWriters } from './migrations/0013-log-writers.ts';
import { models } from './migrations/0014-models.ts';
import { workspaceMetrics } from './migrations/0016-workspace-metrics.ts';
import { diagnostics } from './migrations/0017-diagnostics.ts';
import { alerts } from './migrations/0018-alerts.ts';
import { silence } from './migrations/0019-silence.ts';
import { lineage } from './migrations/0020-lineage.ts';
import { eventFiles } from './migrations/0021-event-files.ts';
import { submissions } from './migrations/0022-submissions.ts';
import { viewPage } from './migrations/0023-view-page.ts';
import { registeredDatasets } from './migrations/0024-registered-datasets.ts';
import { deletedViews } from './migrations/0025-deleted-views.ts';
import { registryWebhooks } from './migrations/0026-registry-webhooks.ts';
import { traceIndexes } from './migrations/0030-trace-indexes.ts';
import { importMarks } from './migrations/0031-import-marks.ts';
import { evaluationDatasets } from './migrations/0032-evaluation-datasets.ts';
import type { ColumnTypes, Migration } from './migrations/migration.ts';

const MIGRATIONS: readonly Migration[] = [
	foundation,
	compute,
	jobParts,
	computeEvents,
	views,
	quotas,
	environments,
	joinedNodes,
	nodeShares,
	preemption,
	datastores,
	accessTokens,
	logWriters,
	models,
	workspaceMetrics,
	diagnostics,
	alerts,
	silence,
	lineage,
	eventFiles,
	submissions,
	viewPage,
	registeredDatasets,
	deletedViews,
	registryWebhooks,
	traceIndexes,
	importMarks,
	evaluationDatasets,
];

/** What a database must offer to be migrated. */
export interface Migratable {
	readonly types: ColumnTypes;
	/** The newest migration applied; 0 for an empty database. */
	version(): Promise<number>;
	/** Runs the statements and records the version, all in one transaction. */
	apply(version: number, name: string, statements: string[]): Promise<void>;
	/** Keeps a copy of the database as it is, before it goes from one version to another. */
	backup(from: number, to: number): Promise<void>;
}

/** The database was written by a newer release: this one would not understand it. */
export class NewerDatabaseError extends Error {
	override readonly name = 'NewerDatabaseError';
}

/**
 * Brings a database to this release's schema. A migration that fails leaves it as the one before made it.
 * @throws {NewerDatabaseError} when a newer release has written to it already.
 */
export async function migrate(database: Migratable, migrations: readonly Migration[] = MIGRATIONS): Promise<void> {
	const current = await database.version();
	const newest = migrations.at(-1)?.number ?? 0;
	if (current > newest) {
		throw new NewerDatabaseError(
			`The database has schema version ${current}; this release of Runstead knows versions up to ${newest}. Start the newer release again, or restore a backup made before the upgrade (runstead restore).`,
		);
	}
	const pending = migrations.filter((migration) => migration.number > current);
	if (current > 0 && pending.length > 0) await database.backup(current, newest);
	for (const migration of pending) {
		await database.apply(migration.number, migration.name, migration.statements(database.types));
	}
}
