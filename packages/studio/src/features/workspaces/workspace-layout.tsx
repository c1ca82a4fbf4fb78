/** Everything of one workspace: the shell with its pages, over that workspace's live stream. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Outlet, useLocation } from '@tanstack/react-router';
import { isNotFound } from '../../shared/api/describe-error.ts';
import { LiveProvider, useLiveEvents } from '../../shared/live/live-provider.tsx';
import { Shell } from '../../shared/shell/shell.tsx';
import { liveAddress, workspaceQuery } from './api.ts';
import { MissingWorkspace } from './missing-workspace.tsx';
import { WorkspacePicker } from './workspace-picker.tsx';

const route = getRouteApi('/w/$workspace');

export function WorkspaceLayout() {
	const { workspace } = route.useParams();
	const path = useLocation({ select: (location) => location.pathname });
	// The page is read at the same time; what it says is of no use where the workspace itself is missing.
	const query = useQuery(workspaceQuery(workspace));
	if (isNotFound(query.error)) return <MissingWorkspace name={workspace} />;
	return (
		<LiveProvider url={liveAddress(workspace)}>
			<ReadAgainAfterGap />
			<Shell workspace={workspace} path={path} workspacePicker={<WorkspacePicker workspace={workspace} />}>
				<Outlet />
			</Shell>
		</LiveProvider>
	);
}

/** What the stream said while it was away is lost, so everything on screen is read again when it is back. */
function ReadAgainAfterGap() {
	const queries = useQueryClient();
	useLiveEvents((event) => {
		if (event.kind === 'resumed') void queries.invalidateQueries();
	});
	return null;
}
