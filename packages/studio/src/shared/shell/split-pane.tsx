/** A narrow pane to choose from, and a wide one that shows what was chosen; one above the other where there is no room. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
	root: { display: 'flex', flexGrow: 1, minHeight: 0, '@media (max-width: 860px)': { flexDirection: 'column' } },
	side: {
		display: 'flex',
		flexDirection: 'column',
		width: '344px',
		minWidth: '200px',
		maxWidth: '70%',
		// Dragged by its corner where names are long.
		resize: 'horizontal',
		overflow: 'hidden',
		flexShrink: 0,
		minHeight: 0,
		borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
		'@media (max-width: 860px)': {
			width: 'auto',
			maxWidth: 'none',
			resize: 'none',
			height: '28%',
			borderRight: 'none',
			borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
		},
	},
	main: { display: 'flex', flexDirection: 'column', flexGrow: 1, minWidth: 0, minHeight: 0 },
});

export function SplitPane({ label, side, children }: { readonly label: string; readonly side: ReactNode; readonly children: ReactNode }) {
	const styles = useStyles();
	return (
		<div className={styles.root}>
			<section className={styles.side} aria-label={label}>
				{side}
			</section>
			<div className={styles.main}>{children}</div>
		</div>
	);
}
