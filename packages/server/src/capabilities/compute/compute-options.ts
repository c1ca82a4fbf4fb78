/** What clusters and nodes work with. */
import type { Database } from '../../storage/database.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { QuotaService } from '../quotas/service.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import type { Demand } from './demand.ts';

interface LostNode {
	readonly node: string;
	/** As a sentence. */
	readonly reason: string;
	readonly actor: string;
	readonly preempted: boolean;
}

export interface ComputeServiceOptions {
	readonly database: Database;
	readonly workspaces: WorkspaceService;
	readonly quotas: QuotaService;
	/** Known after compute: jobs are sent to it. */
	readonly demandOf: (target: string) => Promise<Demand>;
	/** Agents that wait for jobs of a target ask anew. */
	readonly wake: (target: string) => void;
	/** A node is lost with the jobs that it had; the ids of their runs. */
	readonly loseNodeIn: (unit: UnitOfWork, lost: LostNode) => Promise<string[]>;
	/** Cancels what waits or runs on a target. */
	readonly cancelRunsOn: (target: string, actor: string, reason: string) => Promise<void>;
	/** Told after the commit that something about a cluster is to be looked at. */
	readonly onChanged: () => void;
}
