/** The head of a page: its title, what else belongs on that line, and what can be done. */
import { makeStyles, Title3, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
	root: {
		display: 'flex',
		alignItems: 'center',
		flexWrap: 'wrap',
		gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
		padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalL} ${tokens.spacingVerticalS}`,
	},
	title: { minWidth: 0, maxWidth: '100%', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
	actions: { marginLeft: 'auto' },
	beside: { color: tokens.colorNeutralForeground3 },
});

/** Characters of a name that a page and its hover hold. */
const TITLE_MAX = 1_000;

export function PageTitle({
	title,
	beside,
	actions,
}: {
	readonly title: string;
	readonly beside?: ReactNode;
	readonly actions?: ReactNode;
}) {
	const styles = useStyles();
	return (
		<div className={styles.root}>
			<Title3 as="h1" className={styles.title} title={title.slice(0, TITLE_MAX)}>
				{title.slice(0, TITLE_MAX)}
			</Title3>
			{beside && <span className={styles.beside}>{beside}</span>}
			{actions && <div className={styles.actions}>{actions}</div>}
		</div>
	);
}
