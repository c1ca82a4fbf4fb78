/** Everything of one workspace: the shell with its pages, over that workspace's live stream. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Outlet, useLocation } from '@tanstack/react-router';
import { isNotFound } from '../../shared/api/describe-error.ts';
import { LiveProvider, useLiveEvents } from '../../shared/live/live-provider.tsx';
import { BareShell } from '../../shared/shell/bare-shell.tsx';
import { Shell } from '../../shared/shell/shell.tsx';
import { RunNotices } from '../notices/run-notices.tsx';
import { useNoticePreference } from '../notices/use-notice-preference.ts';
import { Panels } from '../palette/panels.tsx';
import { liveAddress, workspaceQuery } from './api.ts';
import { MissingWorkspace } from './missing-workspace.tsx';
import { WorkspacePicker } from './workspace-picker.tsx';

const route = getRouteApi('/w/$workspace');

export function WorkspaceLayout() {
	const { workspace } = route.useParams();
	const path = useLocation({ select: (location) => location.pathname });
	// The page is read at the same time; what it says is of no use where the workspace itself is missing.
	const query = useQuery(workspaceQuery(workspace));
	const notices = useNoticePreference();
	if (isNotFound(query.error))
		return (
			<BareShell>
				<MissingWorkspace name={workspace} />
			</BareShell>
		);
	return (
		<LiveProvider url={liveAddress(workspace)}>
			<ReadAgainAfterGap />
			<RunNotices workspace={workspace} path={path} />
			<Shell workspace={workspace} path={path} workspacePicker={<WorkspacePicker workspace={workspace} />} preferences={[notices]}>
				<Outlet />
				<Panels workspace={workspace} />
			</Shell>
		</LiveProvider>
	);
}

/** What the stream said while it was away is lost, so everything on screen is read again when it is back, and what is on its way there. */
function ReadAgainAfterGap() {
	const queries = useQueryClient();
	useLiveEvents((event) => {
		if (event.kind !== 'resumed') return;
		void queries.invalidateQueries();
		void queries.refetchQueries({ type: 'inactive', fetchStatus: 'fetching' });
	});
	return null;
}
