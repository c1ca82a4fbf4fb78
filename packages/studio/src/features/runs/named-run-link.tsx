/** A link to a run of which only the id is known: by its name as soon as that is. */
import { useQuery } from '@tanstack/react-query';
import { isNotFound } from '../../shared/api/describe-error.ts';
import { runQuery } from './api.ts';
import { RunLink } from './run-link.tsx';
import type { RunTab } from './run-page-search.ts';

interface NamedRunLinkProps {
	readonly workspace: string;
	readonly runId: string;
	readonly tab?: RunTab;
}

/** A run that is not here is named by its id, and leads nowhere. */
export function NamedRunLink({ workspace, runId, tab }: NamedRunLinkProps) {
	const query = useQuery(runQuery(runId));
	if (isNotFound(query.error)) return <span title="This run is not here.">{runId}</span>;
	const run = query.data ?? { id: runId, displayName: '', name: '', workspaceName: workspace };
	return <RunLink run={run} {...(tab !== undefined && { tab })} />;
}
