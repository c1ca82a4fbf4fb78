/** The name of a run, leading to its page. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { Run } from '@runstead/contract';
import { Link } from '@tanstack/react-router';

const useStyles = makeStyles({
	link: {
		color: tokens.colorBrandForegroundLink,
		textDecorationLine: 'none',
		overflow: 'hidden',
		textOverflow: 'ellipsis',
		':hover': { textDecorationLine: 'underline' },
		':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, borderRadius: tokens.borderRadiusSmall },
	},
});

type Named = Pick<Run, 'id' | 'displayName' | 'name' | 'workspaceName'>;

/** What people call a run: its display name, else its name, else its id. */
export function runTitle(run: Omit<Named, 'workspaceName'>): string {
	return run.displayName || run.name || run.id;
}

export function RunLink({ run, text }: { readonly run: Named; readonly text?: string }) {
	const styles = useStyles();
	return (
		<Link to="/w/$workspace/runs/$runId" params={{ workspace: run.workspaceName, runId: run.id }} className={styles.link} title={run.id}>
			{text ?? runTitle(run)}
		</Link>
	);
}
