/** The frame around what belongs to no workspace: the bar with its way home, and the page. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { Toasts } from '../toasts.tsx';
import { Brand } from './brand.tsx';
import { ThemeMenu } from './theme-menu.tsx';

const useStyles = makeStyles({
	root: { display: 'flex', flexDirection: 'column', height: '100%' },
	bar: {
		display: 'flex',
		alignItems: 'center',
		justifyContent: 'space-between',
		height: '48px',
		flexShrink: 0,
		padding: `0 ${tokens.spacingHorizontalL}`,
		backgroundColor: tokens.colorNeutralBackground3,
	},
	home: { color: 'inherit', textDecorationLine: 'none' },
	main: {
		display: 'flex',
		flexDirection: 'column',
		flexGrow: 1,
		minHeight: 0,
		overflowY: 'auto',
		backgroundColor: tokens.colorNeutralBackground1,
	},
});

export function BareShell({ children }: { readonly children: ReactNode }) {
	const styles = useStyles();
	return (
		<div className={styles.root}>
			<header className={styles.bar}>
				<a href={document.baseURI} aria-label="Runstead: the first workspace" className={styles.home}>
					<Brand />
				</a>
				<ThemeMenu />
			</header>
			<main className={styles.main}>{children}</main>
			<Toasts />
		</div>
	);
}
