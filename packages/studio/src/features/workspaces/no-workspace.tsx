/** What a server without any workspace shows. */
import { EmptyState } from '../../shared/states/empty-state.tsx';

export function NoWorkspace() {
	return (
		<EmptyState title="No workspace yet" code={'runstead workspace create my-workspace'}>
			A workspace holds experiments, compute and people. Make the first one on the machine that runs the server.
		</EmptyState>
	);
}
