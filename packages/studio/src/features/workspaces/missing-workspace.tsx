/** What an address in a workspace that is not there shows: that it is missing, and those there are. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { workspacesQuery } from './api.ts';

const useStyles = makeStyles({
	list: { margin: `${tokens.spacingVerticalS} 0 0`, paddingLeft: tokens.spacingHorizontalXL },
	link: { color: tokens.colorBrandForegroundLink },
});

export function MissingWorkspace({ name }: { readonly name: string }) {
	const styles = useStyles();
	const { data: workspaces = [] } = useQuery(workspacesQuery);
	return (
		<EmptyState title={`There is no workspace ${name}`}>
			The address may be mistyped, or the workspace may be on another server.
			{workspaces.length > 0 && ' There are:'}
			<ul className={styles.list}>
				{workspaces.map((workspace) => (
					<li key={workspace.id}>
						<Link to="/w/$workspace/experiments" params={{ workspace: workspace.name }} className={styles.link}>
							{workspace.name}
						</Link>
					</li>
				))}
			</ul>
		</EmptyState>
	);
}
