/** The bar above every page: workspace, where the reader is, whether it is live, theme. */
import { Button, makeStyles, Tooltip, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { NavigationRegular } from '../icons.ts';
import { LiveIndicator } from './live-indicator.tsx';
import { ThemeMenu } from './theme-menu.tsx';

const useStyles = makeStyles({
	root: {
		display: 'flex',
		alignItems: 'center',
		gap: tokens.spacingHorizontalS,
		height: '48px',
		flexShrink: 0,
		padding: `0 ${tokens.spacingHorizontalM}`,
		backgroundColor: tokens.colorNeutralBackground3,
	},
	brand: {
		display: 'flex',
		alignItems: 'center',
		gap: tokens.spacingHorizontalS,
		fontWeight: tokens.fontWeightSemibold,
		'@media (max-width: 860px)': { display: 'none' },
	},
	separator: { width: '1px', height: '20px', backgroundColor: tokens.colorNeutralStroke2 },
	trail: { flexGrow: 1, minWidth: 0, display: 'flex', alignItems: 'center' },
});

interface TopBarProps {
	readonly workspacePicker: ReactNode;
	readonly isFolded: boolean;
	readonly onFold: () => void;
	readonly onTrailSlot: (slot: HTMLElement | null) => void;
}

export function TopBar({ workspacePicker, isFolded, onFold, onTrailSlot }: TopBarProps) {
	const styles = useStyles();
	return (
		<header className={styles.root}>
			<Tooltip content={isFolded ? 'Show the words of the menu' : 'Fold the menu'} relationship="label">
				<Button appearance="subtle" icon={<NavigationRegular />} aria-expanded={!isFolded} onClick={onFold} />
			</Tooltip>
			<span className={styles.brand}>
				<img src="./favicon.svg" alt="" width="20" height="20" />
				Runstead
			</span>
			<span className={styles.separator} />
			{workspacePicker}
			<div ref={onTrailSlot} className={styles.trail} />
			<LiveIndicator />
			<ThemeMenu />
		</header>
	);
}
