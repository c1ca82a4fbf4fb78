/** What a token is to allow. */
import type { Permission } from '@runstead/contract';

export interface TokenGrant {
	readonly subject: string;
	readonly permissions: readonly Permission[];
	readonly workspaceId: string | null;
	readonly runId: string | null;
	/** The compute target that it is bound to; absent: none. */
	readonly target?: string;
	/** The name of that target, for its bearer to read: a machine need not be told twice what it joins. */
	readonly compute?: string;
	/** The agent that it is bound to; absent: none. */
	readonly agent?: string;
	readonly expiresInSeconds: number;
}
