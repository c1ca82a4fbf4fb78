/** What clusters and nodes work with. */
import type { Database } from '../../storage/database.ts';
import type { QuotaService } from '../quotas/service.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import type { Demand } from './demand.ts';

export interface ComputeServiceOptions {
	readonly database: Database;
	readonly workspaces: WorkspaceService;
	readonly quotas: QuotaService;
	/** Known after compute: jobs are sent to it. */
	readonly demandOf: (target: string) => Promise<Demand>;
	/** Agents that wait for jobs of a target ask anew. */
	readonly wake: (target: string) => void;
	/** Cancels what waits or runs on a target. */
	readonly cancelRunsOn: (target: string, actor: string, reason: string) => Promise<void>;
	/** Told after the commit that something about a cluster is to be looked at. */
	readonly onChanged: () => void;
}
