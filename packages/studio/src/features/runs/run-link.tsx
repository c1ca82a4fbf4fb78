/** The name of a run, leading to its page. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { Run } from '@runstead/contract';
import { useNavigate } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';
import { pageAddress } from '../../shared/api/page-address.ts';
import type { RunPageSearch } from './run-page-search.ts';

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

/** Characters of a name that a row draws. */
const SHOWN_MAX = 256;

type Named = Pick<Run, 'id' | 'displayName' | 'name' | 'workspaceName'>;

/** What people call a run: its display name, else its name, else its id. */
export function runTitle(run: Omit<Named, 'workspaceName'>): string {
	return run.displayName || run.name || run.id;
}

interface RunLinkProps {
	readonly run: Named;
	readonly text?: string;
	readonly tab?: RunPageSearch['tab'];
	readonly className?: string;
	readonly title?: string;
	readonly children?: ReactNode;
}

/** A plain link: hundreds are drawn while one scrolls, and each of the router's own listens to where the reader is. */
export function RunLink({ run, text, tab, className, title, children }: RunLinkProps) {
	const styles = useStyles();
	const navigate = useNavigate();
	const path = pageAddress('w', run.workspaceName, 'runs', run.id);
	const go = (event: MouseEvent) => {
		if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
		event.preventDefault();
		const params = { workspace: run.workspaceName, runId: run.id };
		void navigate({ to: '/w/$workspace/runs/$runId', params, search: tab === undefined ? {} : { tab } });
	};
	return (
		<a
			href={tab === undefined ? path : `${path}?tab=${tab}`}
			onClick={go}
			className={mergeClasses(styles.link, className)}
			title={title ?? run.id}
			aria-label={children === undefined ? undefined : title}
		>
			{children ?? (text ?? runTitle(run)).slice(0, SHOWN_MAX)}
		</a>
	);
}
